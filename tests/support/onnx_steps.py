"""Chains of ONNX nodes, written short: a step is a node that takes what the one before it gives."""

from pathlib import Path

import numpy as np
import pytest

from minivgg.weights.memory_map import Budget
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


WHOLE, THEN = step("Conv", "whole"), step("Conv", "then")
BATCH = [step("Mul", "scale"), step("Add", "shift")]
