"""The layers in Keras' files (.h5, .weights.h5, .keras), in the order of the net.

The names count on within a session (conv2d_17) and say nothing about the net, except those of
keras.applications (block1_conv1). So layers are told by the shapes of their arrays, and taken in
the order that the file's metadata has, or else in that of the numbers in their names.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

import numpy as np

from minivgg.models.pretrained.file_layers import FileLayer, FileLayers, fits, in_order
from minivgg.models.pretrained.keras_config import epsilons, layer_order
from minivgg.utils.file_names import natural_order

ROLES = {
    "kernel": "weight", "W": "weight", "bias": "bias", "b": "bias", "gamma": "weight",
    "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var",
    "mean": "mean", "variance": "variance", "count": "count",
}  # fmt: skip
KERAS_EPSILON = 1e-3  # added to the variance in a batch norm, unless a configuration says otherwise
NORM = ("weight", "bias", "running_mean", "running_var")
KERAS_HEAD = ("fc1", "fc2", "predictions")
NO_LAYERS = re.compile(r"(^|/)(optimizer(_weights)?|seed_generator|metrics|_metrics)(/|$)")


def read_keras_names(
    file: Mapping[str, np.ndarray], metadata: Mapping[str, str]
) -> FileLayers | None:
    """The layers of a file of Keras.

    Parameters
    ----------
    file : mapping of str to ndarray
        The arrays.
    metadata : mapping of str to str
        "keras_config", "keras_layers" and "keras_names", where the file has them.

    Returns
    -------
    layers : FileLayers or None
        None if nothing in the file has a name as Keras gives them.
    """
    groups: dict[str, dict[str, str]] = {}
    for name in file:
        group, role = _split(name)
        if role and not NO_LAYERS.search(name):
            groups.setdefault(group, {})[role] = name
    if not groups:
        return None
    convolutions: list[FileLayer] = []
    norms: list[FileLayer] = []
    dense: list[FileLayer] = []
    others: list[str] = []
    names = _names(metadata)
    for group in _ordered(groups, metadata, names):
        arrays = groups[group]
        name = names.get(group) or group.rpartition("/")[2]
        found = [file[array] for array in arrays.values()]
        weight = file[arrays["weight"]] if "weight" in arrays else found[0]
        if "weight" not in arrays and "0" in arrays:
            arrays = _by_number(arrays, [array.ndim for array in found])
            weight = file[next(iter(arrays.values()))]
        block = re.fullmatch(r"block(\d)_conv(\d)", name)
        path = f"conv{block[1]}_{block[2]}" if block else ""
        if weight.ndim == 4 and "weight" in arrays:
            k, _, i, o = weight.shape
            convolutions.append(FileLayer(name, path, arrays, i, o, k))
        elif weight.ndim == 2 and "weight" in arrays:
            dense.append(FileLayer(name, "", arrays, *weight.shape))
        elif "running_var" in arrays:
            norms.append(FileLayer(name, "", arrays, weight.size, weight.size))
        elif "variance" not in arrays:
            others += arrays.values()
    if not (convolutions or dense):
        return None
    if not fits(convolutions):  # a base model inside of another comes first
        convolutions.sort(key=lambda layer: -layer.arrays["weight"].count("/"))
    found_in_config = epsilons(metadata.get("keras_config", ""))
    known = found_in_config if len(found_in_config) == len(norms) else [KERAS_EPSILON] * len(norms)
    norms = [layer._replace(epsilon=e) for layer, e in zip(norms, known, strict=True)]
    return FileLayers("keras", convolutions, norms, in_order(dense), others)


def normalization(file: Mapping[str, np.ndarray]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The mean and the variance that ``Normalization`` layers have learned.

    Parameters
    ----------
    file : mapping of str to ndarray
        The arrays.

    Returns
    -------
    found : dict of str to (ndarray, ndarray)
        By the name of the layer, or its place in the file.
    """
    groups: dict[str, dict[str, str]] = {}
    for name in file:
        group, role = _split(name)
        if role:
            groups.setdefault(group, {})[role] = name
    found = {}
    for group, arrays in groups.items():
        numbered = "normalization" in group and "batch" not in group
        for mean, variance, count in (("mean", "variance", "count"), ("0", "1", "2")):
            known = mean in arrays and variance in arrays and (count in arrays or mean == "mean")
            if known and (numbered or mean == "mean"):
                a, b = file[arrays[mean]], file[arrays[variance]]
                found[group.rpartition("/")[2]] = a.reshape(-1), b.reshape(-1)
    return found


def _split(name: str) -> tuple[str, str]:
    """(the layer's place in the file, what the array is there), or ("", "") for another name."""
    group, _, last = name.rpartition("/")
    last = last.removesuffix(":0")
    if group.endswith("/vars") and last.isdigit():
        return group.removesuffix("/vars"), last
    if match := re.fullmatch(r".*_(W|b)_\d+", last):
        return group, ROLES[match[1]]
    return (group, ROLES[last]) if group and last in ROLES else ("", "")


def _by_number(arrays: Mapping[str, str], dimensions: list[int]) -> dict[str, str]:
    """The arrays of a layer of .weights.h5, which are numbered, by what they are."""
    roles: tuple[str, ...] = ("weight", "bias")
    if dimensions[0] == 1:
        roles = NORM if len(arrays) == len(NORM) else ("mean", "variance", "count")
    by_number = sorted(arrays, key=int)
    return {role: arrays[key] for role, key in zip(roles, by_number, strict=False)}


def _names(metadata: Mapping[str, str]) -> dict[str, str]:
    """{place in the file: name of the layer}, where the file says it."""
    found = _json(metadata.get("keras_names", ""))
    if not isinstance(found, dict):
        return {}
    return {str(k).removesuffix("/vars"): str(v) for k, v in found.items()}


def _ordered(
    groups: Mapping[str, object], metadata: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[str]:
    order = layer_order(metadata.get("keras_config", ""))
    listed = _json(metadata.get("keras_layers", ""))
    if not order and isinstance(listed, list):
        order = {str(name): rank for rank, name in enumerate(listed)}

    def rank(group: str) -> tuple[float, list[str | int]]:
        parts = group.split("/")
        known = [order[p] for p in (group, names.get(group, ""), *reversed(parts)) if p in order]
        fixed = [KERAS_HEAD.index(p) for p in parts if p in KERAS_HEAD]
        place = known[0] if known else fixed[0] if fixed else -1
        return place, natural_order(PurePath(group))

    return iter(sorted(groups, key=rank))


def _json(text: str) -> object:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
