"""Loading weights from files into nets and saving them, with the preprocessing they expect."""

import json
import re
from collections.abc import Mapping, Sequence
from math import isfinite, prod
from pathlib import Path

import numpy as np

from minivgg import weights
from minivgg.backend import Array
from minivgg.data import Normalize
from minivgg.models.layer_names import head_path, layer_names
from minivgg.models.net import Net
from minivgg.models.pretrained.file_errors import about_file
from minivgg.models.pretrained.file_layers import FileLayers, shape_text
from minivgg.models.pretrained.file_preprocessing import (
    Pixels,
    configuration_of,
    expected_pixels,
)
from minivgg.models.pretrained.googlenet_names import NAME as GOOGLENET
from minivgg.models.pretrained.googlenet_names import is_beside
from minivgg.models.pretrained.keras_architecture import (
    check_architecture,
    has_head,
)
from minivgg.models.pretrained.state_dict_conversion import (
    Converted,
    convert_state_dict,
    read_layers,
)
from minivgg.models.pretrained.torch_names import without_wrappers
from minivgg.utils.files import StrPath
from minivgg.utils.notices import notify
from minivgg.utils.printable_text import listed

FORMAT = "pt"  # "format" in the metadata: what libraries expect in safetensors from PyTorch
MAX_NAMED = 3
COUNTER = "num_batches_tracked"  # of a batch norm: the number of batches in its running statistics


def load_weights(
    net: Net,
    path: StrPath,
    new_head: bool = False,
    *,
    pixels: Pixels = None,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
) -> Net:
    """Load the weights in a file into a net, and set ``net.preprocessing``.

    Tensors go one by one from the mapped file into the net, so hardly more memory is needed than
    the net has. Prefixes that wrappers add to names (module., _orig_mod., model.) do not matter,
    and the layers of a head are taken in order, whatever they are called.

    What the file says about pixels is used: this package's own metadata, and layers of Keras
    before the first convolution. Where it cannot be known, a ``Notice`` says what was assumed.

    Parameters
    ----------
    net : Net
        Without fully connected layers it loads only the rest.
    path : path
        torchvision's .pth (both formats), timm's or this package's safetensors, a file of Keras
        (with or without top) or Frossard's .npz; the content tells which. The index of weights in
        several files, or its folder, is read as well.
    new_head : bool
        Whether to leave the last fully connected layer as it is, for other classes.
    pixels : {"rgb", "bgr"}, optional
        The order of channels that the first filters in the file expect.
    mean, std : sequence of float, optional
        Of each channel, RGB, for values from 0 to 1, as in ``data.Normalize``: what the weights
        were trained with.

    Returns
    -------
    net : Net
        The net itself.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    OSError
        If the file is damaged; the net is unchanged.
    ValueError
        If a tensor is missing, is not the net's, or has another shape. The message names the file,
        the tensor and the shapes, and the net is unchanged.
    """
    arrays = net.arrays()
    file = weights.read(path, sum(array.nbytes for array in arrays.values()))
    try:
        layers = read_layers(file, file.metadata)
        _check_family(layers, net)
        expected = expected_pixels(file, layers, pixels, mean, std, quiet=True)
        found = convert_state_dict(file, net, layers, expected.bgr)
        head = f"{head_path(net)}." if new_head else None
        wanted = {
            name: array
            for name, array in arrays.items()
            if head is None or not name.startswith(head)
        }
        # files of PyTorch before 0.4.1, and Keras', lack the counters; a trained net needs none
        for name in [name for name in wanted if name.endswith(COUNTER) and name not in found]:
            del wanted[name]
        _check_head(layers, net)
        config = file.metadata.get("keras_config", "")
        if layers.head or not has_head(net):
            check_architecture(config, net)
        _check_all(found, wanted, net, layers)
        beside, extra = _extra(found, arrays, net, layers)
        if extra:
            shape = shape_text(file[extra[0]])
            raise ValueError(f"it has {extra[0]}, {shape}, which the net does not have")
    except ValueError as error:
        raise about_file(path, error) from error
    file.check()  # before the net is changed
    with net.writable():
        for name, target in wanted.items():
            weights.copy_into(target, found[name][1], file)
    if beside:
        count = f"{len(beside)} tensors" if len(beside) > 1 else "1 tensor"
        parts = listed(list(dict.fromkeys(name.partition(".")[0] for name in beside)), MAX_NAMED)
        notify(f"{path}: {count} beside the convolutions and their head left out ({parts})")
    expected = expected_pixels(file, layers, pixels, mean, std)
    _report_non_finite(path, found, wanted)
    net.preprocessing = expected.normalize
    return net


