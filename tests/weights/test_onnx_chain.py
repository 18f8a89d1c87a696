"""The graph of an ONNX file, node by node: what each node may be, and what it may follow."""

from pathlib import Path

import numpy as np
import pytest

from minivgg.layers.normalization import DEFAULT_EPS
from minivgg.weights.memory_map import Budget, CorruptFileError
from minivgg.weights.onnx_chain import Chain
from minivgg.weights.onnx_tensors import Constants

onnx = pytest.importorskip("onnx")


def numbers(*shape):
    return np.arange(1, 1 + np.prod(shape), dtype=np.float32).reshape(shape)


ARRAYS = {
    "w": numbers(4, 3, 3, 3), "b": numbers(4), "w5": numbers(4, 3, 5, 5), "w1": numbers(6, 4, 1, 1),
    "w35": numbers(4, 3, 3, 5), "w4": numbers(4, 3, 4, 4), "first_1": numbers(4, 3, 1, 1),
    "second": numbers(6, 4, 3, 3), "volume": numbers(4, 3, 3, 3, 3),
    "whole": numbers(5, 4, 4, 4), "part": numbers(5, 4, 3, 3), "then": numbers(7, 5, 1, 1),
    "then_2": numbers(7, 5, 2, 2), "then_3": numbers(7, 5, 3, 3),
    "m": numbers(64, 5), "m_b": numbers(5), "m2": numbers(5, 7), "mt": numbers(5, 64),
    "m4": numbers(4, 5), "m8": numbers(8, 5), "m6": numbers(6, 5), "m256": numbers(256, 5),
    "scale": numbers(4, 1, 1) + 1, "shift": numbers(4, 1, 1), "each": numbers(1, 1, 1, 2),
    "one": np.full(1, 2, np.float32), "rgb": numbers(3, 1, 1), "three": numbers(3),
    "v": numbers(4), "v3": numbers(3), "v5": numbers(5), "row": numbers(1, 5),
    "hw": np.array([2, 3]), "hw_negative": np.array([-2, -1]), "hw_last": np.array([1, 2]),
    "to_vector": np.array([0, -1]), "to_64": np.array([1, 64]), "to_63": np.array([1, 63]),
    "to_map": np.array([0, 8, 8]), "zeros": np.zeros(4, np.float32),
}  # fmt: skip
PAD = {"pads": [1, 1, 1, 1]}
HALF = {"kernel_shape": [2, 2], "strides": [2, 2]}


def step(operation, *inputs, **settings):
    """A node whose first input is what the node before it computes, or the input "x"."""
    return operation, list(inputs if "x" in inputs else ("x", *inputs)), settings


CONV, RELU = step("Conv", "w", "b", **PAD), step("Relu")
SECOND = step("Conv", "second", **PAD)
BLOCK = [CONV, RELU, step("MaxPool", **HALF)]  # (4, 8, 8) -> (4, 4, 4)
FLAT = step("Flatten")
LAST = [RELU, step("MatMul", "m2")]


def followed(steps, sizes=(1, 3, 8, 8), outputs=None):
    """{our name: (their name, array)} of a chain of nodes n0, n1, ..., and the chain."""
    constants = Constants(Path("net.onnx"), Budget(1000))
    constants.arrays |= ARRAYS
    chain = Chain(constants, "at0", list(sizes))
    for i, (operation, inputs, settings) in enumerate(steps):
        names = [f"at{i}" if name == "x" else name for name in inputs]
        chain.add(onnx.helper.make_node(operation, names, [f"at{i + 1}"], f"n{i}", **settings))
    chain.finish([f"at{len(steps)}"] if outputs is None else outputs)
    return chain


def theirs(chain):
    return {ours: name for ours, (name, _) in chain.found.items()}


