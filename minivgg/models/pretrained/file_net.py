"""The net that a file of weights is for, told by the names and shapes of its layers."""

from math import isqrt
from typing import NamedTuple

from minivgg import weights
from minivgg.layers.initializers import Initializer
from minivgg.models.configurations import LayerSpec
from minivgg.models.inception import inception_net
from minivgg.models.layer_names import layer_names
from minivgg.models.net import Net
from minivgg.models.pretrained.file_errors import about_file
from minivgg.models.pretrained.file_layers import FileLayers
from minivgg.models.pretrained.file_preprocessing import configuration_of
from minivgg.models.pretrained.googlenet_names import NAME as GOOGLENET
from minivgg.models.pretrained.keras_architecture import steps_of
from minivgg.models.pretrained.keras_config import layers_of
from minivgg.models.pretrained.preprocessing import CROP
from minivgg.models.pretrained.state_dict_conversion import read_layers
from minivgg.models.pretrained.torch_names import without_wrappers
from minivgg.models.vgg import resolve, vgg
from minivgg.utils.files import StrPath
from minivgg.utils.notices import notify

IN_PYTHON = ": build the net, models.vgg([…], …), and load it with models.load_weights"
SMALLEST_SIDE = 32  # pixels: nets whose maps of one pixel are of smaller images pool globally


class FileNet(NamedTuple):
    """What a net must be to take the weights in a file.

    Parameters
    ----------
    name : str
        "vgg16", for example, or "64,M,128,M" for a net that is not the paper's.
    configuration : list
        Its convolutions and max-pools; of GoogLeNet, which is no list of them, nothing.
    batch_norm : bool
        Whether a batch norm follows each convolution.
    input_shape : (int, int, int)
        Of its images.
    hidden : tuple of int
        Sizes of the hidden fully connected layers.
    classes : int
        Number of classes.
    """

    name: str
    configuration: list[LayerSpec]
    batch_norm: bool
    input_shape: tuple[int, int, int]
    hidden: tuple[int, ...]
    classes: int

    def build(self, initializer: str | Initializer = "zeros") -> Net:
        """The net with initial weights.

        Parameters
        ----------
        initializer : str or callable
            As for ``vgg``.

        Returns
        -------
        net : Net
            In training mode.
        """
        if self.name == GOOGLENET:
            return inception_net(self.classes, self.input_shape, initializer=initializer)
        return vgg(
            self.configuration,
            self.classes,
            self.input_shape,
            self.hidden,
            batch_norm=self.batch_norm,
            initializer=initializer,
        )


def net_in_file(path: StrPath, model: str | None = None) -> FileNet:
    """Which net a file of weights is for.

    The names and shapes say all but the size of the images, which is taken to be square.

    Parameters
    ----------
    path : path
        As for ``load_weights``, whose errors it raises.
    model : str, optional
        The name of the net, if the user says it.

    Returns
    -------
    net : FileNet
        Its settings.

    Raises
    ------
    ValueError
        If the file has no fully connected layers, or its layers are not those of a VGG net or of
        GoogLeNet.
    """
    file = weights.read(path)
    try:
        layers = read_layers(file, file.metadata)
        return _net(layers, file.metadata.get("keras_config", ""), model)
    except ValueError as error:
        raise about_file(path, error) from error


class FileStart(NamedTuple):
    """What a net for other classes takes from a file of weights that it starts from.

    Parameters
    ----------
    net : str or list
        As in ``models.vgg``, without batch norm.
    batch_norm : bool
        Whether a batch norm follows each convolution.
    channels : int
        Of its images.
    size : (int, int) or None
        Of its images; None if the net takes any size: with global pooling, or as the file has
        convolutions alone.
    hidden : tuple of int
        Sizes of the hidden fully connected layers; none where the net takes any size.
    """

    net: str | list[LayerSpec]
    batch_norm: bool
    channels: int
    size: tuple[int, int] | None
    hidden: tuple[int, ...]


def start_in_file(path: StrPath) -> FileStart:
    """What a net takes from a file of weights, which may have convolutions alone.

    Parameters
    ----------
    path : path
        As for ``load_weights``, whose errors it raises.

    Returns
    -------
    start : FileStart
        Without the last layer, which other classes need anew.

    Raises
    ------
    ValueError
        If the net cannot be told; the message says that ``--net`` names it.
    """
    file = weights.read(path)
    config = file.metadata.get("keras_config", "")
    try:
        layers = read_layers(file, file.metadata)
        if layers.net:
            raise ValueError(
                "it holds the weights of GoogLeNet, and only VGG nets start from files"
            )
    except ValueError as error:
        raise about_file(path, error) from error
    try:
        name, configuration, norm = _features(layers, config, None)
        pooled = not layers.head or _is_pooled(layers, configuration, config)
        side = None if pooled else _side(layers, name, configuration)
    except ValueError as error:
        why = str(error).removesuffix(IN_PYTHON)
        raise ValueError(
            f"{path} does not tell its net ({why}): name it with --net, and its --size, --hidden "
            "and --batch-norm"
        ) from error
    if layers.head and pooled:
        notify(
            f"{path}: its head takes one number from each map, but the nets of minivgg take whole "
            "maps: only the convolutions are used"
        )
    return FileStart(
        name.removesuffix("_bn") if configuration_of(layers) else configuration,
        norm,
        layers.convolutions[0].inputs,
        (side, side) if side else None,
        () if pooled else tuple(layer.outputs for layer in layers.head[:-1]),
    )


