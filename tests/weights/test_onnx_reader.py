"""ONNX files of nets like VGG are read; others are refused with the name of the node."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from minivgg import data, layers, models, weights
from minivgg.evaluation.predictor import Predictor
from minivgg.weights.onnx import to_onnx

onnx = pytest.importorskip("onnx")

DATA = Path(__file__).parent / "data"
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


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (attribute(3, "strides", [2, 2]), "'c2' .Conv. has a stride"),
        (attribute(3, "dilations", [2, 2]), "'c2' .Conv. has a stride or a dilation"),
        (attribute(3, "group", 2), "'c2' .Conv. has groups"),
        (attribute(3, "pads", [0, 0, 2, 2]), "'c2' .Conv. has padding"),
        (attribute(2, "kernel_shape", [3, 3]), "'p1' .MaxPool. is not a max-pool of 2×2"),
        (attribute(9, "alpha", 2.0), "'fc2' .Gemm. is not a fully connected layer"),
        (changed(1, [node("Elu", ["a"], ["b"], "elu")]), "'elu' .Elu. is not an operation"),
        (changed(1, [node("Identity", ["a"], ["b"], "id")]), "'p1' .MaxPool. does not follow"),
        (
            changed(4, [node("Add", ["d", "c"], ["s"], "add"), node("Relu", ["s"], ["e"])]),
            "'add' .Add. joins or begins a branch",
        ),
        (changed(8, [node("Identity", ["h"], ["i"])]), "'fc2' .Gemm. follows another layer"),
        (
            changed(6, [node("Transpose", ["f"], ["t"], perm=[0, 3, 2, 1]),
                        node("Flatten", ["t"], ["g"], "flat")]),
            "'flat' .Flatten. is preceded by an exchange",
        ),
        (changed(6, [node("GlobalAveragePool", ["f"], ["t"]), node("Flatten", ["t"], ["g"])]),
         "'fc1' .Gemm. takes 24 numbers"),
        (changed(6, [node("Squeeze", ["f"], ["g"], "flat")]),
         "'flat' .Squeeze. does not follow a mean over the map"),
        (changed(6, [node("Flatten", ["f"], ["g"], "flat", axis=2)]),
         "'flat' .Flatten. does not make one vector of each image"),
        (changed(4, [node("Flatten", ["d"], ["e"], "flat")]),
         "'flat' .Flatten. does not follow the ReLU of a convolution"),
        (changed(8, [node("Flatten", ["h"], ["v"], "flat", axis=2), node("Relu", ["v"], ["i"])]),
         "'flat' .Flatten. changes the shape of a vector"),
    ],
)  # fmt: skip
def test_what_is_not_like_vgg_is_refused_with_the_name_of_the_node(tmp_path, rng, change, words):
    nodes, arrays = vgg_graph(small(rng))
    change(nodes, arrays)
    path = graph(tmp_path / "strange.onnx", nodes, arrays)
    with pytest.raises(OSError, match=rf"strange\.onnx \(ONNX\) cannot be used: .*{words}"):
        weights.read(path)


def test_other_and_damaged_files_are_not_taken_for_onnx(tmp_path, rng):
    to_onnx(small(rng), tmp_path / "net.onnx")
    whole = (tmp_path / "net.onnx").read_bytes()
    for content, words in (
        (b"\x08\x08Hello", "not a weights file"),
        (b"\x08", "not a weights file"),
        (whole[:-20], "truncated"),
        (whole[:200], "truncated"),
    ):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(OSError, match=words):
            weights.read(tmp_path / "x")


def test_many_tiny_entries_are_refused_before_objects_are_built_from_them(tmp_path):
    nodes = b"\x0a\x00" * 300_000
    length = len(nodes)
    varint = bytes([length & 127 | 128, length >> 7 & 127 | 128, length >> 14])
    (tmp_path / "x").write_bytes(b"\x08\x08\x3a" + varint + nodes)
    with pytest.raises(OSError, match="more entries than any VGG net"):
        weights.read(tmp_path / "x")


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


def test_nodes_without_outputs_and_of_other_domains(tmp_path, rng):
    nodes, arrays = vgg_graph(small(rng))
    more = [node("Print", ["a"], [])]
    assert len(weights.load(graph(tmp_path / "net.onnx", nodes + more, arrays))) == 8
    nodes[1] = node("Relu", ["a"], ["b"], "mine", domain="com.mine")
    with pytest.raises(OSError, match=r"'mine' .Relu. is of 'com\.mine', not of ONNX itself"):
        weights.load(graph(tmp_path / "net.onnx", nodes, arrays))
    nodes[1] = node("Relu", ["a"], ["b"], "mine", domain="ai.onnx")
    assert len(weights.load(graph(tmp_path / "net.onnx", nodes, arrays))) == 8


def test_a_graph_has_one_input(tmp_path, rng):
    path = graph(tmp_path / "net.onnx", *vgg_graph(small(rng)))
    model = onnx.load(path)
    value = onnx.helper.make_tensor_value_info
    model.graph.input.append(value("onnx::0", 1, [4, 3, 3, 3]))  # weights, as in old files
    onnx.save(model, path)
    assert len(weights.load(path)) == 8
    model.graph.input.append(value("more", 1, [1]))
    onnx.save(model, path)
    with pytest.raises(OSError, match="its graph has 2 inputs; a VGG net has one, images"):
        weights.load(path)


def test_a_graph_without_convolutions_is_refused(tmp_path):
    path = graph(tmp_path / "net.onnx", [node("Identity", ["x"], ["y"])], {"w": np.ones(3)})
    with pytest.raises(OSError, match="its graph has no convolutions"):
        weights.load(path)


def test_other_arithmetic_with_pixels_and_a_normalisation_twice_are_refused(tmp_path, rng):
    nodes, arrays = vgg_graph(small(rng), [node("Mul", ["x", "factor"], ["n"])], "n")
    path = graph(tmp_path / "net.onnx", nodes, arrays | {"factor": np.array(-1, np.float32)})
    with pytest.raises(OSError, match="changes pixels in a way that is not a normalisation"):
        weights.load(path)
    path = graph(tmp_path / "net.onnx", nodes, arrays | {"factor": np.array(2, np.float32)})
    expected = {"mean": [0] * 3, "std": [0.5] * 3}
    assert json.loads(weights.read(path).metadata["preprocessing"]) == expected
    model = onnx.load(path)
    onnx.helper.set_model_props(model, {"preprocessing": json.dumps(expected)})
    onnx.save(model, path)
    with pytest.raises(OSError, match="its graph and its metadata both normalise pixels"):
        weights.load(path)


def test_weights_are_counted_before_they_are_read(tmp_path, rng, monkeypatch):
    nodes, arrays = vgg_graph(small(rng))
    path = graph(tmp_path / "net.onnx", nodes, arrays)
    monkeypatch.setattr("minivgg.weights.memory_map.MAX_ARRAYS", 8)
    weights.read(path)
    monkeypatch.setattr("minivgg.weights.memory_map.MAX_ARRAYS", 7)
    monkeypatch.setattr("minivgg.weights.onnx_reader.Constants", None)
    with pytest.raises(OSError, match="it has 8 arrays; at most 7 are read"):
        weights.read(path)


def test_a_file_cut_off_at_any_byte_is_refused(tmp_path, rng):
    nodes = [node("Relu", ["x"], ["y"])]
    whole = graph(tmp_path / "whole.onnx", nodes, {"w": np.ones(3, np.float32)}).read_bytes()
    path = tmp_path / "cut.onnx"
    for end in range(8, len(whole)):
        path.write_bytes(whole[:end])
        with pytest.raises((OSError, ValueError)):
            weights.read(path)


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


@pytest.mark.parametrize("sides", [(9, 8), (8, 9), (9, 9)])
def test_a_pool_that_rounds_up_an_odd_side_is_refused(tmp_path, rng, sides):
    """Of an even map both ways of rounding are the same."""
    nodes, arrays = vgg_graph(small(rng))
    attribute(2, "ceil_mode", 1)(nodes, arrays)
    weights.read(graph(tmp_path / "even.onnx", nodes, arrays))
    path = graph(tmp_path / "odd.onnx", nodes, arrays, shape=("N", 3, *sides))
    with pytest.raises(OSError, match=r"'p1' .MaxPool. rounds sizes up"):
        weights.read(path)


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


@pytest.mark.parametrize("kind", ["Sub", "Div"])
def test_a_constant_minus_or_divided_by_the_image_is_refused(tmp_path, rng, kind):
    nodes, arrays = vgg_graph(small(rng), [node(kind, ["one", "x"], ["z"], "odd")], "z")
    path = graph(tmp_path / "odd.onnx", nodes, {"one": np.ones(1, np.float32), **arrays})
    with pytest.raises(OSError, match=r"'odd' .\w+. subtracts or divides a constant by what"):
        weights.read(path)


def test_a_vector_may_be_made_a_vector_again(tmp_path, rng):
    nodes, arrays = vgg_graph(small(rng))
    plain = weights.read(graph(tmp_path / "once.onnx", nodes, arrays))
    nodes[8:9] = [node("Flatten", ["h"], ["v"], "again", axis=1), node("Relu", ["v"], ["i"])]
    again = weights.read(graph(tmp_path / "again.onnx", nodes, arrays))
    assert list(plain) == list(again)
    assert all(np.array_equal(plain[name], again[name]) for name in plain)