def preprocessing_of(
    path: StrPath,
    *,
    pixels: Pixels = None,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
) -> Normalize:
    """What the weights in a file expect of images.

    It gives no notice of an assumption; ``load_weights`` does.

    Parameters
    ----------
    path : path
        As for ``load_weights``, whose errors it raises.
    pixels, mean, std : optional
        As for ``load_weights``.

    Returns
    -------
    normalize : Normalize
        The mean and standard deviation of each channel.
    """
    file = weights.read(path)
    try:
        layers = read_layers(file, file.metadata)
        return expected_pixels(file, layers, pixels, mean, std, quiet=True).normalize
    except ValueError as error:
        raise about_file(path, error) from error


def classes_in(path: StrPath, net: Net | str) -> int:
    """The number of classes that the weights in a file are for.

    Parameters
    ----------
    path : path
        As for ``load_weights``, whose errors it raises.
    net : Net or str
        The net, or its name, whose weights they are. The answer does not depend on it.

    Returns
    -------
    classes : int
        0 for convolutions alone.
    """
    file = weights.read(path)
    try:
        head = read_layers(file, file.metadata).head
    except ValueError as error:
        raise about_file(path, error) from error
    return head[-1].outputs if head else 0


def save_weights(net: Net, path: StrPath, metadata: Mapping[str, str] | None = None) -> None:
    """Write a net's weights, under torchvision's names, and its preprocessing.

    PyTorch reads the file with ``model.load_state_dict(safetensors.torch.load_file(path))``, or
    ``torch.load(path)`` for a .pth.

    Parameters
    ----------
    net : Net
        With its preprocessing, if that is known.
    path : path
        The file, which is replaced if it exists: PyTorch's own format if its name ends with .pth
        or .pt, else safetensors.
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
    if Path(path).suffix.lower() in weights.TORCH_SUFFIXES:
        weights.save_torch(path, net.arrays(), stored)
    else:
        weights.save(path, net.arrays(), stored)


def _extra(
    found: Converted, arrays: Mapping[str, Array], net: Net, layers: FileLayers
) -> tuple[list[str], list[str]]:
    """What a net does not have: tensors of other parts of a larger model, and all others.

    The names of the first are without what the names of the net's own tensors begin with.
    """
    extra = [theirs for name, (theirs, _) in found.items() if name not in arrays]
    if layers.source not in ("torchvision", "timm") or not layers.convolutions:
        return [], extra
    first = layers.convolutions[0]
    if layers.net == GOOGLENET:
        root = first.name.removesuffix(first.path)
        beside = [name for name in extra if is_beside(without_wrappers(name), root)]
    else:
        body = layers.body()
        root = re.sub(r"[^.]+\.$", "", body)
        own = root if has_head(net) else body
        beside = [name for name in extra if not without_wrappers(name).startswith(own)]
    others = [name for name in extra if name not in beside]
    return [without_wrappers(name).removeprefix(root) for name in beside], others


def _check_family(layers: FileLayers, net: Net) -> None:
    """Raise ``ValueError`` if one of file and net is GoogLeNet, and the other is not."""
    is_vgg = "features" in net.layers
    if layers.net == GOOGLENET and is_vgg:
        raise ValueError(
            "it holds the weights of GoogLeNet, which is another net: models.googlenet builds it"
        )
    if not layers.net and not is_vgg:
        raise ValueError("its layers are not those of GoogLeNet, for which the net is made")


def _check_head(layers: FileLayers, net: Net) -> None:
    """Raise ``ValueError`` if the file's head has another number of layers than the net's."""
    if layers.net == GOOGLENET and len(layers.head) > 1:
        raise ValueError(f"its head has {layers.head_text()}, and that of GoogLeNet has 1")
    if "classifier" not in net.layers or not layers.head:
        return
    own = [path for path in layer_names(net).values() if path.startswith("classifier.")]
    if len(own) != len(layers.head):
        raise ValueError(
            f"its head has {layers.head_text()}, the net's has {len(own)}: {_make_the_net(layers)}"
        )


def _make_the_net(layers: FileLayers) -> str:
    """Advice on the net that the file is for."""
    hidden = tuple(layer.outputs for layer in layers.head[:-1])
    return f"make the net with hidden={hidden}, classes={layers.head[-1].outputs}"


def _check_all(found: Converted, wanted: dict[str, Array], net: Net, layers: FileLayers) -> None:
    """Raise ``ValueError`` unless each wanted array is found, with the right shape and dtype."""
    names, head = {path: name for name, path in layer_names(net).items()}, head_path(net)
    known = configuration_of(layers)
    theirs_known = f"; its convolutions are those of {known}" if known else ""
    for name, array in wanted.items():
        path = name.rpartition(".")[0]
        described = f"{name} ({names[path]})" if names.get(path, path) != path else name
        if name not in found:
            hint = ""
            if "classifier" in name and not layers.head:
                hint = (
                    ": it has no fully connected layers at all, so make the net with "
                    "include_top=False"
                )
            elif path == head and not layers.head:
                hint = ": it has no fully connected layer, so load it with new_head=True"
            elif layers.net == GOOGLENET and not layers.norms:
                hint = ": it has no batch norms (exports to ONNX fold them into the convolutions)"
            elif names.get(path, "").startswith("bn") and not layers.norms:
                hint = (
                    ": it has no batch norms (exports to ONNX fold them into the convolutions), so "
                    "make the net with batch_norm=False"
                )
            elif name.startswith("features."):
                hint = theirs_known
            raise ValueError(f"it lacks {described}, {shape_text(array)}{hint}")
        theirs, view = found[name]
        as_filters = view.ndim == 4 and (view.shape[0], prod(view.shape[1:])) == array.shape
        if view.shape != array.shape and not as_filters:
            hint = ""
            if path == head:
                hint = "; for other classes load with new_head=True"
            elif path.startswith("classifier."):
                hint = f"; its head has {layers.head_text()}"
            raise ValueError(
                f"its {theirs} is {shape_text(view)}, but the net's {described} is "
                f"{shape_text(array)}{hint}"
            )
        if view.dtype.kind != "f" and not name.endswith(COUNTER):
            raise ValueError(f"its {theirs} holds numbers of type {view.dtype}, not floating point")


def _report_non_finite(path: StrPath, found: Converted, loaded: Mapping[str, Array]) -> None:
    """Give a notice of the arrays with NaN or infinities."""
    with np.errstate(invalid="ignore"):  # the minimum and the maximum need no further memory
        names = [
            name
            for name, array in loaded.items()
            if array.size and not (isfinite(float(array.min())) and isfinite(float(array.max())))
        ]
    if names:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        advice = ""
        if all(name.startswith("classifier.") for name in names):
            advice = "; without fully connected layers (include_top=False) they do not matter"
        notify(
            f"{path}: its {found[names[0]][0]}{more} holds NaN or infinity, so the net's answers "
            f"are no numbers{advice}"
        )