def head_fits(path: StrPath, net: Net) -> bool:
    """Whether a net can take the fully connected layers in a file, but for the last.

    Parameters
    ----------
    path : path
        As for ``load_weights``, whose errors it raises.
    net : Net
        With a head.

    Returns
    -------
    bool
        False if the file has none, or its net averages the maps first.
    """
    file = weights.read(path)
    try:
        layers = read_layers(file, file.metadata)
    except ValueError as error:
        raise about_file(path, error) from error
    theirs = [layer.inputs for layer in layers.head]
    own = [
        net.arrays()[f"{where}.weight"].shape[1]
        for where in layer_names(net).values()
        if where.startswith("classifier.")
    ]
    return theirs == own and not _pools_globally(file.metadata.get("keras_config", ""))


def _pools_globally(config: str) -> bool:
    """Whether a net of Keras' averages its last maps, or takes their largest values."""
    return any(kind.startswith("Global") for kind, _ in layers_of(config))


def _is_pooled(layers: FileLayers, configuration: list[LayerSpec], config: str) -> bool:
    """Whether the head takes one number of each map of images of any size.

    PyTorch's files do not say it: there it is so if images would have to be tiny otherwise.
    """
    if _pools_globally(config):
        return True
    widths = [item for item in configuration if isinstance(item, int)]
    tiny = 2 ** configuration.count("M") < SMALLEST_SIDE
    return not config and tiny and layers.head[0].inputs == widths[-1]


def _net(layers: FileLayers, config: str, model: str | None) -> FileNet:
    if layers.net == GOOGLENET:
        return _googlenet(layers, model)
    if model == GOOGLENET:
        raise ValueError("its layers are not those of GoogLeNet")
    name, configuration, norm = _features(layers, config, model)
    if not layers.head:
        raise ValueError(
            f"it lacks the fully connected layers of {name}, so it names no classes"
            if layers.convolutions
            else "it has no layers of a net"
        )
    side = _side(layers, name, configuration)
    channels = layers.convolutions[0].inputs if layers.convolutions else 3
    hidden = tuple(layer.outputs for layer in layers.head[:-1])
    classes = layers.head[-1].outputs
    return FileNet(name, configuration, norm, (channels, side, side), hidden, classes)


def _googlenet(layers: FileLayers, model: str | None) -> FileNet:
    if model not in (None, GOOGLENET):
        raise ValueError(f"it holds the weights of GoogLeNet, not those of {model}")
    if not layers.head or not layers.convolutions:
        raise ValueError("it lacks the fully connected layer of GoogLeNet, so it names no classes")
    shape = (layers.convolutions[0].inputs, CROP, CROP)
    return FileNet(GOOGLENET, [], True, shape, (), layers.head[-1].outputs)


def _features(
    layers: FileLayers, config: str, model: str | None
) -> tuple[str, list[LayerSpec], bool]:
    """(name, convolutions and max-pools, whether they have batch norm)."""
    if name := model or configuration_of(layers):
        chosen, norm = resolve(name)
        return name, list(chosen.layers), norm
    configuration = _configuration(layers, config)
    return ",".join(map(str, configuration)), configuration, bool(layers.norms)


def _side(layers: FileLayers, name: str, configuration: list[LayerSpec]) -> int:
    """The height and width of the images that the head was made for."""
    widths = [item for item in configuration if isinstance(item, int)]
    positions, left = divmod(layers.head[0].inputs, widths[-1])
    side = isqrt(positions)
    if left or side * side != positions or not side:
        raise ValueError(
            f"its head takes {layers.head[0].inputs} numbers, which are not a square map of the "
            f"{widths[-1]} channels of {name}"
        )
    return int(side * 2 ** configuration.count("M"))


def _configuration(layers: FileLayers, config: str) -> list[LayerSpec]:
    """The convolutions and max-pools of a net that is not the paper's."""
    widths = [layer.outputs for layer in layers.convolutions]
    if any(layer.kernel != 3 for layer in layers.convolutions) or not widths:
        raise ValueError("its convolutions are not those of a VGG net, whose filters are 3×3")
    if steps := steps_of(config, head=False):
        convolutions = sum(what == "convolution" for what, _ in steps)
        if convolutions != len(widths):
            raise ValueError(
                f"its configuration has {convolutions} convolutions, and there are {len(widths)}"
            )
        found: list[LayerSpec] = []
        remaining = iter(widths)
        for what, _ in steps:
            if what == "convolution":
                found.append(next(remaining))
            elif what.startswith("max-pool"):
                found.append("M")
        return found
    strange = [name for name in layers.others if without_wrappers(name).startswith(layers.body())]
    if layers.source in ("torchvision", "timm") and strange:
        raise ValueError(f"it has {strange[0]}, which belongs to no layer of a VGG net")
    paths = [layer.path.removeprefix("features.") for layer in layers.convolutions]
    if not all(path.isdigit() for path in paths):
        raise ValueError(f"it does not say where the max-pools of its net are{IN_PYTHON}")
    # numbers of layers are left out where ReLUs, batch norms and pools are
    per_convolution = 3 if layers.norms else 2
    numbers = [int(path) for path in paths]
    found = []
    for width, number, following in zip(widths, numbers, [*numbers[1:], None], strict=True):
        pools = 1 if following is None else following - number - per_convolution
        if pools not in (0, 1):
            raise ValueError(
                f"between its layers {number} and {following} there are layers that the nets of "
                "minivgg do not have"
            )
        found += [width, *["M"] * pools]
    return found
