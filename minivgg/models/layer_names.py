"""The paper's names of layers, "conv3_2" or "fc7", and their paths in a net, "features.12".

The path of a layer is the prefix of its names in ``state_dict()``.
"""

from minivgg.layers import BatchNorm2d, Conv2d, Layer, Linear, MaxPool2d, Sequential


def layer_names(net):
    """Return {"conv1_1": "features.0", ..., "fc6": "classifier.0"} for all layers with weights.

    conv2_1 is the first convolution after the first max-pool. Fully connected layers continue the
    count of the blocks. A batch norm has the number of its convolution: "bn1_1".
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


def layer_paths(net):
    """Like ``layer_names``, with max-pools ("pool5": "features.30"), in the order of the net."""
    names = {path: name for name, path in layer_names(net).items()}
    pools = [key for key, layer in net["features"].layers.items() if isinstance(layer, MaxPool2d)]
    names |= {f"features.{key}": f"pool{number}" for number, key in enumerate(pools, 1)}
    return {names[path]: path for path, _ in innermost_layers(net) if path in names}


def innermost_layers(net: Sequential, prefix: str = "") -> list[tuple[str, Layer]]:
    """[(path, layer)] of the layers that contain no others, in order."""
    found = []
    for name, layer in net.layers.items():
        path = f"{prefix}{name}"
        nested = isinstance(layer, Sequential)
        found += innermost_layers(layer, f"{path}.") if nested else [(path, layer)]
    return found


def layer_at(net, path):
    """The layer at a path such as "features.0"."""
    for key in path.split("."):
        net = net[key]
    return net


def head_path(net):
    """The path of the last fully connected layer, which computes the logits, or None."""
    paths = reversed(layer_names(net).values())
    return next((path for path in paths if path.startswith("classifier.")), None)
