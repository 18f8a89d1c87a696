"""Weights from a file into a net, tensor by tensor, and back; with the preprocessing that belongs to them."""

import json
from math import inf, isfinite, prod

from minivgg import data, weights
from minivgg.models.layer_names import head_of, layer_names
from minivgg.models.pretrained.registry import PREPROCESSING
from minivgg.models.pretrained.state_dict_conversion import layout, source_of
from minivgg.models.vgg import vgg

FORMAT = {"format": "pt"}  # what libraries that read safetensors for PyTorch look for
UNSAID = "minivgg"  # the format of files in run folders whose config.json says the preprocessing
COUNTER = "num_batches_tracked"  # of a batch norm: how many batches its running statistics are of


def load_weights(net, path, new_head=False):
    """Fill a net of this package with the weights in a file and set ``net.preprocessing`` to what they expect; returns the net.

    The file: torchvision's .pth (both kinds), timm's or this package's safetensors, Keras' .h5 (with or without top) or Frossard's .npz,
    recognised by its content. A net without fully connected layers takes the others alone. new_head: leave the last fully connected
    layer as it is, for other classes.
    Tensors go from the mapped file into the net one after the other, so hardly more memory is needed than the net has.
    Raises ``FileNotFoundError``, ``OSError`` for a damaged file, or ``ValueError`` naming the file, the tensor and the shapes, when it
    lacks a tensor, has one too many or one of another shape. The net is then as it was.
    """
    file = weights.read(path)
    preprocessing = _kept(file)
    try:
        source = source_of(file)
        found, arrays = layout(file, net), net.arrays()
        head = f"{head_of(net)}." if new_head else None
        wanted = {
            name: array
            for name, array in arrays.items()
            if head is None or not name.startswith(head)
        }
        for name in [name for name in wanted if name.endswith(COUNTER) and name not in found]:
            del wanted[
                name
            ]  # files of PyTorch before 0.4.1 lack it, and a trained net does without
        _require_all(found, wanted, net)
        extra = [theirs for name, (theirs, _) in found.items() if name not in arrays]
        if extra:
            raise ValueError(
                f"it has {extra[0]}, {_sides(file[extra[0]])}, for which the net has no place"
            )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    with net.writable():
        for name, target in wanted.items():
            weights.copy_into(target, found[name][1], file)
    net.preprocessing = preprocessing or PREPROCESSING[source]
    return net


def preprocessing_of(path):
    """The ``data.Normalize`` that the weights in a file expect images to have gone through; raises as ``load_weights``."""
    file = weights.read(path)
    try:
        return _kept(file) or PREPROCESSING[source_of(file)]
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def classes_in(path, net):
    """How many classes the weights in a file are for, read as those of a net or of the net of that name; 0 for convolutions alone.

    Raises as ``load_weights``.
    """
    file, net = (
        weights.read(path),
        vgg(net, 1, initializer="zeros") if isinstance(net, str) else net,
    )
    try:
        found = layout(file, net)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    bias = found.get(f"{head_of(net)}.bias")
    return 0 if bias is None else bias[1].size


def save_weights(net, path, metadata=None):
    """Write a net's weights as safetensors in torchvision's names, with what preprocessing they expect; metadata: {str: str} beside it.

    PyTorch reads it: ``model.load_state_dict(safetensors.torch.load_file(path))``. Raises ``OSError`` when it cannot be written.
    """
    kept = FORMAT | (metadata or {})
    if net.preprocessing is not None:
        kept["preprocessing"] = json.dumps(
            {"mean": net.preprocessing.mean, "std": net.preprocessing.std}
        )
    weights.save(path, net.arrays(), kept)


def _require_all(found, wanted, net):
    """Every array of the net is in the file, with the right shape and kind of numbers."""
    papers = {place: name for name, place in layer_names(net).items()}
    head = head_of(net)
    for name, array in wanted.items():
        place = name.rpartition(".")[0]
        called = f"{name} ({papers[place]})" if place in papers else name
        if name not in found:
            top = "classifier" in name and not any(
                other.startswith("classifier.") for other in found
            )
            hint = (
                ": it has no fully connected layers at all, so make the net with include_top=False"
                if top
                else ""
            )
            raise ValueError(f"it lacks {called}, {_sides(array)}{hint}")
        theirs, view = found[name]
        if view.shape != array.shape and (
            view.ndim != 4 or (view.shape[0], prod(view.shape[1:])) != array.shape
        ):
            hint = "; for other classes load with new_head=True" if place == head else ""
            raise ValueError(
                f"its {theirs} is {_sides(view)}, but the net's {called} is {_sides(array)}{hint}"
            )
        if view.dtype.kind != "f" and not name.endswith(COUNTER):
            raise ValueError(f"its {theirs} holds numbers of type {view.dtype}, not floating point")


def _kept(file):
    """The preprocessing that a file of this package names, or None. ``ValueError`` for a run's file that leaves it to the run."""
    if file.metadata.get("format") == UNSAID and "preprocessing" not in file.metadata:
        raise ValueError(
            f"{file.path}: it does not say how pixels are normalised: name the run folder that it lies in"
        )
    if "preprocessing" not in file.metadata:
        return None
    try:
        found = json.loads(file.metadata["preprocessing"])
        mean, std = ([float(v) for v in found[name]] for name in ("mean", "std"))
        if not (
            len(mean) == len(std) > 0 and all(map(isfinite, mean)) and all(0 < v < inf for v in std)
        ):
            raise ValueError("no mean and standard deviation")
        return data.Normalize(tuple(mean), tuple(std))
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise OSError(f"{file.path} is damaged: its preprocessing cannot be read") from error


def _sides(array):
    return "×".join(map(str, array.shape)) or "a single number"
