"""The largest nets that are built: what a file says is checked before memory is taken for it."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import prod

from minivgg import backend

MAX_LAYERS = 1000  # of a configuration; the paper's nets have 24, with the max-pools
MAX_SIDE = 1 << 16  # pixels of an image
MAX_CHANNELS = 1 << 16  # of an image or a convolution
MAX_OUTPUTS = 1 << 22  # of a fully connected layer
MAX_PARAMETERS = 1 << 32
BYTES = 4  # of a weight


def check_number_of_layers(count: int) -> None:
    """Refuse a configuration that is too long to be a net.

    Parameters
    ----------
    count : int
        Its convolutions, max-pools and normalisations.

    Raises
    ------
    ValueError
        If there are more than 1,000.
    """
    if count > MAX_LAYERS:
        raise ValueError(
            f"vgg: a configuration of {count:,} layers is too long; at most {MAX_LAYERS:,} are "
            "built"
        )


def check_input(net: str, input_shape: Sequence[int]) -> tuple[int, int, int]:
    """Refuse images that no net can take.

    Parameters
    ----------
    net : str
        The function that builds the net, for messages.
    input_shape : (int, int, int)
        (C, H, W) of the images.

    Returns
    -------
    input_shape : (int, int, int)
        The same.

    Raises
    ------
    ValueError
        If these are not three positive integers, a side has more than 65,536 pixels, or there are
        as many channels.
    """
    shape = tuple(input_shape) if isinstance(input_shape, Iterable) else ()
    if len(shape) != 3 or not are_counts(*shape):
        raise ValueError(
            f"{net}: input_shape must be (channels, height, width), got {input_shape!r}"
        )
    channels, height, width = shape
    if channels > MAX_CHANNELS or max(height, width) > MAX_SIDE:
        raise ValueError(
            f"{net}: images have at most {MAX_CHANNELS:,} channels and sides of {MAX_SIDE:,} "
            f"pixels, got {shape}"
        )
    return channels, height, width


def check_classes(net: str, classes: int) -> None:
    """Refuse a number of classes that no net can have.

    Parameters
    ----------
    net : str
        The function that builds the net, for messages.
    classes : int
        How many.

    Raises
    ------
    ValueError
        If it is not an integer from 1 to 4,194,304.
    """
    if not are_counts(classes) or classes > MAX_OUTPUTS:
        raise ValueError(
            f"{net}: classes must be a number from 1 to {MAX_OUTPUTS:,}, got {classes!r}"
        )


def are_counts(*values: int) -> bool:
    """Whether all are integers of at least 1.

    Parameters
    ----------
    *values : int
        What was given; it can be anything.

    Returns
    -------
    bool
        False for True, which is no number here.
    """
    return all(hasattr(v, "__index__") and not isinstance(v, bool) and v >= 1 for v in values)


def check_parameters(
    convolutions: Sequence[tuple[int, int]],
    channels: int,
    dense: Sequence[int],
    in_memory: bool,
) -> None:
    """Refuse a net whose weights would not fit into memory, before it is taken.

    Parameters
    ----------
    convolutions : sequence of (int, int)
        (number of filters, kernel size) of each.
    channels : int
        Of the images.
    dense : sequence of int
        The inputs of the first fully connected layer, and the outputs of each.
    in_memory : bool
        Whether the weights have to fit into the memory that is free now.

    Raises
    ------
    ValueError
        If a layer or the net is too large.
    """
    filters = [count for count, _ in convolutions]
    if max(filters, default=0) > MAX_CHANNELS or max(dense[1:], default=0) > MAX_OUTPUTS:
        raise ValueError(
            f"vgg: a convolution has at most {MAX_CHANNELS:,} filters, and a fully connected layer "
            f"{MAX_OUTPUTS:,} outputs"
        )
    inputs = [channels, *filters]
    count = sum(
        prod((n, c, k, k)) for (n, k), c in zip(convolutions, inputs[:-1], strict=True)
    ) + sum(d * o for d, o in pairwise(dense))
    free = backend.free_memory(backend.device()) if in_memory else None
    if count > MAX_PARAMETERS or (free is not None and BYTES * count > free):
        left = "" if free is None else f", and {free / 1e9:,.1f} GB of memory are free"
        raise ValueError(
            f"vgg: the net would have {count:,} weights, which take {BYTES * count / 1e9:,.1f} GB"
            f"{left}: use fewer filters or outputs, or smaller images"
        )
