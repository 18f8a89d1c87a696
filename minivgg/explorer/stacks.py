"""Nets as stacks of layers without weights, which the page builds from: the paper's, and others."""

from string import ascii_lowercase
from typing import Any, TypedDict

from minivgg import models
from minivgg.layers import (
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Layer,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    Sequential,
)
from minivgg.layers.initializers import without_memory
from minivgg.models.layer_names import innermost_layers

KINDS: dict[type[Layer], str] = {
    Conv2d: "conv",
    MaxPool2d: "pool",
    Linear: "linear",
    ReLU: "relu",
    LocalResponseNorm: "lrn",
    BatchNorm2d: "batchnorm",
    Flatten: "flatten",
    Dropout: "dropout",
    GlobalAvgPool2d: "gap",
}
IMPLIED = ("relu", "flatten", "dropout", "batchnorm")  # in every net, and without a window
PAPER_NETS = ("A", "A-LRN", "B", "B-5x5", "C", "D", "E")
COMPARED_CHANNELS, COMPARED_SIDE = 64, 56  # of the stacks of §2.3, which keep both


class Stack(TypedDict):
    """A stack of layers; ``web/shapes.js`` says what a layer has.

    Parameters
    ----------
    name : str
        As the command line and the address of the page have it.
    input : dict
        channels, height and width of the pictures.
    layers : list of dict
        In order.
    """

    name: str
    input: dict[str, int]
    layers: list[dict[str, Any]]


def stack_of(net: Sequential, name: str, input_shape: tuple[int, int, int]) -> Stack:
    """All layers of a net.

    Parameters
    ----------
    net : Net
        A chain of layers.
    name : str
        Of the stack.
    input_shape : (int, int, int)
        (C, H, W) of its pictures.

    Returns
    -------
    stack : Stack
        With the paper's names of layers.

    Raises
    ------
    ValueError
        If the explorer does not know one of the layers.
    """
    channels, height, width = input_shape
    return {
        "name": name,
        "input": {"channels": channels, "height": height, "width": width},
        "layers": named_layers(net),
    }


def named_layers(net: Sequential) -> list[dict[str, Any]]:
    """The layers of a net as data, with the paper's names: "conv1_1", "relu1_1", "pool1", "fc6".

    Parameters
    ----------
    net : Net
        A chain of layers.

    Returns
    -------
    layers : list of dict
        In order.

    Raises
    ------
    ValueError
        If the explorer does not know one of the layers.
    """
    known = {path: name for name, path in models.layer_paths(net).items()}
    found, number = [], ""
    for path, layer in innermost_layers(net):
        kind = KINDS.get(type(layer))
        if kind is None:
            raise ValueError(f"the explorer does not know the layer {path}: {layer!r}")
        if path in known:
            number = known[path].lstrip(ascii_lowercase)
        name = known.get(path) or (kind if kind in ("flatten", "gap") else f"{kind}{number}")
        found.append({"kind": kind, "name": name, **_numbers(layer, path)})
    return found


def _numbers(layer: Layer, path: str) -> dict[str, Any]:
    """What the page needs to know of a layer."""
    if isinstance(layer, Linear):
        return {"channels": layer.out_features, **_without_bias(layer)}
    if not isinstance(layer, Conv2d | MaxPool2d):
        return {}
    (kernel, other), (stride, *_), (padding, *_) = layer.kernel_size, layer.stride, layer.padding
    plain = (kernel, kernel), (stride, stride), (padding, padding)
    unusual = getattr(layer, "dilation", (1, 1)) != (1, 1) or getattr(layer, "ceil_mode", False)
    if (layer.kernel_size, layer.stride, layer.padding) != plain or unusual:
        raise ValueError(
            f"the explorer knows square windows without dilation only, not {path}: {layer!r}"
        )
    window = {"kernel": kernel, "stride": stride, "padding": padding}
    if isinstance(layer, MaxPool2d):
        return window
    groups = {} if layer.groups == 1 else {"groups": layer.groups}
    return {**window, "channels": layer.out_channels, **groups, **_without_bias(layer)}


def _without_bias(layer: Conv2d | Linear) -> dict[str, bool]:
    return {} if "bias" in layer.parameters() else {"bias": False}


def shown_layers(stack: Stack) -> Stack:
    """The stack without layers that change no size, such as ReLU: the page's table is short."""
    layers = [layer for layer in stack["layers"] if layer["kind"] not in IMPLIED]
    return {**stack, "layers": layers}


def preset_stacks() -> list[Stack]:
    """The stacks to choose from: the nets of the paper, AlexNet, and the stacks of §2.3.

    Returns
    -------
    stacks : list of Stack
        Without the layers that change no size.
    """
    nets = {name: models.vgg(name, 1000, initializer=without_memory) for name in PAPER_NETS}
    nets["AlexNet"] = models.alexnet(initializer=without_memory)
    stacks = [
        shown_layers(stack_of(net, name, net.input_shape))  # type: ignore[arg-type]
        for name, net in nets.items()
    ]
    return stacks + [
        _compared(count, kernel) for count, kernel in ((3, 3), (1, 7), (5, 3), (1, 11))
    ]


def _compared(count: int, kernel: int) -> Stack:
    """Convolutions of C to C channels, without biases as in §2.3."""
    channels, side = COMPARED_CHANNELS, COMPARED_SIDE
    window = {"kernel": kernel, "stride": 1, "padding": kernel // 2, "channels": channels}
    return {
        "name": f"{count}-of-{kernel}x{kernel}",
        "input": {"channels": channels, "height": side, "width": side},
        "layers": [
            {"kind": "conv", "name": f"conv1_{i}", **window, "bias": False}
            for i in range(1, count + 1)
        ],
    }
