"""Transfer of weights from one net to another, as the paper initialises its deeper nets (§3.1)."""

from minivgg.backend import Array, Shape
from minivgg.layers import Sequential
from minivgg.models.layer_names import layer_names

# from net A to the deeper nets of the paper, together with all fully connected layers
TRANSFERRED_CONVOLUTIONS = 4


def transfer_weights(net: Sequential, other: Sequential) -> list[str]:
    """Copy weights of one net into another, layer by layer.

    Between nets of one architecture, every layer is copied, as in fine-tuning from S = 256 to 384.
    Otherwise, as the paper's deeper nets start from A: the first four convolutions, with their
    batch norms, and all fully connected layers. Layers correspond by block and index (conv1_1,
    conv2_1, conv3_1, conv3_2), because their positions differ between nets (A: 64, 128, 256, 256;
    D: 64, 64, 128, 128). A layer that the net lacks or has in another shape, such as the last one
    for another number of classes, is not changed.

    Parameters
    ----------
    net : Net
        It is changed.
    other : Net
        Its weights are copied.

    Returns
    -------
    copied : list of str
        The names of the copied layers, as in ``layer_names``.

    Raises
    ------
    ValueError
        If no layer at all fits.

    References
    ----------
    Simonyan & Zisserman 2014, §3.1.
    """
    mine, theirs = layer_names(net), layer_names(other)
    if _shapes(net, mine) != _shapes(other, theirs):
        theirs = _without_later_convolutions(theirs)
    wanted, found = net.state_dict(), other.state_dict()
    transferred: dict[str, Array] = {}
    copied = []
    for name, path in theirs.items():
        arrays = {
            f"{mine.get(name)}{key.removeprefix(path)}": array
            for key, array in found.items()
            if key.startswith(f"{path}.")
        }
        if all(key in wanted and wanted[key].shape == a.shape for key, a in arrays.items()):
            transferred |= arrays
            copied.append(name)
    if not copied:
        raise ValueError(
            "no layer of either net fits the other: start from a net of the same family"
        )
    net.load_state_dict(transferred, strict=False)
    return copied


def _shapes(net: Sequential, names: dict[str, str]) -> dict[str, Shape]:
    """{name: shape of the weights} of all layers but the last, whose classes may differ."""
    parameters = net.parameters()
    return {
        name: parameters[f"{path}.weight"].data.shape for name, path in list(names.items())[:-1]
    }


def _without_later_convolutions(names: dict[str, str]) -> dict[str, str]:
    convolutions = [name for name in names if name.startswith("conv")]
    later = {name.removeprefix("conv") for name in convolutions[TRANSFERRED_CONVOLUTIONS:]}
    return {
        name: path
        for name, path in names.items()
        if name.removeprefix("conv").removeprefix("bn") not in later
    }
