"""The checks of every operation's arguments, and the sizes of windows and outputs.

A wrong argument gets one sentence: what was expected, what came, and what to do.
"""

import operator
from collections.abc import Mapping, Sequence

import numpy as np

from minivgg.backend import Array, Shape, Size
from minivgg.backend.geometry import window_size
from minivgg.backend.kernels import Kernels, kernels_of

FLOATS = ("float32", "float64")
_FLOATS = set(map(np.dtype, FLOATS))


def pair(value: Size, name: str, least: int = 0) -> tuple[int, int]:
    """3 or (3, 5) -> a (height, width) pair of integers.

    Parameters
    ----------
    value : int or (int, int)
        One number for both sides, or a pair.
    name : str
        What the value is, for errors.
    least : int
        The smallest number allowed.

    Returns
    -------
    height, width : int
        The pair.

    Raises
    ------
    TypeError
        If the value is neither an integer nor a pair of integers.
    ValueError
        If a number is below ``least``.
    """
    values = tuple(value) if isinstance(value, tuple | list) else (value, value)
    try:
        height, width = map(operator.index, values)
    except (TypeError, ValueError):
        raise TypeError(
            f"{name} must be an integer or a pair (height, width) of integers, got {value!r}"
        ) from None
    if min(height, width) < least:
        raise ValueError(f"{name} must be at least {least}, got {value!r}")
    return height, width


