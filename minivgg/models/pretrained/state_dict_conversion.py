"""State dicts of other libraries: names, shapes and orders, converted to those of this package.

torchvision  features.0.weight (O, I, kh, kw), classifier.0.weight (out, in): the names and shapes
             of this package, which ``save_weights`` writes
timm         features.0.weight; pre_logits.fc1, pre_logits.fc2, head.fc: fully connected layers as
             convolutions (out, C, kh, kw)
keras        block1_conv1/…kernel (kh, kw, I, O), fc1 (in, out), or numbered:
             layers/conv2d_3/vars/0, dense_1
frossard     conv1_1_W (kh, kw, I, O), fc6_W (in, out)

Keras and Frossard flatten (H, W, C), torchvision and timm (C, H, W). Nets here always take RGB: the
channels of the first filters of a BGR net are reversed when they are read, so that images, filters
and preprocessing need no special case.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from math import prod
from typing import TypeAlias

import numpy as np

from minivgg.backend import Shape
from minivgg.layers import BatchNorm2d, Conv2d, Linear
from minivgg.layers.normalization import DEFAULT_EPS
from minivgg.models.layer_names import layer_at, layer_names
from minivgg.models.net import Net
from minivgg.models.pretrained.file_layers import FileLayer, FileLayers, in_order
from minivgg.models.pretrained.googlenet_names import read_googlenet_names
from minivgg.models.pretrained.keras_names import read_keras_names
from minivgg.models.pretrained.torch_names import read_torch_names

Converted: TypeAlias = dict[str, tuple[str, np.ndarray]]  # {our name: (their name, view)}


def read_layers(file: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> FileLayers:
    """The layers of a file, whichever library has named them.

    Parameters
    ----------
    file : mapping of str to ndarray
        The tensors by the names of their library.
    metadata : mapping of str to str
        Of the file.

    Returns
    -------
    layers : FileLayers
        By kind, in order.

    Raises
    ------
    ValueError
        If the names match no known source, or the file holds several nets.
    """
    found = (
        _read_caffe_names(file)
        or read_googlenet_names(file)
        or read_torch_names(file)
        or read_keras_names(file, metadata)
    )
    if found is None:
        raise ValueError(
            "the names of its tensors match no known source: "
            f"{', '.join(list(file)[:3]) or 'there are none'}"
        )
    return found


def _read_caffe_names(file: Mapping[str, np.ndarray]) -> FileLayers | None:
    """The layers of a file with Caffe's names: conv1_1_W, fc6_b."""
    if not any(re.fullmatch(r"conv\d_\d_W", name) for name in file):
        return None
    layers: dict[str, dict[str, str]] = {}
    others = []
    for name in file:
        if match := re.fullmatch(r"(conv\d_\d|fc\d+)_([Wb])", name):
            layers.setdefault(match[1], {})["weight" if match[2] == "W" else "bias"] = name
        else:
            others.append(name)
    convolutions, dense = [], []
    for name, arrays in sorted(layers.items()):
        shape = file[arrays["weight"]].shape if "weight" in arrays else ()
        if name.startswith("conv"):
            i, o = shape[-2:] if len(shape) == 4 else (0, 0)
            convolutions.append(FileLayer(name, name, arrays, i, o, shape[0] if shape else 0))
        else:
            i, o = shape if len(shape) == 2 else (0, 0)
            dense.append(FileLayer(name, "", arrays, i, o))
    return FileLayers("frossard", convolutions, [], in_order(dense), others)