C0 = {"features.0.weight": "w", "features.0.bias": "b"}
C3 = {"features.3.weight": "second", "features.3.bias": ""}
D0 = {"classifier.0.weight": "m", "classifier.0.bias": ""}
D3 = {"classifier.3.weight": "m2", "classifier.3.bias": ""}
GLOBAL = {"classifier.0.weight": "m4", "classifier.0.bias": ""}
DENSE = {"classifier.0.weight": "whole", "classifier.0.bias": ""}
WHOLE, THEN = step("Conv", "whole"), step("Conv", "then")


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([CONV, RELU], C0),
        ([step("Conv", "w", **PAD), RELU], C0 | {"features.0.bias": ""}),
        ([step("Conv", "w", "", **PAD), RELU], C0 | {"features.0.bias": ""}),
        ([step("Conv", "w5", pads=[2] * 4), RELU],
         {"features.0.weight": "w5", "features.0.bias": ""}),
        ([step("Conv", "first_1"), RELU], {"features.0.weight": "first_1", "features.0.bias": ""}),
        ([CONV, RELU, step("Conv", "w1"), RELU],
         C0 | {"features.2.weight": "w1", "features.2.bias": ""}),
        ([*BLOCK, SECOND, RELU], C0 | C3),
        ([CONV, RELU, step("LRN", size=5, alpha=5e-4, bias=2.0), SECOND, RELU], C0 | C3),
        ([CONV, RELU, step("MaxPool", ceil_mode=1, **HALF), SECOND, RELU], C0 | C3),
        ([*BLOCK, FLAT, step("MatMul", "m"), *LAST], C0 | D0 | D3),
        ([*BLOCK, step("Flatten", axis=-3), step("Gemm", "m")], C0 | D0),
        ([*BLOCK, FLAT, step("Flatten"), step("MatMul", "m")], C0 | D0),
        ([*BLOCK, FLAT, step("Flatten", axis=1), step("MatMul", "m")], C0 | D0),
        ([*BLOCK, step("Reshape", "to_vector"), step("MatMul", "m")], C0 | D0),
        ([*BLOCK, step("Reshape", "to_64"), step("MatMul", "m")], C0 | D0),
        ([*BLOCK, step("Reshape", "computed"), step("MatMul", "m")], C0 | D0),
        ([*BLOCK, FLAT, step("Gemm", "m", "m_b", alpha=1.0, beta=1.0, transA=0)],
         C0 | D0 | {"classifier.0.bias": "m_b"}),
        ([*BLOCK, FLAT, step("Gemm", "mt", transB=1)], C0 | D0 | {"classifier.0.weight": "mt"}),
        ([*BLOCK, FLAT, step("MatMul", "m"), step("Add", "m_b")],
         C0 | D0 | {"classifier.0.bias": "m_b"}),
        ([*BLOCK, FLAT, step("MatMul", "m"), step("Add", "row", "x")],
         C0 | D0 | {"classifier.0.bias": "row"}),
        ([*BLOCK, FLAT, step("MatMul", "m"), step("Softmax"), step("Identity")], C0 | D0),
        ([*BLOCK, step("Dropout"), step("Cast", to=1), FLAT, step("MatMul", "m"),
          step("LogSoftmax")], C0 | D0),
        ([*BLOCK, step("AveragePool", kernel_shape=[1, 1]), FLAT, step("MatMul", "m")], C0 | D0),
        ([*BLOCK, step("AveragePool", kernel_shape=[1, 1], strides=[1, 1], pads=[0] * 4), FLAT,
          step("MatMul", "m")], C0 | D0),
        ([*BLOCK, step("AveragePool", kernel_shape=[4, 4]), FLAT, step("MatMul", "m4")],
         C0 | GLOBAL),
        ([*BLOCK, step("GlobalAveragePool"), FLAT, step("MatMul", "m4")], C0 | GLOBAL),
        ([*BLOCK, step("GlobalMaxPool"), step("Squeeze"), step("MatMul", "m4")], C0 | GLOBAL),
        ([*BLOCK, step("ReduceMean", axes=[2, 3]), FLAT, step("MatMul", "m4")], C0 | GLOBAL),
        ([*BLOCK, step("ReduceMax", axes=[-1, -2], keepdims=0), step("MatMul", "m4")], C0 | GLOBAL),
        ([*BLOCK, step("ReduceMean", "hw", keepdims=0), step("MatMul", "m4")], C0 | GLOBAL),
        ([*BLOCK, step("ReduceMean", "hw_negative", keepdims=1), FLAT, step("MatMul", "m4")],
         C0 | GLOBAL),
        ([*BLOCK, step("ReduceMean", "", axes=[3, 2], keepdims=0), step("MatMul", "m4")],
         C0 | GLOBAL),
        ([*BLOCK, WHOLE], C0 | DENSE),
        ([*BLOCK, WHOLE, RELU, THEN],
         C0 | DENSE | {"classifier.3.weight": "then", "classifier.3.bias": ""}),
        ([*BLOCK, WHOLE, RELU, step("Conv", "then", pads=[0] * 4), FLAT],
         C0 | DENSE | {"classifier.3.weight": "then", "classifier.3.bias": ""}),
        ([*BLOCK, WHOLE, RELU, step("GlobalAveragePool"), FLAT, step("MatMul", "m2")],
         C0 | DENSE | D3),
        ([*BLOCK, WHOLE, RELU, FLAT, step("MatMul", "m2")], C0 | DENSE | D3),
        ([*BLOCK, WHOLE, step("Squeeze")], C0 | DENSE),
    ],
)  # fmt: skip
def test_layers_have_the_names_of_our_nets(steps, expected):
    assert theirs(followed(steps)) == expected


