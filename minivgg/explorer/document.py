"""A net as a JSON document for the page: layers, and weights in float16 as base64.

Batch norm is folded into the convolution before it, and dropout left out, so that the page computes
what the net does in eval mode. The last decimals of weights are lost: float16 has 11 binary digits.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from minivgg import backend
from minivgg.data import Normalize
from minivgg.explorer.named_layers import named_layers
from minivgg.layers import BatchNorm2d, Conv2d, Layer, Linear, LocalResponseNorm, Sequential
from minivgg.layers.containers import innermost_layers
from minivgg.models.net import Net
from minivgg.utils.files import JsonObject

LARGEST_PAGE = 8_000_000  # bytes
UNIT = 255  # pixels are divided by it
BYTES_IN_BASE64 = 4 / 3 * 2  # of a number in float16
LEFT_OUT = ("batchnorm", "dropout", "flatten")


NamedLayer: TypeAlias = tuple[dict[str, Any], tuple[str, Layer]]  # about it; (path, layer)


@dataclass
class PlainLayer:
    """A layer of a net in eval mode.

    Parameters
    ----------
    about : dict
        Its kind, its name and its numbers, see ``web/net.js``.
    weight, bias : float16 array, optional
        (O, I, kh, kw) or (out, in), and (O,), with a batch norm folded in.
    """

    about: dict[str, Any]
    weight: np.ndarray | None = None
    bias: np.ndarray | None = None


def net_document(
    net: Net,
    name: str,
    title: str,
    classes: Sequence[str] | None = None,
    layers: int | None = None,
) -> JsonObject:
    """A net for the page.

    Parameters
    ----------
    net : Net
        With its weights and its preprocessing.
    name : str
        In the address of the page.
    title : str
        For its readers.
    classes : sequence of str, optional
        Names of the outputs.
    layers : int, optional
        How many convolutions and fully connected layers to take; all by default.

    Returns
    -------
    document : dict
        For ``page``.

    Raises
    ------
    ValueError
        If the explorer does not know one of the layers, a weight is too large for float16, there
        are not so many layers, or the weights are too large for a page.
    """
    channels, height, width = net.input_shape
    plain = plain_layers(net, layers)
    is_whole = layers is None or layers == _with_weights(net)
    normalize = net.preprocessing or Normalize((0.0,) * channels, (1.0,) * channels)
    return {
        "name": name,
        "title": title,
        "input": {"channels": channels, "height": height, "width": width},
        "layers": [_layer_document(layer) for layer in plain],
        "classes": list(classes) if classes and is_whole else None,
        "preprocess": {
            "mean": [float(v) for v in np.broadcast_to(normalize.mean, channels)],
            "std": [float(v) for v in np.broadcast_to(normalize.std, channels)],
            "unit": UNIT,
        },
    }


def plain_layers(net: Sequential, count: int | None = None) -> list[PlainLayer]:
    """The layers of a net in eval mode, with weights rounded to float16.

    Parameters
    ----------
    net : Net
        A chain of layers.
    count : int, optional
        How many convolutions and fully connected layers to take; all by default. ReLU and pooling
        after the last of them are taken, too.

    Returns
    -------
    layers : list of PlainLayer
        Without batch norm, dropout and flatten.

    Raises
    ------
    ValueError
        As for ``net_document``.
    """
    chosen = _first(list(zip(named_layers(net), innermost_layers(net), strict=True)), count)
    require_size(_size(chosen), "a page with these weights")
    found: list[PlainLayer] = []
    weights: list[tuple[np.ndarray, np.ndarray]] = []
    for about, (_, layer) in chosen:
        if isinstance(layer, Conv2d | Linear):
            weight = _float64(layer.weight.array)
            bias = _float64(layer.bias.array) if layer.bias else np.zeros(len(weight))
            weights.append((weight, bias))
            found.append(PlainLayer({k: v for k, v in about.items() if k != "bias"}))
        elif isinstance(layer, BatchNorm2d):
            if not found or found[-1].about["kind"] != "conv":
                raise ValueError(
                    f"the explorer knows batch norm after a convolution only, not {about['name']}"
                )
            weights[-1] = _folded(*weights[-1], layer)
        elif about["kind"] not in LEFT_OUT:
            found.append(PlainLayer(about | _lrn_numbers(layer)))
    remaining = iter(weights)
    for plain in found:
        if plain.about["kind"] in ("conv", "linear"):
            plain.weight, plain.bias = (_half(a, plain.about["name"]) for a in next(remaining))
    return found


def _first(pairs: list[NamedLayer], count: int | None) -> list[NamedLayer]:
    """The layers up to a convolution or fully connected layer, and those before the next one."""
    positions = [i for i, (_, (_, layer)) in enumerate(pairs) if isinstance(layer, Conv2d | Linear)]
    if count is None or count == len(positions):
        return pairs
    if not 1 <= count < len(positions):
        raise ValueError(f"--layers must be from 1 to {len(positions)} for this net, got {count}")
    return pairs[: positions[count]]


def _with_weights(net: Sequential) -> int:
    """How many convolutions and fully connected layers a net has."""
    return sum(isinstance(layer, Conv2d | Linear) for _, layer in innermost_layers(net))


def _size(pairs: list[NamedLayer]) -> int:
    """About how many bytes of the page the weights of layers take."""
    arrays = [p.array for _, (_, layer) in pairs for p in layer.parameters().values()]
    return round(sum(array.size for array in arrays) * BYTES_IN_BASE64)


def _float64(array: backend.Array) -> np.ndarray:
    return np.asarray(backend.to_numpy(array), np.float64)


def _folded(
    weight: np.ndarray, bias: np.ndarray, norm: BatchNorm2d
) -> tuple[np.ndarray, np.ndarray]:
    """Weight and bias of the convolution that does what a convolution and its batch norm do."""
    gamma, beta = _float64(norm.weight.array), _float64(norm.bias.array)
    mean, variance = _float64(norm.running_mean), _float64(norm.running_var)
    factor = gamma / np.sqrt(variance + norm.eps)
    return weight * factor[:, None, None, None], (bias - mean) * factor + beta


def _lrn_numbers(layer: object) -> dict[str, float]:
    if not isinstance(layer, LocalResponseNorm):
        return {}
    return {"size": layer.size, "alpha": layer.alpha, "beta": layer.beta, "k": layer.k}


def _half(array: np.ndarray, name: str) -> np.ndarray:
    """Numbers rounded to float16."""
    if not np.abs(array).max(initial=0) <= np.finfo(np.float16).max:
        raise ValueError(
            f"the weights of {name} are not numbers that fit into float16 (up to "
            f"{np.finfo(np.float16).max:,.0f}), which the page uses"
        )
    return array.astype("<f2")


def require_size(size: int, what: str) -> None:
    """Raise ``ValueError`` for a page that would be too large.

    Parameters
    ----------
    size : int
        In bytes, of the page or of the weights in it.
    what : str
        Whose size it is.
    """
    if size > LARGEST_PAGE:
        raise ValueError(
            f"{what} would have {size / 1e6:.1f} MB, and at most {LARGEST_PAGE / 1e6:.0f} MB are "
            "allowed: name fewer nets, or take their first N layers with weights by --layers N"
        )


def _layer_document(layer: PlainLayer) -> JsonObject:
    if layer.weight is None or layer.bias is None:
        return layer.about
    return {**layer.about, "weight": _base64(layer.weight), "bias": _base64(layer.bias)}


def _base64(array: np.ndarray) -> str:
    return b64encode(array.tobytes()).decode("ascii")
