"""ONNX files of a small net like VGG, as programs write them."""

import pytest

from minivgg import models

onnx = pytest.importorskip("onnx")
node, tensor = onnx.helper.make_node, onnx.numpy_helper.from_array


def small(rng, batch_norm=False, hidden=(6,)):
    """A net whose arrays are all random, so that none can be exchanged unseen."""
    net = models.vgg([4, "M", 6, "M"], 5, (3, 8, 8), hidden, batch_norm=batch_norm)
    for name, array in net.arrays().items():
        if array.dtype.kind == "f":
            positive = name.endswith("running_var")
            array[...] = (
                rng.uniform(0.5, 1.5, array.shape) if positive else rng.normal(0, 0.5, array.shape)
            )
    return net.eval()


def graph(path, nodes, arrays, shape=("N", 3, 8, 8), output="y", **model_options):
    """Write a file with this graph, from "x" to the output."""
    value = onnx.helper.make_tensor_value_info
    inside = onnx.helper.make_graph(
        nodes, "g", [value("x", 1, shape)], [value(output, 1, None)],
        [tensor(array, name) for name, array in arrays.items()],
    )  # fmt: skip
    onnx.save(onnx.helper.make_model(inside, **model_options), path)
    return path


def vgg_graph(net, first=(), start="x"):
    """Nodes and arrays of a small net, named as other programs do."""
    a = {f"onnx::{i}": array for i, array in enumerate(net.arrays().values())}
    w = list(a)
    conv = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    pool = {"kernel_shape": [2, 2], "strides": [2, 2]}
    nodes = [
        *first,
        node("Conv", [start, *w[0:2]], ["a"], "c1", **conv),
        node("Relu", ["a"], ["b"], "r1"),
        node("MaxPool", ["b"], ["c"], "p1", **pool),
        node("Conv", ["c", *w[2:4]], ["d"], "c2", **conv),
        node("Relu", ["d"], ["e"], "r2"),
        node("MaxPool", ["e"], ["f"], "p2", **pool),
        node("Flatten", ["f"], ["g"], "flat"),
        node("Gemm", ["g", *w[4:6]], ["h"], "fc1", transB=1),
        node("Relu", ["h"], ["i"], "r3"),
        node("Gemm", ["i", *w[6:8]], ["y"], "fc2", transB=1),
    ]
    return nodes, a


def changed(at, new):
    def change(nodes, arrays):
        nodes[at : at + 1] = new

    return change


def attribute(at, name, value):
    def change(nodes, arrays):
        for old in [a for a in nodes[at].attribute if a.name == name]:
            nodes[at].attribute.remove(old)
        nodes[at].attribute.append(onnx.helper.make_attribute(name, value))

    return change