def convert_state_dict(
    file: Mapping[str, np.ndarray], net: Net, layers: FileLayers, bgr: bool
) -> Converted:
    """Find the tensors of a file by a net's own names, in this package's order of axes.

    Parameters
    ----------
    file : mapping of str to ndarray
        The tensors by the names of their library.
    net : Net
        It is not changed. Where it has no fully connected layers, those of the file are left out.
    layers : FileLayers
        Of the file.
    bgr : bool
        Whether the first filters of the file take BGR.

    Returns
    -------
    found : dict of str to (str, ndarray)
        {name in ``net.state_dict()``: (name in the file, view)}. A view may have more axes than the
        net's array, with as many numbers: a matrix as filters. Tensors that the net does not have
        keep their names.

    Raises
    ------
    ValueError
        If two tensors would have one name.
    """
    found: Converted = {}
    paths = _paths(net)
    channels_last = layers.source in ("keras", "frossard")
    map_shape = net["features"].output_shape(net.input_shape) if channels_last else None

    def add(ours: str, theirs: str, array: np.ndarray) -> None:
        if ours in found:
            raise ValueError(f"its {found[ours][0]} and {theirs} would both be {ours}")
        found[ours] = theirs, array

    names = {name: path for name, path in layer_names(net).items() if name.startswith("conv")}
    by_name = all(layer.path.startswith("conv") for layer in layers.convolutions)
    parts = {
        Conv2d: layers.convolutions,
        BatchNorm2d: layers.norms,
        Linear: layers.head if "classifier" in net.layers or layers.net else [],
    }
    for kind, part in parts.items():
        for number, layer in enumerate(part):
            path = layer.path if layers.net or layer.path.startswith("features.") else ""
            if not path and kind is Conv2d and by_name:
                path = names.get(layer.path, "")
            elif not path:
                path = paths[kind][number] if number < len(paths[kind]) else ""
            for role, theirs in layer.arrays.items():
                if role.endswith("_mask"):
                    continue
                view = file[theirs]
                if f"{role}_mask" in layer.arrays:  # pruned: zeros where the mask is 0
                    view = view * file[layer.arrays[f"{role}_mask"]]
                if role == "weight" and channels_last and kind is Conv2d and view.ndim == 4:
                    view = view.transpose(3, 2, 0, 1)
                elif role == "weight" and channels_last and kind is Linear:
                    view = _matrix(view, map_shape if number == 0 else None)
                elif role == "running_var" and layer.epsilon != DEFAULT_EPS:
                    view = view + np.asarray(layer.epsilon - DEFAULT_EPS, view.dtype)
                if role == "weight" and bgr and kind is Conv2d and number == 0:
                    view = view[:, ::-1]
                add(f"{path}.{role}" if path else theirs, theirs, view)
    if not layers.net:
        _add_biases(net, found)
    for theirs in layers.others:
        is_number = file[theirs].ndim == 0 or file[theirs].dtype.kind != "f"  # a counter, a seed
        in_head = "classifier" in theirs and "classifier" not in net.layers
        if not (is_number or in_head):
            add(theirs, theirs, file[theirs])
    return found


def _add_biases(net: Net, found: Converted) -> None:
    """Zeros for the biases of convolutions that are trained without, as batch norm follows."""
    for (key, layer), following in pairwise([*net["features"].children().items(), ("", None)]):
        weight, bias = f"features.{key}.weight", f"features.{key}.bias"
        followed = isinstance(following[1], BatchNorm2d)
        has_bias = isinstance(layer, Conv2d) and layer.bias is not None
        if has_bias and followed and bias not in found and weight in found:
            theirs, view = found[weight]
            found[bias] = f"{theirs} without a bias", np.zeros(view.shape[0], view.dtype)


def _matrix(array: np.ndarray, map_shape: Shape | None) -> np.ndarray:
    """(in, out) -> (out, in), or filters (out, C, H, W) where ``in`` is a flattened (H, W, C)."""
    if array.ndim != 2 or map_shape is None or array.shape[0] != prod(map_shape):
        return array.T
    c, h, w = map_shape
    return array.reshape(h, w, c, -1).transpose(3, 2, 0, 1)


def _paths(net: Net) -> dict[type, list[str]]:
    """The paths of the layers of each kind, in order."""
    found: dict[type, list[str]] = {Conv2d: [], BatchNorm2d: [], Linear: []}
    for path in layer_names(net).values():
        layer = layer_at(net, path)
        kind: type = Linear if path.startswith("classifier.") else type(layer)
        if kind in found:
            found[kind].append(path)
    return found
