"""Arguments of layers: checked when a layer is made, and printed by its ``repr``."""


def positive_integers(layer, **values):
    """The values as plain integers, in order.

    Raises ``TypeError`` for a non-integer and ``ValueError`` below 1, naming layer and value.
    """
    for name, value in values.items():
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise TypeError(f"{layer}: {name} must be an integer, got {value!r}")
        if value < 1:
            raise ValueError(f"{layer}: {name} must be at least 1, got {value}")
    return [value.__index__() for value in values.values()]


def pair_repr(pair):
    """(3, 3) -> "3", (3, 5) -> "(3, 5)"."""
    return str(pair[0] if pair[0] == pair[1] else pair)


def window_repr(layer, default_stride):
    """The stride and padding of a layer, each only where it is not the default."""
    stride = f", stride={pair_repr(layer.stride)}" if layer.stride != default_stride else ""
    return stride + (f", padding={pair_repr(layer.padding)}" if layer.padding != (0, 0) else "")
