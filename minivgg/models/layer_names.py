"""The paper's names of layers, and nets that start from the weights of others."""

from minivgg.layers import BatchNorm2d, Conv2d, Linear, MaxPool2d

FIRST_CONVOLUTIONS = (
    4  # that the deeper nets of the paper took over from A, with all its fully connected layers
)


def layer_names(net):
    """{"conv1_1": "features.0", ..., "fc6": "classifier.0"}: the paper's name and the name in ``state_dict`` of each layer with weights.

    conv2_1 is the first convolution after the first max-pool; fully connected layers count on from the last block.
    A batch norm belongs to its convolution: "bn1_1".
    """
    names, block, index = {}, 1, 0
    for key, layer in net["features"].layers.items():
        if isinstance(layer, MaxPool2d):
            block, index = block + 1, 0
        elif isinstance(layer, Conv2d):
            index += 1
            names[f"conv{block}_{index}"] = f"features.{key}"
        elif isinstance(layer, BatchNorm2d):
            names[f"bn{block}_{index}"] = f"features.{key}"
    number = block
    for key, layer in net["classifier"].layers.items() if "classifier" in net.layers else ():
        if isinstance(layer, Linear | Conv2d):  # a convolution after ``to_fully_convolutional``
            names[f"fc{number}"] = f"classifier.{key}"
            number += 1
    return names


def layer_at(net, place):
    """The layer at a place such as "features.0"."""
    for part in place.split("."):
        net = net[part]
    return net


def head_of(net):
    """The place of the last fully connected layer, which gives the logits, or None."""
    return next(
        (place for place in reversed(layer_names(net).values()) if place.startswith("classifier.")),
        None,
    )


def transfer_weights(net, other):
    """Copy weights of ``other`` into ``net``, layer by layer, by the paper's names; returns the names of the layers copied.

    Nets of one architecture: every layer, as for the fine-tuning of S = 384 from S = 256. Else, as the deeper nets of the paper start
    from A: its first four convolutions, with their batch norms, and all fully connected layers. Positions differ between the nets (A:
    64, 128, 256, 256; D: 64, 64, 128, 128), so layers go by block and index: conv1_1, conv2_1, conv3_1, conv3_2. A layer that the net
    lacks or has in another shape, such as the last one for another number of classes, stays as it is.
    Raises ``ValueError`` when not a single layer fits.
    Source: §3.1.
    """
    mine, theirs = layer_names(net), layer_names(other)
    if _shapes(net, mine) != _shapes(other, theirs):
        convolutions = [name for name in theirs if name.startswith("conv")]
        left_out = {name.removeprefix("conv") for name in convolutions[FIRST_CONVOLUTIONS:]}
        theirs = {
            name: key
            for name, key in theirs.items()
            if name.removeprefix("conv").removeprefix("bn") not in left_out
        }
    wanted, found, taken, copied = net.state_dict(), other.state_dict(), {}, []
    for name, place in theirs.items():
        pairs = {
            f"{mine.get(name)}{key.removeprefix(place)}": array
            for key, array in found.items()
            if key.startswith(f"{place}.")
        }
        if all(key in wanted and wanted[key].shape == array.shape for key, array in pairs.items()):
            taken |= pairs
            copied.append(name)
    if not copied:
        raise ValueError(
            "no layer of the one net fits the other: start from a net of the same family"
        )
    net.load_state_dict(taken, strict=False)
    return copied


def _shapes(net, names):
    """{name: shape of the weights} of all layers but the last, which may be for other classes."""
    parameters = net.parameters()
    return {
        name: parameters[f"{place}.weight"].data.shape for name, place in list(names.items())[:-1]
    }
