"""Arguments of layers: checked when a layer is made, and printed by its ``repr``."""

from typing import Literal, Protocol


class _HasWindows(Protocol):
    """A layer with windows: a convolution or a pooling."""

    stride: tuple[int, int]

    @property
    def padding(self) -> tuple[int, int] | Literal["same"]: ...


def positive_integers(layer: str, **values: int) -> list[int]:
    """Check numbers that must be integers of at least 1.

    Parameters
    ----------
    layer : str
        The layer, with which errors begin.
    **values : int
        The numbers, by the names of the arguments. NumPy's integers pass.

    Returns
    -------
    numbers : list of int
        The values as plain integers, in order.

    Raises
    ------
    TypeError
        If a value is not an integer.
    ValueError
        If a value is below 1.
    """
    for name, value in values.items():
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise TypeError(f"{layer}: {name} must be an integer, got {value!r}")
        if value < 1:
            raise ValueError(f"{layer}: {name} must be at least 1, got {value}")
    return [value.__index__() for value in values.values()]


def pair_repr(pair: tuple[int, int]) -> str:
    """(3, 3) -> "3", (3, 5) -> "(3, 5)".

    Parameters
    ----------
    pair : (int, int)
        Height and width.

    Returns
    -------
    text : str
        For a ``repr``.
    """
    return str(pair[0] if pair[0] == pair[1] else pair)


def window_repr(layer: _HasWindows, default_stride: tuple[int, int]) -> str:
    """The stride and padding of a layer, each only where it is not the default.

    Parameters
    ----------
    layer : Layer
        A convolution or a pooling.
    default_stride : (int, int)
        The stride that is not printed.

    Returns
    -------
    text : str
        For a ``repr``: ", stride=2, padding=1", or less.
    """
    stride = f", stride={pair_repr(layer.stride)}" if layer.stride != default_stride else ""
    if isinstance(layer.padding, str):
        return f"{stride}, padding={layer.padding!r}"
    return stride + (f", padding={pair_repr(layer.padding)}" if layer.padding != (0, 0) else "")
