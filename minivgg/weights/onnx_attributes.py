"""The settings of a node of an ONNX graph."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # onnx is optional
    from onnx import AttributeProto

LRN = {"size": 5, "alpha": 5e-4, "beta": 0.75, "bias": 2.0}  # of the net A-LRN; alpha · size


def int_(attributes: "dict[str, AttributeProto]", name: str, default: int) -> int:
    """A setting that is one number.

    Parameters
    ----------
    attributes : dict of str to AttributeProto
        Of a node, by name.
    name : str
        Of the setting.
    default : int
        What it is where the node does not say.

    Returns
    -------
    int
        Its value.
    """
    return attributes[name].i if name in attributes else default


def ints(attributes: "dict[str, AttributeProto]", name: str, default: int) -> list[int]:
    """A setting that is a number for each of an image's axes.

    Parameters
    ----------
    attributes : dict of str to AttributeProto
        Of a node, by name.
    name : str
        Of the setting.
    default : int
        What each is where the node does not say.

    Returns
    -------
    list of int
        Its values.
    """
    return list(attributes[name].ints) if name in attributes else [default] * 2


def keeps_size(attributes: "dict[str, AttributeProto]", kernel: list[int]) -> bool | None:
    """Whether the padding of a convolution keeps the map's size.

    Parameters
    ----------
    attributes : dict of str to AttributeProto
        Of its node.
    kernel : list of int
        The size of its filters.

    Returns
    -------
    bool or None
        False without padding, None with other padding.
    """
    automatic = _auto_pad(attributes)
    pads = ints(attributes, "pads", 0)
    half = [(k - 1) // 2 for k in kernel]
    if automatic.startswith(b"SAME") or pads == half * 2:
        return True
    return False if automatic == b"VALID" or not any(pads) else None


def halves_size(attributes: "dict[str, AttributeProto]") -> bool:
    """Whether a max-pool has windows of 2×2 pixels, side by side.

    Parameters
    ----------
    attributes : dict of str to AttributeProto
        Of its node.

    Returns
    -------
    bool
        True also if it rounds odd sizes up.
    """
    window = [*ints(attributes, "kernel_shape", 1), *ints(attributes, "strides", 1)]
    gaps, pads = {*ints(attributes, "dilations", 1)}, {*ints(attributes, "pads", 0)}
    return window == [2, 2, 2, 2] and gaps == {1} and pads == {0}


def rounds_up(attributes: "dict[str, AttributeProto]") -> bool:
    """Whether a max-pool has windows that lie partly outside of maps of odd size.

    Parameters
    ----------
    attributes : dict of str to AttributeProto
        Of its node.

    Returns
    -------
    bool
        The max-pools of this package do not.
    """
    automatic = _auto_pad(attributes)
    return bool(int_(attributes, "ceil_mode", 0)) or automatic.startswith(b"SAME")


def is_the_papers_norm(attributes: "dict[str, AttributeProto]") -> bool:
    """Whether a local response normalisation has the settings of the net A-LRN.

    Parameters
    ----------
    attributes : dict of str to AttributeProto
        Of its node.

    Returns
    -------
    bool
        False for all others.
    """
    defaults = {"alpha": 1e-4, "beta": 0.75, "bias": 1.0}
    stored = {name: attributes[name].f for name in defaults if name in attributes}
    settings = defaults | stored | {"size": int_(attributes, "size", 0)}
    return all(bool(np.isclose(settings[name], value, 1e-4)) for name, value in LRN.items())


def _auto_pad(attributes: "dict[str, AttributeProto]") -> bytes:
    return attributes["auto_pad"].s if "auto_pad" in attributes else b"NOTSET"
