"""What the configuration in a file of Keras says of layers: order, class and settings."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

Json: TypeAlias = dict[str, object]
# What a configuration that is not Keras' can raise.
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


def layer_order(text: str) -> dict[str, int]:
    """The place of each layer of a net.

    Parameters
    ----------
    text : str
        The configuration as JSON, or empty.

    Returns
    -------
    order : dict of str to int
        By the layer's name, and by its place in .keras ("layers/conv2d_1"); empty if unknown.
    """
    order: dict[str, int] = {}
    try:
        _number(layers_in(json.loads(text)), "", order) if text else None
    except MALFORMED:
        return {}
    return order


def layers_of(text: str) -> list[tuple[str, Json]]:
    """All layers of a net, those of nets inside it as well.

    Parameters
    ----------
    text : str
        The configuration as JSON, or empty.

    Returns
    -------
    layers : list of (str, dict)
        (class name, configuration) in order; empty if unknown.
    """
    if not text:
        return []
    try:
        return [(class_of(item), config_of(item)) for item in _flat(json.loads(text))]
    except MALFORMED:
        return []


def epsilons(text: str) -> list[float]:
    """What batch norms add to the variance.

    Parameters
    ----------
    text : str
        The configuration as JSON, or empty.

    Returns
    -------
    epsilons : list of float
        One for each, in order; empty if unknown.
    """
    norms = [config for kind, config in layers_of(text) if kind == "BatchNormalization"]
    try:
        return [float(str(config["epsilon"])) for config in norms]
    except MALFORMED:
        return []


def layers_in(model: Json) -> list[Json]:
    """The layers of a net or of a net inside it, as Keras describes them.

    Parameters
    ----------
    model : dict
        Its description.

    Returns
    -------
    layers : list of dict
        In order; a net among them is one of them.

    Raises
    ------
    ValueError
        If it has no list of layers.
    """
    config = model["config"]
    found = config["layers"] if isinstance(config, dict) else config  # a list in old Keras
    if not isinstance(found, list):
        raise ValueError("a net has no list of layers")
    return found


def class_of(layer: Json) -> str:
    """The class of a layer.

    Parameters
    ----------
    layer : dict
        Its description.

    Returns
    -------
    name : str
        Such as "Conv2D".
    """
    return str(layer["class_name"])


def config_of(layer: Json) -> Json:
    """The settings of a layer.

    Parameters
    ----------
    layer : dict
        Its description.

    Returns
    -------
    settings : dict
        Empty if there are none.
    """
    config = layer["config"]
    return config if isinstance(config, dict) else {}


def _flat(model: Json) -> list[Json]:
    flat = []
    for item in layers_in(model):
        flat += _flat(item) if "layers" in config_of(item) else [item]
    return flat


def _number(layers: Sequence[Json], prefix: str, order: dict[str, int]) -> None:
    counts: Counter[str] = Counter()
    for item in layers:
        snake = re.sub(r"\W+", "", class_of(item))
        snake = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", snake)
        snake = re.sub("([a-z])([A-Z])", r"\1_\2", snake).lower()
        place = f"{prefix}layers/{snake}" + (f"_{counts[snake]}" if counts[snake] else "")
        counts[snake] += 1
        inside = config_of(item)
        if "layers" in inside:
            _number(layers_in(item), f"{place}/", order)
        else:
            order[place] = order[str(inside["name"])] = len(order)