def test_arrays_have_the_order_of_our_nets():
    found = followed([*BLOCK, FLAT, step("MatMul", "m"), *LAST]).found
    assert np.array_equal(found["features.0.weight"][1], ARRAYS["w"])
    assert np.array_equal(found["features.0.bias"][1], ARRAYS["b"])
    assert np.array_equal(found["classifier.0.weight"][1], ARRAYS["m"].T)
    assert np.array_equal(found["classifier.0.bias"][1], np.zeros(5))
    assert found["classifier.0.bias"][1].dtype == np.float32
    transposed = followed([*BLOCK, FLAT, step("Gemm", "mt", transB=1)]).found
    assert np.array_equal(transposed["classifier.0.weight"][1], ARRAYS["mt"])
    dense = followed([*BLOCK, WHOLE, RELU, THEN]).found
    assert np.array_equal(dense["classifier.0.weight"][1], ARRAYS["whole"])
    assert np.array_equal(dense["classifier.3.weight"][1], ARRAYS["then"][:, :, 0, 0])
    row = followed([*BLOCK, FLAT, step("MatMul", "m"), step("Sub", "row")]).found
    assert np.array_equal(row["classifier.0.bias"][1], -ARRAYS["row"][0])


def test_a_vector_in_the_order_of_keras_is_brought_into_ours():
    """(H, W, C) flattened: of the first matrix only, and of the second no more."""
    to_last = step("Transpose", perm=[0, 2, 3, 1])
    found = followed([*BLOCK, to_last, FLAT, step("MatMul", "m"), *LAST]).found
    expected = ARRAYS["m"].T.reshape(5, 4, 4, 4).transpose(0, 3, 1, 2).reshape(5, 64)
    assert np.array_equal(found["classifier.0.weight"][1], expected)
    assert np.array_equal(found["classifier.3.weight"][1], ARRAYS["m2"].T)


def test_images_may_be_channels_last():
    first = step("Transpose", perm=[0, 3, 1, 2])
    steps = [step("Sub", "three"), first, *BLOCK, SECOND, RELU]
    chain = followed(steps, (None, 8, 8, 3))
    assert theirs(chain) == C0 | C3
    assert (chain.channels, chain.side) == (6, [4, 4])
    assert chain.input_affine.shift.tolist() == [-1, -2, -3]
    back = [first, *BLOCK, step("Transpose", perm=[0, 2, 3, 1])]
    forth = step("Transpose", perm=[0, 3, 1, 2])
    assert theirs(followed([*back, forth, SECOND, RELU], (None, 8, 8, 3))) == C0 | C3
    reduced = step("ReduceMean", "hw_last", keepdims=0)
    assert theirs(followed([*back, reduced, step("MatMul", "m4")], (1, 8, 8, 3))) == C0 | GLOBAL


