"""The net that a file of weights is for, told by the names and shapes of its layers."""

from math import isqrt
from typing import NamedTuple

from minivgg import weights
from minivgg.models.configurations import LayerSpec
from minivgg.models.net import Net
from minivgg.models.pretrained.file_layers import FileLayers
from minivgg.models.pretrained.file_preprocessing import configuration_of
from minivgg.models.pretrained.keras_architecture import steps_of
from minivgg.models.pretrained.state_dict_conversion import read_layers
from minivgg.models.vgg import resolve, vgg
from minivgg.utils.files import StrPath


class FileNet(NamedTuple):
    """What a net must be to take the weights in a file.

    Parameters
    ----------
    name : str
        "vgg16", for example, or "64,M,128,M" for a net that is not the paper's.
    configuration : list
        Its convolutions and max-pools.
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

    def build(self) -> Net:
        """The net, with zeros for weights.

        Returns
        -------
        net : Net
            In training mode.
        """
        return vgg(
            self.configuration,
            self.classes,
            self.input_shape,
            self.hidden,
            batch_norm=self.batch_norm,
            initializer="zeros",
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
        If the file has no fully connected layers, or its layers are no net that can be built here.
    """
    file = weights.read(path)
    try:
        layers = read_layers(file, file.metadata)
        return _net(layers, file.metadata.get("keras_config", ""), model)
    except ValueError as error:
        raise ValueError(f"{path}: {str(error).removeprefix(f'{path}: ')}") from error


def _net(layers: FileLayers, config: str, model: str | None) -> FileNet:
    name = model or configuration_of(layers)
    if name:
        chosen, norm = resolve(name)
        configuration = list(chosen.layers)
    else:
        configuration, norm = _configuration(layers, config), bool(layers.norms)
        name = ",".join(map(str, configuration))
    if not layers.head:
        raise ValueError(
            f"it lacks the fully connected layers of {name}, so it names no classes"
            if layers.convolutions
            else "it has no layers of a net"
        )
    widths = [item for item in configuration if isinstance(item, int)]
    pools = configuration.count("M")
    positions, left = divmod(layers.head[0].inputs, widths[-1])
    side = isqrt(positions)
    if left or side * side != positions or not side:
        raise ValueError(
            f"its head takes {layers.head[0].inputs} numbers, which are no square map of the "
            f"{widths[-1]} channels of {name}"
        )
    channels = layers.convolutions[0].inputs if layers.convolutions else 3
    shape = (channels, side * 2**pools, side * 2**pools)
    hidden = tuple(layer.outputs for layer in layers.head[:-1])
    return FileNet(name, configuration, norm, shape, hidden, layers.head[-1].outputs)


def _configuration(layers: FileLayers, config: str) -> list[LayerSpec]:
    """The convolutions and max-pools of a net that is not the paper's."""
    widths = [layer.outputs for layer in layers.convolutions]
    if any(layer.kernel != 3 for layer in layers.convolutions) or not widths:
        raise ValueError("its convolutions are no net of the family, with filters of 3×3")
    if steps := steps_of(config, head=False):
        found: list[LayerSpec] = []
        remaining = iter(widths)
        for what, _ in steps:
            if what == "convolution":
                found.append(next(remaining, 0))
            elif what.startswith("max-pool"):
                found.append("M")
        return found
    paths = [layer.path.removeprefix("features.") for layer in layers.convolutions]
    if not all(path.isdigit() for path in paths):
        raise ValueError(
            "it does not say where the max-pools of its net are: build the net, "
            "models.vgg([…], …), and load it with models.load_weights"
        )
    # numbers of layers are left out where ReLUs, batch norms and pools are
    per_convolution = 3 if layers.norms else 2
    numbers = [int(path) for path in paths]
    found = []
    for width, number, following in zip(widths, numbers, [*numbers[1:], None], strict=True):
        pools = 1 if following is None else following - number - per_convolution
        if pools not in (0, 1):
            raise ValueError(
                f"between its layers {number} and {following} are other layers than those of the "
                "nets here"
            )
        found += [width, *["M"] * pools]
    return found
