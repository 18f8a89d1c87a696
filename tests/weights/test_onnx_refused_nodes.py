"""The graph of an ONNX file, node by node: a node that does not fit is refused by its name."""

from pathlib import Path

import pytest
from support.onnx_steps import (
    BATCH,
    BLOCK,
    CONV,
    FLAT,
    HALF,
    PAD,
    RELU,
    SECOND,
    WHOLE,
    followed,
    step,
)

from minivgg.weights.memory_map import Budget, CorruptFileError
from minivgg.weights.onnx_chain import Chain
from minivgg.weights.onnx_tensors import Constants

onnx = pytest.importorskip("onnx")
NORM = step("BatchNormalization", "v", "v", "v", "v")


@pytest.mark.parametrize(
    ("steps", "at", "words"),
    [
        ([step("Sin")], 0, "is not an operation of such nets"),
        ([CONV, step("Add", "x", "other")], 1, "joins or begins a branch"),
        ([CONV, step("Relu", "x", "x")], 1, "joins or begins a branch"),
        ([*BLOCK, step("Reshape", "other", "x")], 3, "joins or begins a branch"),
        ([*BLOCK, FLAT, step("MatMul", "m"), step("Softmax"), RELU], 6, "follows the softmax"),
        ([CONV], 0, "is not followed by ReLU"),
        ([step("Conv", "volume")], 0, "is not a convolution of images"),
        ([*BLOCK, FLAT, SECOND], 4, "is not a convolution of images"),
        ([*BLOCK, step("GlobalAveragePool"), step("Conv", "w1")], 4, "is not a convolution of im"),
        ([step("Conv", "w", group=3, **PAD)], 0, r"has groups of channels \(depthwise\)"),
        ([step("Conv", "w", strides=[1, 2], **PAD)], 0, "has a stride or a dilation"),
        ([step("Conv", "w", dilations=[2, 1], **PAD)], 0, "has a stride or a dilation"),
        ([CONV, SECOND], 1, "follows another layer without ReLU"),
        ([CONV, RELU, CONV], 2, "takes 3 channels and gets 4"),
        ([step("Conv", "second", **PAD)], 0, "takes 4 channels and gets 3"),
        ([step("Conv", "w", pads=[1, 1, 0, 0])], 0, "has padding that does not keep the size"),
        ([step("Conv", "w35", pads=[1, 2, 1, 2])], 0, "has padding that does not keep the size"),
        ([step("Conv", "w4", auto_pad="SAME_UPPER")], 0, "has padding that does not keep"),
        ([step("Conv", "w")], 0, "is a convolution without padding inside of the net"),
        ([*BLOCK, step("Conv", "part")], 3, "is a convolution without padding inside of the net"),
        ([*BLOCK, WHOLE, RELU, step("Conv", "then_2")], 5, "is a convolution without padding in"),
        ([*BLOCK, WHOLE, RELU, step("Conv", "then_3", **PAD)], 5, "is a convolution without pad"),
        ([step("Conv", "w", "v3", **PAD)], 0, "has 4 outputs and 3 biases"),
        ([step("Transpose", perm=[0, 2, 1, 3]), CONV], 1, "is preceded by an exchange of axes"),
        ([*BLOCK, step("Transpose", perm=[0, 2, 3, 1]), SECOND], 4, "is preceded by an exchange"),
        ([step("Add", "each"), CONV], 1, "is preceded by arithmetic with pixels"),
        ([NORM], 0, "is a batch norm that does not follow a convolution"),
        ([*BLOCK, NORM], 3, "is a batch norm that does not follow a convolution"),
        ([*BLOCK, FLAT, step("MatMul", "m"), NORM], 5, "is a batch norm that does not follow"),
        ([CONV, *BATCH, NORM], 3, "is a batch norm that does not follow a convolution"),
        ([CONV, step("BatchNormalization", "v3", "v", "v", "v")], 1, "is for 3 channels and gets"),
        ([CONV, step("BatchNormalization", "v", "v", "v", "scale")], 1, "is for 4 channels and"),
        ([RELU], 0, "does not follow a convolution or a fully connected layer"),
        ([CONV, RELU, RELU], 2, "does not follow a convolution or a fully connected layer"),
        ([step("MaxPool", **HALF)], 0, "does not follow the ReLU of a convolution"),
        ([CONV, step("MaxPool", **HALF)], 1, "does not follow the ReLU of a convolution"),
        ([*BLOCK, FLAT, step("MaxPool", **HALF)], 4, "does not follow the ReLU of a convolution"),
        ([*BLOCK, WHOLE, RELU, step("MaxPool", **HALF)], 5, "does not follow the ReLU of a conv"),
        ([CONV, RELU, step("Transpose", perm=[0, 2, 3, 1]), step("MaxPool", **HALF)], 3,
         "is preceded by an exchange of axes"),
        ([CONV, RELU, step("MaxPool", kernel_shape=[2, 2])], 2, "is not a max-pool of 2×2"),
        ([CONV, RELU, step("LRN", size=5)], 2, "has other settings than the net A-LRN"),
        ([CONV, step("LRN", size=5, alpha=5e-4, bias=2.0)], 1, "does not follow the ReLU of a co"),
        ([*BLOCK, step("AveragePool", kernel_shape=[2, 2])], 3, "averages parts of a map"),
        ([*BLOCK, step("AveragePool", kernel_shape=[1, 1], strides=[2, 2])], 3, "averages parts"),
        ([*BLOCK, step("AveragePool", kernel_shape=[4, 4], **PAD)], 3, "averages parts of a map"),
        ([*BLOCK, step("AveragePool", kernel_shape=[1, 1], **PAD)], 3, "averages parts of a map"),
        ([CONV, step("AveragePool", kernel_shape=[8, 8])], 1, "does not follow the ReLU of a con"),
        ([CONV, step("GlobalAveragePool")], 1, "does not follow the ReLU of a convolution"),
        ([*BLOCK, WHOLE, step("GlobalAveragePool")], 4, "does not follow the ReLU of a convolut"),
        ([step("ReduceMean", "hw")], 0, "does not follow the ReLU of a convolution"),
        ([CONV, step("ReduceMean", "hw")], 1, "does not follow the ReLU of a convolution"),
        ([*BLOCK, FLAT, step("ReduceMean", "hw")], 4, "does not follow the ReLU of a convolution"),
        ([*BLOCK, step("ReduceMean")], 3, "is not over height and width"),
        ([*BLOCK, step("ReduceMean", axes=[2])], 3, "is not over height and width"),
        ([*BLOCK, step("ReduceMean", axes=[1, 2, 3])], 3, "is not over height and width"),
        ([*BLOCK, step("ReduceMean", axes=[2, 3, 3])], 3, "is not over height and width"),
        ([*BLOCK, step("ReduceMean", axes=[2, 4])], 3, "is not over height and width"),
        ([*BLOCK, step("ReduceMean", axes=[2, -5])], 3, "is not over height and width"),
        ([*BLOCK, step("ReduceMean", axes=[2, 3]), step("MatMul", "m4")], 4, "does not follow the"),
        ([CONV, step("Transpose", perm=[0, 2, 3, 1]), NORM], 2, "is preceded by an exchange"),
        ([*BLOCK, step("ReduceMean", "hw_last")], 3, "is not over height and width"),
        ([step("Transpose")], 0, "is not an exchange of an image's axes"),
        ([step("Transpose", perm=[0, 1, 2])], 0, "is not an exchange of an image's axes"),
        ([*BLOCK, FLAT, step("Transpose", perm=[0, 1, 2, 3])], 4, "is not an exchange of an image"),
        ([FLAT], 0, "does not follow the ReLU of a convolution"),
        ([CONV, FLAT], 1, "does not follow the ReLU of a convolution"),
        ([*BLOCK, step("Flatten", axis=2)], 3, "does not make one vector of each image"),
        ([*BLOCK, step("Squeeze")], 3, "does not follow a mean over the map"),
        ([*BLOCK, step("Reshape", "to_map")], 3, "does not make one vector of each image"),
        ([*BLOCK, step("Reshape", "to_63")], 3, "does not make one vector of each image"),
        ([*BLOCK, FLAT, step("Flatten", axis=0)], 4, "changes the shape of a vector"),
        ([*BLOCK, FLAT, step("Reshape", "to_64")], 4, "changes the shape of a vector"),
        ([*BLOCK, step("Transpose", perm=[0, 3, 1, 2]), FLAT], 4, "is preceded by an exchange"),
        ([*BLOCK, FLAT, step("Gemm", "m", alpha=0.5)], 4, "is not a fully connected layer"),
        ([*BLOCK, FLAT, step("Gemm", "m", "m_b", beta=2.0)], 4, "is not a fully connected layer"),
        ([*BLOCK, FLAT, step("Gemm", "m", transA=1)], 4, "is not a fully connected layer"),
        ([*BLOCK, FLAT, step("Gemm", "m", "x")], 4, "is not a fully connected layer"),
        ([*BLOCK, FLAT, step("MatMul", "m", "x")], 4, "is not a fully connected layer"),
        ([*BLOCK, FLAT, step("MatMul", "v")], 4, "does not follow the features, made one vector"),
        ([*BLOCK, step("MatMul", "m")], 3, "does not follow the features, made one vector"),
        ([*BLOCK, FLAT, step("MatMul", "m"), step("MatMul", "m2")], 5, "follows another layer"),
        ([*BLOCK, FLAT, step("MatMul", "m8")], 4, "takes 8 numbers, and the map has another size"),
        ([*BLOCK, FLAT, step("MatMul", "m256")], 4, "takes 256 numbers, and the map has another"),
        ([step("Softmax")], 0, "does not follow the last fully connected layer"),
        ([CONV, step("Softmax")], 1, "does not follow the last fully connected layer"),
        ([*BLOCK, FLAT, step("MatMul", "m"), RELU, step("Softmax")], 6, "does not follow the last"),
        ([step("Sub", "one", "x")], 0, "subtracts or divides a constant by what"),
        ([step("Div", "one", "x")], 0, "subtracts or divides a constant by what"),
        ([*BLOCK, step("Add", "one")], 3, "is arithmetic that does not follow a layer"),
        ([CONV, step("Add", "each")], 1, "is arithmetic that does not follow a layer"),
        ([CONV, step("Mul", "rgb")], 1, "is arithmetic that does not follow a layer"),
        ([CONV, step("Mul", "v")], 1, "is arithmetic that does not follow a layer"),  # along rows
        ([*BLOCK, FLAT, step("MatMul", "m"), step("Mul", "one")], 4, "follows arithmetic after a"),
        ([*BLOCK, FLAT, step("MatMul", "m"), step("Mul", "one"), RELU], 6, "follows arithmetic"),
    ],
)  # fmt: skip
def test_a_node_that_does_not_fit_is_named(steps, at, words):
    operation = steps[at][0]
    with pytest.raises(CorruptFileError, match=rf"the node 'n{at}' \({operation}\) {words}"):
        followed(steps)


