"""What a net of Keras does with its images before the first convolution, by its configuration.

Layers that scale, shift, normalise, choose or reorder channels are followed from the input on. Each
channel that the first filters see is a channel of the image times a number, plus a number.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias, cast

import numpy as np

from minivgg.models.pretrained.keras_config import (
    MALFORMED,
    Json,
    class_of,
    config_of,
    layers_in,
)

CAFFE_BGR = (103.939, 116.779, 123.68)
# layers that do not change what a channel means, or do so in training only
UNCHANGED = ("InputLayer", "Dropout", "Resizing", "CenterCrop", "ZeroPadding2D", "Identity")
Learned: TypeAlias = Mapping[str, tuple[np.ndarray, np.ndarray]]  # mean and variance, by layer


class Channel(NamedTuple):
    """A channel that the first filters see, as slope * pixel + shift of a channel of the image.

    Parameters
    ----------
    source : int
        Which channel, RGB.
    slope, shift : float
        Of the values that the net is given.
    """

    source: int
    slope: float
    shift: float


class Input(NamedTuple):
    """What a net does with its images before the first convolution.

    Parameters
    ----------
    channels : list of Channel
        In the order of the first filters.
    not_understood : str
        The layer that could not be read, or empty.
    """

    channels: list[Channel]
    not_understood: str = ""


Step: TypeAlias = Callable[[list[list[Channel]], Json, object, Learned], list[Channel]]


class _FirstConvolution(Exception):  # ends the search
    def __init__(self, value: list[Channel]) -> None:
        self.value = value


class _NotUnderstoodError(Exception):
    """Names a layer."""


def input_of(text: str, learned: Learned, channels: int) -> Input | None:
    """What a net does with its images before the first convolution.

    Parameters
    ----------
    text : str
        The configuration as JSON, or empty.
    learned : mapping of str to (ndarray, ndarray)
        The mean and variance of layers ``Normalization``.
    channels : int
        Of the images.

    Returns
    -------
    input : Input or None
        None if the configuration is not known.
    """
    start = [Channel(c, 1.0, 0.0) for c in range(channels)]
    try:
        _apply(json.loads(text), start, learned)
    except _FirstConvolution as found:
        return Input(found.value)
    except _NotUnderstoodError as error:
        return Input(start, str(error))
    except MALFORMED:
        return None
    return None


def _apply(model: Json, value: list[Channel], learned: Learned) -> list[Channel]:
    """The value after a model; raises ``_FirstConvolution`` with the value before that layer."""
    values: dict[str, list[Channel]] = {}
    for item in layers_in(model):
        kind, config = class_of(item), config_of(item)
        nodes = item.get("inbound_nodes")
        inputs = [values[name] for name in _histories(nodes) if name in values] or [value]
        if kind in ("Conv2D", "Convolution2D"):
            raise _FirstConvolution(inputs[0])
        name = str(item.get("name") or config.get("name"))
        if "layers" in config:
            value = _apply(item, inputs[0], learned)
        elif kind in UNCHANGED or kind.startswith("Random"):
            value = inputs[0]
        else:
            step = STEPS.get(kind)
            if step is None:
                raise _NotUnderstoodError(f"{name} ({kind})")
            try:
                value = step(inputs, {"name": name, **config}, nodes, learned)
            except MALFORMED as error:
                raise _NotUnderstoodError(f"{name} ({kind})") from error
        values[name] = value
    return value


def _histories(node: object) -> list[str]:
    """The names of the layers whose outputs a layer takes, in order."""
    if isinstance(node, dict):
        if "keras_history" in node:
            return [str(node["keras_history"][0])]
        return [name for part in node.values() for name in _histories(part)]
    if isinstance(node, list):
        if len(node) >= 3 and isinstance(node[0], str) and node[1:3] == [0, 0]:
            return [node[0]]  # as Keras 2 writes them
        return [name for part in node for name in _histories(part)]
    return []


def _numbers(value: object) -> list[float]:
    """All numbers of a nested list."""
    return [float(v) for v in np.asarray(value, np.float64).reshape(-1)]


def _arguments(nodes: object) -> list[object]:
    """What an operation is called with, once."""
    (node,) = cast("list[dict[str, list[object]]]", nodes)
    return node["args"]


def _constant(nodes: object) -> list[float]:
    """The constant operand of an operation on one tensor, which comes first.

    Where the constant comes first, as in c - x and c / x, none follows.
    """
    for operand in _arguments(nodes)[1:]:
        if isinstance(operand, int | float):
            return [float(operand)]
        if isinstance(operand, dict) and operand["class_name"] == "__tensor__":
            return _numbers(operand["config"]["value"])
    raise ValueError("no constant")


def _affine(
    channels: list[Channel], slopes: Sequence[float], shifts: Sequence[float]
) -> list[Channel]:
    n = len(channels)
    a, b = (list(values) * (n if len(values) == 1 else 1) for values in (slopes, shifts))
    return [
        Channel(c.source, c.slope * a, c.shift * a + b)
        for c, a, b in zip(channels, a, b, strict=True)
    ]


def _rescaling(inputs: list[list[Channel]], config: Json, _: object, __: Learned) -> list[Channel]:
    return _affine(inputs[0], _numbers(config["scale"]), _numbers(config.get("offset", 0)))


def _normalization(
    inputs: list[list[Channel]], config: Json, _: object, learned: Learned
) -> list[Channel]:
    if config.get("invert"):
        raise ValueError("the inverse")
    if config.get("mean") is not None:
        mean, variance = _numbers(config["mean"]), _numbers(config["variance"])
    else:
        # in .keras the place of a layer says only its class
        found = learned.get(str(config["name"]))
        (pair,) = [found] if found else learned.values()
        mean, variance = _numbers(pair[0]), _numbers(pair[1])
    std = [max(v**0.5, 1e-7) for v in variance]
    shifts = [-m / s for m, s in zip(mean, std, strict=True)]
    return _affine(inputs[0], [1 / s for s in std], shifts)


def _get_item(inputs: list[list[Channel]], _: Json, nodes: object, __: Learned) -> list[Channel]:
    last = cast("list[int | Json]", _arguments(nodes)[1])[-1]
    if isinstance(last, int):
        return [inputs[0][last]]
    if last["class_name"] == "slice" and last["config"] in ([None, None, -1], {"step": -1}):
        return inputs[0][::-1]
    raise ValueError("another slice")


def _stack(inputs: list[list[Channel]], config: Json, _: object, __: Learned) -> list[Channel]:
    return [channel for part in inputs for channel in part]


def _lambda(inputs: list[list[Channel]], config: Json, _: object, __: Learned) -> list[Channel]:
    if '"preprocess_input"' not in json.dumps(config):
        raise ValueError("another function")
    # of a VGG net, whose module Keras does not store
    return _affine(inputs[0][::-1], [1.0], [-v for v in CAFFE_BGR])


def _arithmetic(slope: Callable[[float], float], shift: Callable[[float], float]) -> Step:
    def step(inputs: list[list[Channel]], _: Json, nodes: object, __: Learned) -> list[Channel]:
        constant = _constant(nodes)
        return _affine(inputs[0], [slope(v) for v in constant], [shift(v) for v in constant])

    return step


_divide = _arithmetic(lambda v: 1 / v, lambda v: 0.0)
STEPS: dict[str, Step] = {
    "Rescaling": _rescaling,
    "Normalization": _normalization,
    "GetItem": _get_item,
    "Stack": _stack,
    "Concatenate": _stack,
    "Lambda": _lambda,
    "Add": _arithmetic(lambda v: 1.0, lambda v: v),
    "Subtract": _arithmetic(lambda v: 1.0, lambda v: -v),
    "Multiply": _arithmetic(lambda v: v, lambda v: 0.0),
    "Divide": _divide,
    "TrueDivide": _divide,
}
