"""State dicts of other libraries: names, shapes and orders, converted to those of this package.

torchvision  features.0.weight (O, I, kh, kw), classifier.0.weight (out, in): the names and shapes
             of this package, which ``save_weights`` writes
timm         features.0.weight; pre_logits.fc1, pre_logits.fc2, head.fc: fully connected layers as
             convolutions (out, C, kh, kw)
keras        block1_conv1/…kernel (kh, kw, I, O), fc1 (in, out), or numbered:
             layers/conv2d_3/vars/0, dense_1; its nets take BGR
frossard     conv1_1_W (kh, kw, I, O), fc6_W (in, out)

Keras and Frossard flatten (H, W, C), torchvision and timm (C, H, W). Nets here always take RGB: the
channels of the first filters of a BGR net are reversed when they are read, so that images, filters
and preprocessing need no special case.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from math import prod
from typing import Literal, TypeAlias

import numpy as np

from minivgg.backend import Shape
from minivgg.layers import Conv2d, Linear
from minivgg.models.layer_names import layer_at, layer_names
from minivgg.models.net import Net

Source: TypeAlias = Literal["torchvision", "timm", "keras", "frossard"]
Tensors: TypeAlias = Iterator[tuple[str, str, np.ndarray]]  # (our name, their name, view)
Converted: TypeAlias = dict[str, tuple[str, np.ndarray]]  # {our name: (their name, view)}

# names of the fully connected layers, and their numbers
TIMM = {"pre_logits.fc1": 0, "pre_logits.fc2": 1, "head.fc": 2}
KERAS = {"fc1": 0, "fc2": 1, "predictions": 2}


def detect_source(names: Iterable[str]) -> Source:
    """The library that uses these names.

    Parameters
    ----------
    names : iterable of str
        Of the tensors in a file.

    Returns
    -------
    source : {"torchvision", "timm", "keras", "frossard"}
        Where the file is from.

    Raises
    ------
    ValueError
        If the names are of none of them.
    """
    names = list(names)
    if any(re.fullmatch(r"conv\d_\d_W", name) for name in names):
        return "frossard"
    if any(name.startswith(tuple(TIMM)) for name in names):
        return "timm"
    if any(name.startswith(("features.", "classifier.")) for name in names):
        return "torchvision"
    if any(re.search(r"(^|/)(block\d_conv\d|conv2d(_\d+)?)/", name) for name in names):
        return "keras"
    hint = ""
    if names and all(name.startswith("module.") for name in names):
        hint = ": DataParallel has added 'module.', so save model.module.state_dict() instead"
    raise ValueError(
        "the names of its tensors match no known source: "
        f"{', '.join(names[:3]) or 'there are none'}{hint}"
    )


def convert_state_dict(file: Mapping[str, np.ndarray], net: Net) -> Converted:
    """Find the tensors of a file by a net's own names, in this package's order of axes.

    Parameters
    ----------
    file : mapping of str to ndarray
        The tensors by the names of their library.
    net : Net
        It is not changed. Where it has no fully connected layers, those of the file are left out.

    Returns
    -------
    found : dict of str to (str, ndarray)
        {name in ``net.state_dict()``: (name in the file, view)}. A view may have more axes than the
        net's array, with as many numbers: a matrix as filters. Tensors that the net does not have
        keep their names.

    Raises
    ------
    ValueError
        If the names match no known source, or two tensors would have one name.
    """
    source = detect_source(file)
    if source in ("torchvision", "timm"):
        tensors = _torch_tensors(file, net)
    else:
        tensors = _channels_last_tensors(file, net, source)
    found: Converted = {}
    for ours, theirs, array in tensors:
        if ours in found:
            raise ValueError(f"its {found[ours][0]} and {theirs} would both be {ours}")
        found[ours] = theirs, array
    return found


def _torch_tensors(file: Mapping[str, np.ndarray], net: Net) -> Tensors:
    """(our name, their name, view) of each tensor of torchvision or timm."""
    for name, array in file.items():
        path, _, kind = name.rpartition(".")
        ours = f"classifier.{3 * TIMM[path]}.{kind}" if path in TIMM else name
        if not ours.startswith("classifier.") or "classifier" in net.layers:
            yield ours, name, array


def _channels_last_tensors(file: Mapping[str, np.ndarray], net: Net, source: Source) -> Tensors:
    """(our name, their name, view) of each tensor of Keras or Frossard."""
    paths = _numbered_paths(net)
    map_shape = net["features"].output_shape(net.input_shape)
    first = next(iter(paths.values()), None)
    # weights before biases, so that an error about a missing layer names its weights
    for name, array in sorted(file.items(), key=lambda item: item[1].ndim, reverse=True):
        if name.startswith("optimizer"):  # its state, which a compiled model saves with the weights
            continue
        kind, number, is_weight = _keras(name, array) if source == "keras" else _frossard(name)
        if kind == "dense" and "classifier" not in net.layers:
            continue
        path = paths.get((kind, number))
        if path is None:
            yield name, name, array
        elif not is_weight:
            yield f"{path}.bias", name, array
        elif kind == "conv":
            filters = array.transpose(3, 2, 0, 1) if array.ndim == 4 else array
            bgr = path == first and source == "keras"
            yield f"{path}.weight", name, filters[:, ::-1] if bgr else filters
        else:
            yield f"{path}.weight", name, _matrix(array, map_shape if number == 0 else None)


def _matrix(array: np.ndarray, map_shape: Shape | None) -> np.ndarray:
    """(in, out) -> (out, in), or filters (out, C, H, W) where ``in`` is a flattened (H, W, C)."""
    if array.ndim != 2 or map_shape is None or array.shape[0] != prod(map_shape):
        return array.T
    c, h, w = map_shape
    return array.reshape(h, w, c, -1).transpose(3, 2, 0, 1)


def _numbered_paths(net: Net) -> dict[tuple[str, str | int], str]:
    """{("conv", "1_1") or ("conv", 0) or ("dense", 0): "features.0"}.

    Convolutions are listed both by the paper's name and by number.
    """
    found: dict[tuple[str, str | int], str] = {}
    counts = {"conv": 0, "dense": 0}
    for name, path in layer_names(net).items():
        layer = layer_at(net, path)
        if isinstance(layer, Conv2d):
            kind = "conv"
            found[kind, name.removeprefix("conv")] = path
        elif isinstance(layer, Linear):
            kind = "dense"
        else:
            continue
        found[kind, counts[kind]] = path
        counts[kind] += 1
    return found


def _keras(name: str, array: np.ndarray) -> tuple[str, str | int, bool]:
    """("conv", "dense" or "other"; the layer's name or number; whether it is a weight)."""
    for layer in reversed(name.split("/")):
        if match := re.fullmatch(r"block(\d)_conv(\d)", layer):
            return "conv", f"{match[1]}_{match[2]}", array.ndim > 1
        if match := re.fullmatch(r"(conv2d|dense)(?:_(\d+))?", layer):
            kind = "conv" if match[1] == "conv2d" else "dense"
            return kind, int(match[2] or 0), array.ndim > 1
        if layer in KERAS:
            return "dense", KERAS[layer], array.ndim > 1
    return "other", name, False


def _frossard(name: str) -> tuple[str, str | int, bool]:
    """As ``_keras``."""
    if match := re.fullmatch(r"conv(\d_\d)_([Wb])", name):
        return "conv", match[1], match[2] == "W"
    if match := re.fullmatch(r"fc([678])_([Wb])", name):
        return "dense", int(match[1]) - 6, match[2] == "W"
    return "other", name, False
