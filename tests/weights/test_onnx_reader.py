"""ONNX files of nets like VGG are read, whichever program wrote them."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from support.onnx_graphs import graph, node, small, tensor, vgg_graph

from minivgg import data, layers, models, weights
from minivgg.evaluation.predictor import Predictor
from minivgg.weights.onnx import to_onnx

onnx = pytest.importorskip("onnx")
DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize("batch_norm", [False, True])
def test_our_own_export_comes_back_to_the_bit_with_its_preprocessing(tmp_path, rng, batch_norm):
    net = small(rng, batch_norm)
    net.preprocessing = data.Normalize((0.1, 0.2, 0.3), (0.4, 0.5, 0.6))
    to_onnx(net, tmp_path / "net.onnx", classes=list("abcde"))
    other = models.load_weights(small(np.random.default_rng(5), batch_norm), tmp_path / "net.onnx")
    for name, array in net.arrays().items():
        assert np.array_equal(array, other.arrays()[name]), name
    assert other.preprocessing == net.preprocessing
    file = weights.read(tmp_path / "net.onnx")
    assert (file.kind, json.loads(file.metadata["classes"])) == ("ONNX", list("abcde"))


def test_predictions_have_the_class_names_in_the_file(tmp_path, rng):
    net = small(rng)
    net.preprocessing = data.Normalize((0.1, 0.2, 0.3), (0.4, 0.5, 0.6))
    to_onnx(net, tmp_path / "net.onnx", classes=["owl", "no owl", "a", "b", "c"])
    predictor = Predictor.from_weights(weights=tmp_path / "net.onnx")
    assert predictor.classes == ["owl", "no owl", "a", "b", "c"]
    assert predictor.model.normalize == net.preprocessing


@pytest.mark.parametrize(
    ("name", "batch_norm"),
    [("torch_plain", True), ("torch_folded", False), ("torch_dynamo", True), ("keras_bn", True)],
)
def test_files_by_pytorch_and_keras_give_their_librarys_logits(name, batch_norm, rng):
    expected = np.load(DATA / "onnx_logits.npz")
    said = {} if name == "keras_bn" else {"pixels": "rgb", "mean": (0, 0, 0), "std": (1, 1, 1)}
    net = models.load_weights(small(rng, batch_norm), DATA / f"{name}.onnx", **said)
    if name == "keras_bn":  # normalises pixels itself
        assert net.preprocessing.mean == pytest.approx((0.5,) * 3)
        assert net.preprocessing.std == pytest.approx((0.5,) * 3)
        x = net.preprocessing(expected["keras_pixels"].astype(np.uint8))
    else:
        x = expected["x"]
    logits = expected[name]
    assert np.abs(net(x) - logits).max() < 1e-5 * np.abs(logits).max()


def test_weights_beside_the_file_are_read_only_from_its_folder(tmp_path):
    path = shutil.copy(DATA / "torch_dynamo.onnx", tmp_path)
    with pytest.raises(OSError, match=r"second file, 'torch_dynamo\.onnx\.data'"):
        weights.read(path)
    (tmp_path / "inside").mkdir()
    shutil.copy(DATA / "torch_dynamo.onnx.data", tmp_path)
    model = onnx.load(path, load_external_data=False)
    for wrong in ("../torch_dynamo.onnx.data", str(tmp_path / "torch_dynamo.onnx.data")):
        for initializer in model.graph.initializer:
            for entry in initializer.external_data[:1]:  # small ones are in the file
                entry.value = wrong
        moved = tmp_path / "inside" / "net.onnx"
        moved.write_bytes(model.SerializeToString())
        with pytest.raises(OSError, match="not in the folder of this file"):
            weights.read(moved)


def test_names_that_say_nothing_old_files_and_half_precision(tmp_path, rng):
    net = small(rng)
    nodes, arrays = vgg_graph(net)
    halves = {name: array.astype(np.float16) for name, array in arrays.items()}
    old = [onnx.helper.make_opsetid("", 7)]
    path = graph(tmp_path / "n.onnx", nodes, halves, ir_version=3, opset_imports=old)
    found = weights.load(path)
    assert list(found) == list(net.arrays())
    for name, array in net.arrays().items():
        assert np.array_equal(found[name], array.astype(np.float16)), name


def test_weights_as_constant_nodes_and_biases_added_later(tmp_path, rng):
    net = small(rng)
    nodes, arrays = vgg_graph(net)
    w = list(arrays)
    constants = [node("Constant", [], [name], value=tensor(a)) for name, a in arrays.items()]
    nodes[7:8] = [
        node("Transpose", [w[4]], ["t"], perm=[1, 0]),
        node("MatMul", ["g", "t"], ["m"], "m"),
        node("Add", [w[5], "m"], ["h"], "add"),
    ]
    found = weights.load(graph(tmp_path / "n.onnx", [*constants, *nodes], {}))
    assert {name: a.tolist() for name, a in found.items()} == {
        name: a.tolist() for name, a in net.arrays().items()
    }


@pytest.mark.parametrize(
    ("mean", "std", "brightest"),
    [((0.4, 0.5, 0.6), (0.2, 0.25, 0.3), 1), ((123.0, 117.0, 104.0), (1.0, 1.0, 1.0), 255)],
)
def test_pixels_normalised_by_the_graph(tmp_path, rng, mean, std, brightest):
    first = [node("Sub", ["x", "mean"], ["s"]), node("Div", ["s", "std"], ["n"])]
    nodes, arrays = vgg_graph(small(rng), first, "n")
    for name, values in (("mean", mean), ("std", std)):
        arrays[name] = np.array(values, np.float32).reshape(1, 3, 1, 1)
    found = models.preprocessing_of(graph(tmp_path / "n.onnx", nodes, arrays))
    assert np.array(found.mean) == pytest.approx(np.array(mean) / brightest, rel=1e-6)
    assert np.array(found.std) == pytest.approx(np.array(std) / brightest, rel=1e-6)


def test_our_own_export_of_any_net_is_read_by_its_names(tmp_path):
    """Also of one that is not like VGG."""
    net = layers.Sequential(
        layers.Conv2d(1, 2, 3, stride=2), layers.BatchNorm2d(2), layers.Flatten(),
        layers.Linear(2, 3, bias=False),
    )  # fmt: skip
    to_onnx(net, tmp_path / "net.onnx", (1, 3, 3))
    file = weights.read(tmp_path / "net.onnx")
    assert {name: a.shape for name, a in file.items()} == {
        name: a.shape for name, a in net.arrays().items() if a.ndim
    }
    assert json.loads(file.metadata["onnx_names"]) == {
        "0.weight": "0.weight", "0.bias": "0.bias", "1.weight": "1.scale", "1.bias": "1.B",
        "1.running_mean": "1.mean", "1.running_var": "1.var", "3.weight": "3.weight",
    }  # fmt: skip


@pytest.mark.parametrize("what", ["renamed", "computed", "twice"])
def test_our_own_export_that_was_changed_is_followed(what, tmp_path, rng):
    net = small(rng)
    to_onnx(net, tmp_path / "net.onnx")
    model = onnx.load(tmp_path / "net.onnx")
    first = model.graph.node[0]
    if what == "renamed":
        model.graph.initializer[0].name = first.input[1] = "other"
    elif what == "computed":
        model.graph.node.insert(0, node("Identity", [first.input[1]], ["same"]))
        first.input[1] = "same"
    else:
        model.graph.node[3].name = first.name
    onnx.save(model, tmp_path / "changed.onnx")
    found = weights.load(tmp_path / "changed.onnx")
    assert list(found) == list(net.arrays())
    assert all(np.array_equal(found[name], a) for name, a in net.arrays().items())


def test_sides_of_any_size(tmp_path, rng):
    path = graph(tmp_path / "net.onnx", *vgg_graph(small(rng)), shape=("N", 3, "H", "W"))
    assert len(weights.load(path)) == 8


def test_the_names_in_the_file_are_kept(tmp_path, rng):
    net = small(rng)
    path = graph(tmp_path / "net.onnx", *vgg_graph(net))
    stored = json.loads(weights.read(path).metadata["onnx_names"])
    assert stored == {name: f"onnx::{i}" for i, name in enumerate(net.arrays())}


@pytest.mark.parametrize(
    ("stored", "kept"),
    [
        (
            {"preprocessing": '{"mean": [0], "std": [1]}', "classes": '["a"]'},
            {"preprocessing", "classes"},
        ),
        ({"preprocessing": "[1]", "classes": '{"a": 1}'}, set()),
        ({"preprocessing": "{", "classes": '["a"]'}, {"classes"}),
        ({"preprocessing": "[" * 100_000, "other": "{}"}, set()),
    ],
)
def test_what_others_store_is_not_taken_for_ours(stored, kept, tmp_path, rng):
    path = graph(tmp_path / "net.onnx", *vgg_graph(small(rng)))
    model = onnx.load(path)
    onnx.helper.set_model_props(model, stored)
    onnx.save(model, path)
    metadata = weights.read(path).metadata
    assert {name: metadata[name] for name in kept} == {name: stored[name] for name in kept}
    assert set(metadata) == kept | {"onnx_names"}


def test_shapes_that_the_graph_computes_are_passed_over(tmp_path, rng):
    """As PyTorch writes x.view(x.size(0), -1)."""
    nodes, arrays = vgg_graph(small(rng))
    nodes[6:7] = [
        node("Shape", ["f"], ["s"]), node("Gather", ["s", "zero"], ["n"]),
        node("Unsqueeze", ["n"], ["u"], axes=[0]), node("Concat", ["u", "minus"], ["sh"], axis=0),
        node("Reshape", ["f", "sh"], ["g"]),
    ]  # fmt: skip
    arrays |= {"zero": np.array(0), "minus": np.array([-1])}
    assert len(weights.load(graph(tmp_path / "net.onnx", nodes, arrays))) == 8


def test_fully_connected_layers_written_as_convolutions_keep_their_order(tmp_path, rng):
    """With two hidden layers: each after the first is a 1×1 convolution."""
    net = small(rng, hidden=(6, 7))
    nodes, arrays = vgg_graph(net)
    w = list(arrays)
    first, *others = (arrays[w[i]] for i in (4, 6, 8))
    arrays[w[4]] = np.ascontiguousarray(first.reshape(6, 6, 2, 2))
    for i, matrix in zip((6, 8), others, strict=True):
        arrays[w[i]] = matrix[:, :, None, None]
    nodes[6:] = [
        node("Conv", ["f", *w[4:6]], ["h"], "fc1", kernel_shape=[2, 2]),
        node("Relu", ["h"], ["i"], "r3"),
        node("Conv", ["i", *w[6:8]], ["j"], "fc2", kernel_shape=[1, 1]),
        node("Relu", ["j"], ["k"], "r4"),
        node("Conv", ["k", *w[8:10]], ["l"], "fc3", kernel_shape=[1, 1]),
        node("Flatten", ["l"], ["y"], "flat"),
    ]
    found = weights.read(graph(tmp_path / "net.onnx", nodes, arrays))
    for number, i in ((0, 4), (3, 6), (6, 8)):
        assert np.array_equal(
            found[f"classifier.{number}.weight"].reshape(-1), arrays[w[i]].reshape(-1)
        )


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_numbers_in_fields_instead_of_bytes(tmp_path, rng, dtype):
    """Half precision is there as bits in whole numbers."""
    nodes, arrays = vgg_graph(small(rng))
    arrays = {name: array.astype(dtype) for name, array in arrays.items()}
    model = onnx.load(graph(tmp_path / "bytes.onnx", nodes, arrays))
    for i, (name, array) in enumerate(arrays.items()):
        kind = onnx.helper.np_dtype_to_tensor_dtype(array.dtype)
        field = onnx.helper.make_tensor(name, kind, array.shape, array.reshape(-1).tolist())
        assert not field.HasField("raw_data")
        model.graph.initializer[i].CopyFrom(field)
    onnx.save(model, tmp_path / "fields.onnx")
    found, expected = (weights.read(tmp_path / f"{n}.onnx") for n in ("fields", "bytes"))
    for name in expected:
        assert np.array_equal(found[name], expected[name]), name


def test_a_vector_may_be_made_a_vector_again(tmp_path, rng):
    nodes, arrays = vgg_graph(small(rng))
    plain = weights.read(graph(tmp_path / "once.onnx", nodes, arrays))
    nodes[8:9] = [node("Flatten", ["h"], ["v"], "again", axis=1), node("Relu", ["v"], ["i"])]
    again = weights.read(graph(tmp_path / "again.onnx", nodes, arrays))
    assert list(plain) == list(again)
    assert all(np.array_equal(plain[name], again[name]) for name in plain)
