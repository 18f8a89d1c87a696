"""The graph of an ONNX file, node by node: its layers have the names and orders of our nets."""

from pathlib import Path

import numpy as np
import pytest
from support.onnx_steps import (
    ARRAYS,
    BATCH,
    BLOCK,
    CONV,
    FLAT,
    HALF,
    LAST,
    PAD,
    RELU,
    SECOND,
    THEN,
    WHOLE,
    followed,
    step,
)

from minivgg.layers.normalization import DEFAULT_EPS
from minivgg.weights.memory_map import Budget
from minivgg.weights.onnx_chain import Chain
from minivgg.weights.onnx_tensors import Constants

onnx = pytest.importorskip("onnx")


def theirs(chain):
    return {ours: name for ours, (name, _) in chain.found.items()}


C0 = {"features.0.weight": "w", "features.0.bias": "b"}
C3 = {"features.3.weight": "second", "features.3.bias": ""}
D0 = {"classifier.0.weight": "m", "classifier.0.bias": ""}
D3 = {"classifier.3.weight": "m2", "classifier.3.bias": ""}
GLOBAL = {"classifier.0.weight": "m4", "classifier.0.bias": ""}
DENSE = {"classifier.0.weight": "whole", "classifier.0.bias": ""}


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


def test_a_variance_may_be_0():
    chain = followed([CONV, step("BatchNormalization", "v", "v", "v", "zeros"), RELU])
    assert theirs(chain)["features.1.running_var"] == "zeros"


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
