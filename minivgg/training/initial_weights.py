"""What training starts from: another run's weights, a file of weights, or published ones."""

from difflib import get_close_matches
from pathlib import Path
from typing import Literal, NamedTuple, TypedDict

from minivgg import data, models
from minivgg.data import Normalize
from minivgg.models.configurations import LayerSpec, net_name
from minivgg.models.net import Net
from minivgg.models.pretrained.file_net import head_fits, start_in_file
from minivgg.models.pretrained.packaged import (
    VGG16_POOL3,
    VGG16_POOL3_LAYERS,
    packaged_folder,
)
from minivgg.training.rescaled_convolutions import is_in_pixels
from minivgg.training.run import Run
from minivgg.utils.files import JsonObject
from minivgg.weights.shards import index_in

WEIGHT_SUFFIXES = (  # of files, not of run folders
    ".pth", ".pt", ".ckpt", ".bin", ".safetensors", ".h5", ".hdf5", ".keras", ".npz", ".npy",
    ".onnx",
)  # fmt: skip
CLOSE_NAME = 0.75  # similarity from which on a name is meant that is not there
SAME_UNIT = 1e-4  # relative difference of two standard deviations that are the same


class PixelOptions(TypedDict, total=False):
    """What the user says about the pixels that weights in a file expect, as ``load_weights`` takes.

    It is the setting ``init_pixels`` of a run.
    """

    pixels: Literal["rgb", "bgr"] | None
    mean: list[float] | None
    std: list[float] | None


class StartingNet(NamedTuple):
    """What a new net takes from what it starts from, unless options say otherwise.

    Parameters
    ----------
    net : str or list
        As in ``models.vgg``.
    hidden : tuple of int or None
        The same.
    batch_norm, mean_only : bool
        As in a recipe.
    channels : int
        Of its images.
    size : (int, int) or None
        (H, W) of them; None if it takes any size.
    """

    net: str | list[LayerSpec]
    hidden: tuple[int, ...] | None
    batch_norm: bool
    mean_only: bool
    channels: int
    size: tuple[int, int] | None


def starting_net(init: str) -> StartingNet | None:
    """The net that the setting ``init`` of a run names.

    Parameters
    ----------
    init : str
        As for ``find_initial_weights``.

    Returns
    -------
    StartingNet or None
        None for "imagenet", whose net options must name.

    Raises
    ------
    ValueError
        If it is a file that does not tell its net.
    """
    if init == VGG16_POOL3:
        return StartingNet(VGG16_POOL3_LAYERS, (), False, True, 3, (64, 64))
    if init in models.IMAGENET and not Path(init).exists():
        return StartingNet(init.removesuffix("_bn"), None, "_bn" in init, False, 3, (224, 224))
    if init == "imagenet":
        return None
    if Path(init).is_file():
        found = start_in_file(init)
        return StartingNet(
            found.net, found.hidden, found.batch_norm, False, found.channels, found.size
        )
    run = Run.open(init)
    c = run.config
    hidden = None if c["hidden"] is None else tuple(c["hidden"])
    channels, *size = run.shape
    return StartingNet(
        net_name(c["net"]), hidden, c["batch_norm"], c["mean_only"], channels, (size[0], size[1])
    )


def find_initial_weights(
    init: str | None, settings: JsonObject, progress: bool
) -> Run | Path | None:
    """What the setting ``init`` of a run names.

    Parameters
    ----------
    init : str or None
        A run folder, a file of weights, "imagenet", or None.
    settings : dict
        The config of the run that starts, which says the published network.
    progress : bool
        Show a progress bar while weights are downloaded.

    Returns
    -------
    Run, Path or None
        The run, the file, or None to start from new weights.

    Raises
    ------
    FileNotFoundError
        If there is neither a run nor a file of that name.
    """
    if not init:
        return None
    if init == "imagenet":
        name = models.published_name(settings["net"], settings["batch_norm"])
        return models.imagenet_file(name, progress)
    if init == VGG16_POOL3:
        return packaged_folder(init) / "weights.safetensors"
    if init in models.IMAGENET and not Path(init).exists():
        return models.imagenet_file(init, progress)
    if Path(init).is_file():
        return Path(init)
    require_start(init)
    return Run.open(init)


