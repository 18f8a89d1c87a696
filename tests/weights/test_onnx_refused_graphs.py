"""ONNX files of other nets, and damaged ones, are refused with a reason."""

import json

import numpy as np
import pytest
from support.onnx_graphs import attribute, changed, graph, node, small, vgg_graph

from minivgg import weights
from minivgg.weights.onnx import to_onnx

onnx = pytest.importorskip("onnx")


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


@pytest.mark.parametrize("sides", [(9, 8), (8, 9), (9, 9)])
def test_a_pool_that_rounds_up_an_odd_side_is_refused(tmp_path, rng, sides):
    """Of an even map both ways of rounding are the same."""
    nodes, arrays = vgg_graph(small(rng))
    attribute(2, "ceil_mode", 1)(nodes, arrays)
    weights.read(graph(tmp_path / "even.onnx", nodes, arrays))
    path = graph(tmp_path / "odd.onnx", nodes, arrays, shape=("N", 3, *sides))
    with pytest.raises(OSError, match=r"'p1' .MaxPool. rounds sizes up"):
        weights.read(path)


@pytest.mark.parametrize("kind", ["Sub", "Div"])
def test_a_constant_minus_or_divided_by_the_image_is_refused(tmp_path, rng, kind):
    nodes, arrays = vgg_graph(small(rng), [node(kind, ["one", "x"], ["z"], "odd")], "z")
    path = graph(tmp_path / "odd.onnx", nodes, {"one": np.ones(1, np.float32), **arrays})
    with pytest.raises(OSError, match=r"'odd' .\w+. subtracts or divides a constant by what"):
        weights.read(path)