@pytest.mark.parametrize(("sizes"), [(1, 3, 9, 8), (1, 3, 8, 9), (1, 3, None, 8), ()])
def test_a_pool_may_round_up_only_where_sides_are_known_to_be_even(sizes):
    steps = [CONV, RELU, step("MaxPool", ceil_mode=1, **HALF)]
    with pytest.raises(CorruptFileError, match=r"'n2' .MaxPool. rounds sizes up"):
        followed(steps, sizes)


@pytest.mark.parametrize("sizes", [[None] * 4, [1, 3, None, 8]])
def test_a_matrix_is_for_whole_channels(sizes):
    with pytest.raises(CorruptFileError, match="takes 6 numbers, and the map has another size"):
        followed([*BLOCK, FLAT, step("MatMul", "m6")], sizes)


def test_a_variance_that_would_be_negative_is_refused():
    steps = [CONV, step("BatchNormalization", "v", "v", "v", "zeros", epsilon=0.0)]
    with pytest.raises(CorruptFileError, match=r"'n1' \(\w+\) has the small epsilon 0"):
        followed(steps)


def test_the_end_of_the_graph_is_its_one_output():
    for outputs in (["at1"], ["at2", "at1"], []):
        with pytest.raises(CorruptFileError, match=f"has the outputs {', '.join(outputs)}; a VGG"):
            followed([CONV, RELU], outputs=outputs)
    assert not followed([]).found


def test_a_node_without_a_name_is_called_by_its_output():
    chain = Chain(Constants(Path("net.onnx"), Budget(1000)), "x", [])
    made = onnx.helper.make_node("Sin" * 20, ["x"], ["y" * 150])
    with pytest.raises(CorruptFileError, match=rf"the node '{'y' * 100}' \({('Sin' * 20)[:40]}\)"):
        chain.add(made)
    assert "the node ''" in str(chain.error(onnx.NodeProto(op_type="Sin"), "is odd"))
