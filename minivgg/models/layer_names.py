"""The paper's names of layers, "conv3_2" or "fc7", and their paths in a net, "features.12".

The path of a layer is the prefix of its names in ``state_dict()``.
"""

from collections.abc import Iterator

from minivgg.layers import BatchNorm2d, Conv2d, Layer, Linear, MaxPool2d, Sequential
from minivgg.layers.containers import innermost_layers


def layer_names(net: Sequential) -> dict[str, str]:
    """The paper's names of all layers with weights, and their paths.

    conv2_1 is the first convolution after the first max-pool. Fully connected layers continue the
    count of the blocks. A batch norm has the number of its convolution: "bn1_1".

    Parameters
    ----------
    net : Net
        With the part "features", and "classifier" where it has fully connected layers.

    Returns
    -------
    names : dict of str to str
        {"conv1_1": "features.0", ..., "fc6": "classifier.0", ...}, in order. The layers of
        ``googlenet``, which the paper does not name, have their paths as names.

    Examples
    --------
    >>> from minivgg import models
    >>> models.layer_names(models.vgg([8, "M", 16], classes=10, input_shape=(3, 8, 8), hidden=()))
    {'conv1_1': 'features.0', 'conv2_1': 'features.3', 'fc2': 'classifier.0'}
    """
    if "features" not in net.layers:
        return {path: path for path in _paths_with_weights(net)}
    names, block, index = {}, 1, 0
    for key, layer in net["features"].children().items():
        if isinstance(layer, MaxPool2d):
            block, index = block + 1, 0
        elif isinstance(layer, Conv2d):
            index += 1
            names[f"conv{block}_{index}"] = f"features.{key}"
        elif isinstance(layer, BatchNorm2d):
            names[f"bn{block}_{index}"] = f"features.{key}"
    number = block
    for key, layer in net["classifier"].children().items() if "classifier" in net.layers else ():
        if isinstance(layer, Linear | Conv2d):  # a convolution after ``to_fully_convolutional``
            names[f"fc{number}"] = f"classifier.{key}"
            number += 1
    return names


def _paths_with_weights(layer: Layer, path: str = "") -> Iterator[str]:
    """The paths of the layers with weights, at any depth."""
    children = layer.children()
    if not children and layer.parameters():
        yield path
    for name, child in children.items():
        yield from _paths_with_weights(child, f"{path}.{name}".lstrip("."))


def layer_paths(net: Sequential) -> dict[str, str]:
    """Like ``layer_names``, with max-pools.

    Parameters
    ----------
    net : Net
        As for ``layer_names``.

    Returns
    -------
    paths : dict of str to str
        {"conv1_1": "features.0", ..., "pool5": "features.30", ...}, in the order of the net.
    """
    if "features" not in net.layers:
        return {path: path for path, _ in innermost_layers(net)}
    names = {path: name for name, path in layer_names(net).items()}
    features = net["features"].children()
    pools = [key for key, layer in features.items() if isinstance(layer, MaxPool2d)]
    names |= {f"features.{key}": f"pool{number}" for number, key in enumerate(pools, 1)}
    return {names[path]: path for path, _ in innermost_layers(net) if path in names}


def layer_at(net: Layer, path: str) -> Layer:
    """The layer at a path.

    Parameters
    ----------
    net : Layer
        A net.
    path : str
        "features.0", for example.

    Returns
    -------
    layer : Layer
        The layer there.
    """
    for key in path.split("."):
        net = net.children()[key]
    return net


def head_path(net: Sequential) -> str | None:
    """The path of the last fully connected layer, which computes the logits.

    Parameters
    ----------
    net : Net
        As for ``layer_names``.

    Returns
    -------
    path : str or None
        None for a net without fully connected layers.
    """
    if "features" not in net.layers:
        dense = [name for name, layer in net.layers.items() if isinstance(layer, Linear)]
        return dense[-1] if dense else None
    paths = reversed(layer_names(net).values())
    return next((path for path in paths if path.startswith("classifier.")), None)