def output_size(size: int, kernel: int, stride: int, padding: int, ceil_mode: bool = False) -> int:
    """How many windows fit along one side of an image: ⌊(size + 2·padding − kernel) / stride⌋ + 1.

    Parameters
    ----------
    size, kernel, stride, padding : int
        In pixels; the padding is added at both ends. A kernel with dilation d counts as one of
        d·(kernel − 1) + 1 pixels.
    ceil_mode : bool
        Whether the last window may reach beyond the padded end if it starts before it (PyTorch's
        rule).

    Returns
    -------
    count : int
        Below 1 if the kernel is larger than the padded side (where PyTorch's ceil_mode may allow
        it).

    Examples
    --------
    >>> from minivgg import ops
    >>> ops.output_size(224, kernel=3, stride=1, padding=1), ops.output_size(227, 11, 4, 0)
    (224, 55)
    """
    steps = size + 2 * padding - kernel
    if not ceil_mode or steps < 0:
        return steps // stride + 1
    out = -(-steps // stride) + 1
    return out - 1 if (out - 1) * stride >= size + padding else out


def same_padding(window: tuple[int, int], stride: tuple[int, int], name: str) -> tuple[int, int]:
    """The padding at the beginning with which stride 1 keeps the size of the image.

    At the end it is the same, or a pixel more where the window has an even number of pixels, as in
    PyTorch.

    Parameters
    ----------
    window, stride : (int, int)
        As (height, width).
    name : str
        What has the padding, for errors.

    Returns
    -------
    top, left : int
        In pixels.

    Raises
    ------
    ValueError
        If the stride is not 1.
    """
    if stride != (1, 1):
        raise ValueError(
            f"{name}: padding 'same' is for stride 1, but the stride is {stride}: give the padding "
            "in pixels"
        )
    return (window[0] - 1) // 2, (window[1] - 1) // 2


def output_sizes(
    shape: Shape,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    ceil_mode: bool = False,
) -> tuple[int, int]:
    """``output_size`` along both sides of images.

    Parameters
    ----------
    shape : tuple
        (..., H, W) of the images.
    kernel, stride, padding : (int, int)
        In pixels, as (height, width).
    ceil_mode : bool
        As for ``output_size``.

    Returns
    -------
    OH, OW : int
        Below 1 where the kernel does not fit.
    """
    height, width = (
        output_size(*sides, ceil_mode)
        for sides in zip(shape[-2:], kernel, stride, padding, strict=True)
    )
    return height, width


def output_pair(
    op: str,
    shape: Shape,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    ceil_mode: bool = False,
    dilation: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    """As ``output_sizes``, for windows that must fit.

    Parameters
    ----------
    op : str
        The operation, with which errors begin.
    shape : tuple
        (..., H, W) of the images.
    kernel, stride, padding : (int, int)
        In pixels, as (height, width).
    ceil_mode : bool
        As for ``output_size``.
    dilation : (int, int)
        The distance between neighbouring places of the kernel.

    Returns
    -------
    OH, OW : int
        Each at least 1.

    Raises
    ------
    ValueError
        If the kernel is larger than the padded image.
    """
    window = window_size(kernel, dilation)
    (h, w), out = shape[-2:], output_sizes(shape, window, stride, padding, ceil_mode)
    if min(out) < 1:
        (kh, kw), (ph, pw) = window, padding
        spread = "" if dilation == (1, 1) else f" (spread by the dilation {dilation})"
        raise ValueError(
            f"{op}: the kernel {kh}×{kw}{spread} is larger than the padded input "
            f"{h + 2 * ph}×{w + 2 * pw} ({h}×{w}, padding {ph}×{pw}): use a smaller kernel, more "
            "padding or a larger image"
        )
    return out


def check_images(op: str, x: Array, channels: int | None = None) -> None:
    """Refuse what does not have the shape (N, C, H, W).

    Parameters
    ----------
    op : str
        The operation, with which errors begin.
    x : array
        Images, if all is right.
    channels : int, optional
        The expected C; by default any.

    Raises
    ------
    ValueError
        If x has another shape.
    """
    check_image_shape(op, x.shape)
    if channels is not None and x.shape[1] != channels:
        raise ValueError(
            f"{op}: the input has {x.shape[1]} channels (shape {x.shape}), "
            f"but {channels} are expected"
        )


def check_image_shape(op: str, shape: Shape) -> None:
    """Refuse a shape that is not (N, C, H, W), with at least one channel and pixel.

    Parameters
    ----------
    op : str
        The operation, with which errors begin.
    shape : tuple
        Of an array.

    Raises
    ------
    ValueError
        If it is another shape.
    """
    if len(shape) != 4:
        raise ValueError(
            f"{op}: expected images of shape (N, C, H, W), got an array of shape {shape}"
        )
    if 0 in shape[1:]:
        raise ValueError(f"{op}: the images are empty, their shape is {shape}")


def check_float(op: str, **arrays: Array) -> None:
    """Refuse what is not an array, and arrays that are not all float32 or all float64.

    Parameters
    ----------
    op : str
        The operation, with which errors begin.
    **arrays : array
        By the names that errors use.

    Raises
    ------
    TypeError
        If one is no array or a masked array, an array is of another dtype, or the dtypes differ.
    RuntimeError
        If the arrays are on two devices.
    """
    checked_kernels(op, **arrays)


def checked_kernels(
    op: str, optional: Mapping[str, Array | None] | None = None, /, **arrays: Array
) -> Kernels:
    """The kernels of the arrays' device, after ``check_float``: so the device is asked for once.

    Parameters
    ----------
    op : str
        The operation, with which errors begin.
    optional : dict, optional
        Further arrays by name, each of which may be None.
    **arrays : array
        As for ``check_float``.

    Returns
    -------
    kernels : Kernels
        See ``backend.kernels``.
    """
    for name, array in arrays.items():
        if array is None:
            raise _none_error(op, name)
    for name, array in optional.items() if optional else ():
        if array is not None:
            arrays[name] = array
    kernels = kernels_of(*arrays.values())
    dtypes = {a.dtype for a in arrays.values()}
    if len(dtypes) != 1 or not dtypes <= _FLOATS:
        _refuse_dtypes(op, {name: a.dtype.name for name, a in arrays.items()})
    return kernels


def check_present(op: str, **arrays: Array) -> None:
    """Refuse None instead of an array.

    Parameters
    ----------
    op : str
        The operation, with which errors begin.
    **arrays : array
        By the names that errors use.

    Raises
    ------
    TypeError
        If one of them is None.
    """
    for name, array in arrays.items():
        if array is None:
            raise _none_error(op, name)


def _none_error(op: str, name: str) -> TypeError:
    return TypeError(f"{op}: {name} is None, expected a NumPy or CuPy array")


def native(x: Array) -> Array:
    """The array in the byte order of this machine, which kernels expect.

    Parameters
    ----------
    x : array
        After ``checked_kernels``.

    Returns
    -------
    x : array
        x itself, or a copy of an array in the other byte order (a file's, for example).
    """
    return x if x.dtype.isnative else x.astype(x.dtype.newbyteorder("="))


def _refuse_dtypes(op: str, dtypes: dict[str, str]) -> None:
    for name, dtype in dtypes.items():
        if dtype not in FLOATS:
            raise TypeError(
                f"{op}: {name} is {dtype}, expected float32 or float64: "
                f"convert it, for example {name}.astype('float32')"
            )
    found = ", ".join(f"{name} is {dtype}" for name, dtype in dtypes.items())
    if len(set(dtypes.values())) > 1:
        raise TypeError(
            f"{op}: all arrays must have one dtype, but {found}: "
            "convert with .astype or layer.to(dtype=...)"
        )


def check_shape(op: str, name: str, array: Array | None, shape: Sequence[int]) -> None:
    """Refuse an array of another shape.

    Parameters
    ----------
    op, name : str
        The operation and the array, for errors.
    array : array or None
        None passes.
    shape : sequence of int
        What it must be.

    Raises
    ------
    ValueError
        If it is another shape.
    """
    if array is not None and array.shape != tuple(shape):
        raise ValueError(f"{op}: {name} must have shape {tuple(shape)}, got {array.shape}")


def check_pool_padding(op: str, kernel: tuple[int, int], padding: tuple[int, int]) -> None:
    """Refuse padding that could hold a whole pooling window.

    Parameters
    ----------
    op : str
        The operation, with which errors begin.
    kernel, padding : (int, int)
        In pixels, as (height, width).

    Raises
    ------
    ValueError
        If the padding is not smaller than the kernel.
    """
    if any(p >= k for p, k in zip(padding, kernel, strict=True)):
        raise ValueError(
            f"{op}: padding {padding} must be smaller than the kernel {kernel}, "
            "or a window would see only border"
        )