@pytest.mark.parametrize(
    ("sizes", "steps"),
    [
        ([], [*BLOCK, FLAT, step("MatMul", "m256")]),  # nothing is known
        ([None] * 4, [*BLOCK, FLAT, step("MatMul", "m256")]),
        ([None] * 4, [*BLOCK, step("Reshape", "to_63"), step("MatMul", "m8")]),
        ([1, 3, None, 8], [*BLOCK, FLAT, step("MatMul", "m8")]),
        ([1, 3, 8, None], [*BLOCK, step("Conv", "part")]),
        ([1, None, 8, 8], [*BLOCK, FLAT, step("MatMul", "m")]),
        ([1, 3, 9, 9], [*BLOCK, FLAT, step("MatMul", "m")]),  # rounded down
    ],
)
def test_sizes_that_the_file_does_not_say_are_not_checked(sizes, steps):
    assert list(followed(steps, sizes).found)[2:] == ["classifier.0.weight", "classifier.0.bias"]


BATCH = [step("Mul", "scale"), step("Add", "shift")]


@pytest.mark.parametrize("first", [CONV, step("Conv", "w", **PAD)])
def test_a_batch_norm_written_as_arithmetic(first):
    steps = [first, *BATCH, RELU, SECOND, RELU]
    has_bias = len(first[1]) == 3
    found = followed(steps).found
    assert list(found) == [
        "features.0.weight", "features.0.bias",
        *(f"features.1.{n}" for n in ("weight", "bias", "running_mean", "running_var")),
        "features.3.weight", "features.3.bias",
    ]  # fmt: skip
    assert (found["features.0.bias"][1] == (ARRAYS["b"] if has_bias else 0)).all()
    assert np.array_equal(found["features.1.weight"][1], [2, 3, 4, 5])
    assert np.array_equal(found["features.1.bias"][1], [1, 2, 3, 4])
    assert {found[f"features.1.{n}"][0] for n in ("weight", "bias")} == {""}


def test_the_first_sum_is_the_bias_and_the_second_a_batch_norm():
    found = followed([step("Conv", "w", **PAD), step("Sub", "one"), step("Add", "shift"), RELU])
    assert np.array_equal(found.found["features.0.bias"][1], [-2] * 4)
    assert found.found["features.0.bias"][0] == "one"
    assert np.array_equal(found.found["features.1.bias"][1], [1, 2, 3, 4])
    product_first = followed([step("Conv", "w", **PAD), *BATCH, RELU]).found
    assert np.array_equal(product_first["features.0.bias"][1], [0] * 4)


def test_a_batch_norm_node():
    norm = step("BatchNormalization", "b", "v", "v", "b", epsilon=1e-3)
    chain = followed([step("Conv", "w", **PAD), norm, RELU, SECOND, RELU])
    assert theirs(chain) == {
        "features.0.weight": "w", "features.0.bias": "",
        "features.1.weight": "b", "features.1.bias": "v", "features.1.running_mean": "v",
        "features.1.running_var": "b", "features.3.weight": "second", "features.3.bias": "",
    }  # fmt: skip
    variance = chain.found["features.1.running_var"][1]
    assert variance == pytest.approx(ARRAYS["b"] + 1e-3 - DEFAULT_EPS, rel=1e-7)
    plain = followed([CONV, step("BatchNormalization", "b", "v", "v", "b"), RELU]).found
    assert plain["features.1.running_var"][1] is ARRAYS["b"]  # ONNX's default is ours
    assert theirs(followed([CONV, step("BatchNormalization", "b", "v", "v", "b"), RELU])) == C0 | {
        "features.1.weight": "b", "features.1.bias": "v", "features.1.running_mean": "v",
        "features.1.running_var": "b",
    }  # fmt: skip


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


def test_a_variance_may_be_0():
    chain = followed([CONV, step("BatchNormalization", "v", "v", "v", "zeros"), RELU])
    assert theirs(chain)["features.1.running_var"] == "zeros"


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


def test_pixels_are_normalised_by_all_arithmetic_before_the_first_convolution():
    chain = followed([step("Mul", "one"), step("Sub", "rgb"), step("Div", "one"), CONV, RELU])
    assert chain.input_affine.scale.tolist() == [1]
    assert chain.input_affine.shift.tolist() == [-0.5, -1, -1.5]


def test_the_first_output_of_a_node_is_followed():
    chain = Chain(Constants(Path("net.onnx"), Budget(1000)), "x", [])
    chain.add(onnx.helper.make_node("Dropout", ["x"], ["y", "mask"]))
    assert chain.value == "y"
    node = onnx.helper.make_node("Dropout", ["y"], ["z", "mask"])
    assert "the node 'z'" in str(chain.error(node, "is odd"))
