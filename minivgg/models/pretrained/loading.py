"""Loading weights from files into nets and saving them, with the preprocessing they expect."""

import json
from collections.abc import Mapping
from math import inf, isfinite, prod

import numpy as np

from minivgg import data, weights
from minivgg.backend import Array
from minivgg.models.layer_names import head_path, layer_names
from minivgg.models.net import Net
from minivgg.models.pretrained.registry import PREPROCESSING
from minivgg.models.pretrained.state_dict_conversion import (
    Converted,
    convert_state_dict,
    detect_source,
)
from minivgg.models.vgg import vgg
from minivgg.utils.files import StrPath

# "format" in the metadata: what libraries expect in safetensors from PyTorch, and what files in run
# folders have, where config.json holds the preprocessing
FORMAT, FORMAT_WITHOUT_PREPROCESSING = "pt", "minivgg"
COUNTER = "num_batches_tracked"  # of a batch norm: the number of batches in its running statistics


def load_weights(net: Net, path: StrPath, new_head: bool = False) -> Net:
    """Load the weights in a file into a net, and set ``net.preprocessing``.

    Tensors go one by one from the mapped file into the net, so hardly more memory is needed than
    the net has.

    Parameters
    ----------
    net : Net
        Without fully connected layers it loads only the rest.
    path : path
        torchvision's .pth (both formats), timm's or this package's safetensors, Keras' .h5 (with or
        without top) or Frossard's .npz; the content tells which.
    new_head : bool
        Whether to leave the last fully connected layer as it is, for other classes.

    Returns
    -------
    net : Net
        The net itself.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    OSError
        If the file is damaged.
    ValueError
        If a tensor is missing, is not the net's, or has another shape. The message names the file,
        the tensor and the shapes, and the net is unchanged.
    """
    file = weights.read(path)
    preprocessing = _stored_preprocessing(file)
    try:
        source = detect_source(file)
        found, arrays = convert_state_dict(file, net), net.arrays()
        head = f"{head_path(net)}." if new_head else None
        wanted = {
            name: array
            for name, array in arrays.items()
            if head is None or not name.startswith(head)
        }
        # files of PyTorch before 0.4.1 lack the counters, which a trained net does not need
        for name in [name for name in wanted if name.endswith(COUNTER) and name not in found]:
            del wanted[name]
        _check_all(found, wanted, net)
        extra = [theirs for name, (theirs, _) in found.items() if name not in arrays]
        if extra:
            shape = _shape(file[extra[0]])
            raise ValueError(f"it has {extra[0]}, {shape}, which the net does not have")
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    with net.writable():
        for name, target in wanted.items():
            weights.copy_into(target, found[name][1], file)
    net.preprocessing = preprocessing or PREPROCESSING[source]
    return net


def preprocessing_of(path: StrPath) -> data.Normalize:
    """What the weights in a file expect of images.

    Parameters
    ----------
    path : path
        As for ``load_weights``, whose errors it raises.

    Returns
    -------
    normalize : Normalize
        The mean and standard deviation of each channel.
    """
    file = weights.read(path)
    try:
        return _stored_preprocessing(file) or PREPROCESSING[detect_source(file)]
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def classes_in(path: StrPath, net: Net | str) -> int:
    """The number of classes that the weights in a file are for.

    Parameters
    ----------
    path : path
        As for ``load_weights``, whose errors it raises.
    net : Net or str
        The net, or its name, whose weights they are.

    Returns
    -------
    classes : int
        0 for convolutions alone.
    """
    file = weights.read(path)
    if isinstance(net, str):
        net = vgg(net, 1, initializer="zeros")
    try:
        found = convert_state_dict(file, net)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    bias = found.get(f"{head_path(net)}.bias")
    return 0 if bias is None else bias[1].size


def save_weights(net: Net, path: StrPath, metadata: Mapping[str, str] | None = None) -> None:
    """Write a net's weights, under torchvision's names, and its preprocessing as safetensors.

    PyTorch reads the file with ``model.load_state_dict(safetensors.torch.load_file(path))``.

    Parameters
    ----------
    net : Net
        With its preprocessing, if that is known.
    path : path
        The file, which is replaced if it exists.
    metadata : mapping of str to str, optional
        Stored in the file as well.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    stored = {"format": FORMAT} | dict(metadata or {})
    if net.preprocessing is not None:
        mean, std = net.preprocessing.mean, net.preprocessing.std
        stored["preprocessing"] = json.dumps({"mean": mean, "std": std})
    weights.save(path, net.arrays(), stored)


def _check_all(found: Converted, wanted: dict[str, Array], net: Net) -> None:
    """Raise ``ValueError`` unless each wanted array is found, with the right shape and dtype."""
    names, head = {path: name for name, path in layer_names(net).items()}, head_path(net)
    for name, array in wanted.items():
        path = name.rpartition(".")[0]
        described = f"{name} ({names[path]})" if path in names else name
        if name not in found:
            no_top = "classifier" in name and not any(
                other.startswith("classifier.") for other in found
            )
            hint = (
                ": it has no fully connected layers at all, so make the net with include_top=False"
            )
            raise ValueError(f"it lacks {described}, {_shape(array)}{hint if no_top else ''}")
        theirs, view = found[name]
        as_filters = view.ndim == 4 and (view.shape[0], prod(view.shape[1:])) == array.shape
        if view.shape != array.shape and not as_filters:
            hint = "; for other classes load with new_head=True" if path == head else ""
            raise ValueError(
                f"its {theirs} is {_shape(view)}, but the net's {described} is "
                f"{_shape(array)}{hint}"
            )
        if view.dtype.kind != "f" and not name.endswith(COUNTER):
            raise ValueError(f"its {theirs} holds numbers of type {view.dtype}, not floating point")


def _stored_preprocessing(file: weights.File) -> data.Normalize | None:
    """The preprocessing in the metadata of a file of this package, or None.

    Raises ``ValueError`` for a file that leaves it to its run folder.
    """
    if "preprocessing" not in file.metadata:
        if file.metadata.get("format") == FORMAT_WITHOUT_PREPROCESSING:
            raise ValueError(
                f"{file.path}: it does not say how pixels are normalised: name the run folder that "
                "contains it"
            )
        return None
    try:
        found = json.loads(file.metadata["preprocessing"])
        mean, std = ([float(v) for v in found[name]] for name in ("mean", "std"))
        finite = all(map(isfinite, mean)) and all(0 < v < inf for v in std)
        if not (len(mean) == len(std) > 0 and finite):
            raise ValueError("no mean and standard deviation")
        return data.Normalize(tuple(mean), tuple(std))
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise OSError(f"{file.path} is damaged: its preprocessing cannot be read") from error


def _shape(array: np.ndarray) -> str:
    return "×".join(map(str, array.shape)) or "a single number"
