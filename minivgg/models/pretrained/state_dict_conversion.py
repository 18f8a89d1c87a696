"""Whose weights a file holds, by the names in it, and which tensor belongs to which place in a net of ``models.vgg``.

torchvision  features.0.weight (O, I, kh, kw), classifier.0.weight (out, in): as here, and what ``save_weights`` writes
timm         features.0.weight; pre_logits.fc1, pre_logits.fc2, head.fc: fully connected layers as convolutions (out, C, kh, kw)
keras        block1_conv1/…kernel (kh, kw, I, O), fc1 (in, out), or by number: layers/conv2d_3/vars/0, dense_1; sees BGR
frossard     conv1_1_W (kh, kw, I, O), fc6_W (in, out)

Keras and Frossard flatten (H, W, C), torchvision and timm (C, H, W). Nets here always see RGB: the first filters of a net that saw BGR
are turned round when they are read, so that pictures, filters and preprocessing need not know.
"""

import re
from math import prod

from minivgg.layers import Conv2d, Linear
from minivgg.models.layer_names import layer_at, layer_names

TIMM = {
    "pre_logits.fc1": 0,
    "pre_logits.fc2": 1,
    "head.fc": 2,
}  # which of the fully connected layers


def source_of(names):
    """Whose names these are: "torchvision", "timm", "keras", "frossard"; raises ``ValueError`` for others."""
    names = list(names)
    if any(re.fullmatch(r"conv\d_\d_W", name) for name in names):
        return "frossard"
    if any(name.startswith(tuple(TIMM)) for name in names):
        return "timm"
    if any(name.startswith(("features.", "classifier.")) for name in names):
        return "torchvision"
    if any(re.search(r"(^|/)(block\d_conv\d|conv2d(_\d+)?)/", name) for name in names):
        return "keras"
    raise ValueError(
        f"its tensors are named as in no source known here: {', '.join(names[:3]) or 'there are none'}"
    )


def layout(file, net):
    """{name in ``net.state_dict()``: (name in the file, view of the file's array in this project's order)}.

    file: {name: array}. Views may have more axes than the net's array, with as many numbers: a matrix is given as filters. Tensors that
    the net has no place for keep their own name, but for fully connected layers where the net has none: these are left out.
    """
    source = source_of(file)
    found = {}
    for ours, theirs, array in (
        _torch(file, net)
        if source in ("torchvision", "timm")
        else _channels_last(file, net, source)
    ):
        if ours in found:
            raise ValueError(f"its {found[ours][0]} and {theirs} would both be {ours}")
        found[ours] = theirs, array
    return found


def _torch(file, net):
    for name, array in file.items():
        place, _, kind = name.rpartition(".")
        ours = f"classifier.{3 * TIMM[place]}.{kind}" if place in TIMM else name
        if ours.startswith("classifier.") and "classifier" not in net.layers:
            continue
        yield ours, name, array


def _channels_last(file, net, source):
    places = _places(net)
    map_shape = net["features"].output_shape(net.input_shape)
    first = next(iter(places.values()), None)
    for name, array in _sorted(file):
        if name.startswith(
            "optimizer"
        ):  # its state, beside the weights of a model that was compiled
            continue
        kind, number, is_weight = _keras(name, array) if source == "keras" else _frossard(name)
        place = places.get((kind, number))
        if kind == "dense" and "classifier" not in net.layers:
            continue
        if place is None:
            yield name, name, array
        elif not is_weight:
            yield f"{place}.bias", name, array
        elif kind == "conv":
            filters = array.transpose(3, 2, 0, 1) if array.ndim == 4 else array
            yield (
                f"{place}.weight",
                name,
                filters[:, ::-1] if place == first and source == "keras" else filters,
            )
        else:
            yield f"{place}.weight", name, _matrix(array, map_shape if number == 0 else None)


def _matrix(array, map_shape):
    """(in, out) -> (out, in), or where ``in`` was a map, (H, W, C) in a row, -> filters (out, C, H, W)."""
    if array.ndim != 2 or map_shape is None or array.shape[0] != prod(map_shape):
        return array.T
    c, h, w = map_shape
    return array.reshape(h, w, c, -1).transpose(3, 2, 0, 1)


def _places(net):
    """{("conv", "1_1") or ("conv", 0) or ("dense", 0): "features.0"}: by the paper's name, for convolutions, and by number."""
    found, counts = {}, {"conv": 0, "dense": 0}
    for name, place in layer_names(net).items():
        layer = layer_at(net, place)
        kind = (
            "conv" if isinstance(layer, Conv2d) else "dense" if isinstance(layer, Linear) else None
        )
        if kind:
            if kind == "conv":
                found[kind, name.removeprefix("conv")] = place
            found[kind, counts[kind]] = place
            counts[kind] += 1
    return found


def _sorted(file):
    """Weights before biases, so that a missing layer is missed by its weights."""
    return sorted(file.items(), key=lambda item: item[1].ndim, reverse=True)


DENSE = {"fc1": 0, "fc2": 1, "predictions": 2}  # Keras' names


def _keras(name, array):
    """("conv" or "dense", which, whether these are weights and not biases)."""
    for layer in reversed(name.split("/")):
        if found := re.fullmatch(r"block(\d)_conv(\d)", layer):
            return "conv", f"{found[1]}_{found[2]}", array.ndim > 1
        if found := re.fullmatch(r"(conv2d|dense)(?:_(\d+))?", layer):
            return "conv" if found[1] == "conv2d" else "dense", int(found[2] or 0), array.ndim > 1
        if layer in DENSE:
            return "dense", DENSE[layer], array.ndim > 1
    return "other", name, False


def _frossard(name):
    if found := re.fullmatch(r"conv(\d_\d)_([Wb])", name):
        return "conv", found[1], found[2] == "W"
    if found := re.fullmatch(r"fc([678])_([Wb])", name):
        return "dense", int(found[1]) - 6, found[2] == "W"
    return "other", name, False