def require_start(init: str) -> None:
    """Refuse the name of a file or net that does not exist.

    Parameters
    ----------
    init : str
        As for ``find_initial_weights``; run folders are left to ``Run.open``.

    Raises
    ------
    FileNotFoundError
        If there is no such file, if a net of a similar name is probably meant, or if it is a folder
        of weights in several files, whose index must be named.
    """
    if Path(init).is_dir() and (index := index_in(Path(init))):
        raise FileNotFoundError(
            f"{init} is a folder of weights, not of a run: to start from them, name their index, "
            f"{index}"
        )
    names = ("imagenet", *models.PACKAGED, *models.IMAGENET)
    if Path(init).exists() or init in names:
        return
    if Path(init).suffix in WEIGHT_SUFFIXES:
        raise FileNotFoundError(f"there is no weights file {init}")
    there_is_no = f"there is no run folder, file or net {init}"
    if meant := get_close_matches(init.lower(), names, 1, CLOSE_NAME):
        raise FileNotFoundError(f"{there_is_no}: did you mean {meant[0]}?")
    try:
        Run.open(init)
    except FileNotFoundError as error:
        if "did you mean" in str(error):
            raise
        raise FileNotFoundError(f"{there_is_no}: the nets are {', '.join(names)}") from None


def load_initial_weights(
    net: Net, start: Run | Path, pixel_options: PixelOptions | None = None
) -> list[str]:
    """Copy weights into a network.

    Parameters
    ----------
    net : Net
        A head for other classes keeps its own weights, and so do all fully connected layers if
        those in a file are for another net or size.
    start : Run or Path
        What ``find_initial_weights`` has found.
    pixel_options : dict, optional
        What the user says about the pixels that a file expects.

    Returns
    -------
    list of str
        The names of the layers that got weights.
    """
    if isinstance(start, Run):
        return models.transfer_weights(net, start.net())
    names, options = list(models.layer_names(net)), pixel_options or {}
    if not head_fits(start, net):  # such as a file of convolutions alone, Keras' "notop"
        features = models.Net({"features": net["features"]}, net.input_shape)
        models.load_weights(features, start, **options)
        return [name for name in names if not name.startswith("fc")]
    other_classes = models.classes_in(start, net) != net.output_shape(net.input_shape)[0]
    models.load_weights(net, start, new_head=other_classes, **options)
    return names[:-1] if other_classes else names


def input_unit_ratio(
    net: Net, start: Run | Path | None, normalize: Normalize, options: PixelOptions | None
) -> float | None:
    """The std that a run divides pixels by, over the std that the weights in a file expect.

    Parameters
    ----------
    net : Net
        The network of the run.
    start : Run, Path or None
        What ``find_initial_weights`` has found.
    normalize : Normalize
        Of the run.
    options : dict or None
        What the user says about the pixels that a file expects.

    Returns
    -------
    float or None
        None if the weights can be used as they are.
    """
    if not isinstance(start, Path) or not needs_rescaling(net, start, options):
        return None
    ratio = normalize.std[0] / models.preprocessing_of(start, **(options or {})).std[0]
    return None if abs(ratio - 1) < SAME_UNIT else ratio  # the same: a run of an earlier version


def needs_rescaling(net: Net, file: Path, options: PixelOptions | None) -> bool:
    """Whether a net takes convolutions alone, for inputs in the unit of pixels, no batch norm.

    Parameters
    ----------
    net : Net
        That is to start from the file.
    file : Path
        Of weights.
    options : dict or None
        What the user says about the pixels that a file expects.

    Returns
    -------
    bool
        If True, a new head would get maps of hundreds.
    """
    if any(name.startswith("bn") for name in models.layer_names(net)):
        return False
    if head_fits(file, net):
        return False
    return is_in_pixels(models.preprocessing_of(file, **(options or {})))


def options_for_all_layers(settings: JsonObject, start: Run) -> str:
    """The options of ``train`` with which a network takes all layers of the run it starts from.

    Parameters
    ----------
    settings : dict
        The config of the run that starts.
    start : Run
        What its ``init`` names.

    Returns
    -------
    str
        Such as "--net medium-32x32 --batch-norm"; empty if the network is the same, or if the
        images of a dataset cannot be made to fit.
    """
    theirs, options = start.config, []
    if net_name(theirs["net"]) != net_name(settings["net"]):
        options.append(f"--net {net_name(theirs['net'])}")
    hidden = theirs["hidden"]
    if hidden is not None and list(hidden) != list(settings["hidden"] or ()):
        options.append(f"--hidden {' '.join(map(str, hidden))}".rstrip())
    if theirs["batch_norm"] != settings["batch_norm"]:
        options.append("--batch-norm" if theirs["batch_norm"] else "--no-batch-norm")
    (channels, *size), (own_channels, *own_size) = start.shape, settings["input_shape"]
    if start.shape != tuple(settings["input_shape"]) and settings["data"] in data.NAMES:
        return ""  # these images have a size of their own
    if size != own_size:
        options.append(f"--size {' '.join(map(str, size))}")
    if channels != own_channels:
        options.append(f"--channels {channels}")
    return " ".join(options)
