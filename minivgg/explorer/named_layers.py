"""The layers of a net as the page knows them, see ``web/shapes.js``."""

from string import ascii_lowercase
from typing import Any

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
from minivgg.layers.containers import innermost_layers

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
    kernel, stride, padding = layer.kernel_size[0], layer.stride[0], layer.padding[0]
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
