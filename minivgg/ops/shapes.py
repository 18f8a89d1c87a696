"""The door of every operation: sizes of windows and outputs, and one clear sentence for a wrong argument."""

import operator

import numpy as np

from minivgg import backend

FLOATS = ("float32", "float64")
_FLOATS = set(map(np.dtype, FLOATS))


def pair(value, name, least=0):
    """3 or (3, 5) -> a (height, width) pair of integers, each at least ``least``."""
    values = tuple(value) if isinstance(value, tuple | list) else (value, value)
    try:
        height, width = map(operator.index, values)
    except (TypeError, ValueError):
        raise TypeError(
            f"{name} is a whole number or a pair (height, width) of them, got {value!r}"
        ) from None
    if min(height, width) < least:
        raise ValueError(f"{name} is at least {least}, got {value!r}")
    return height, width


def output_size(size, kernel, stride, padding, ceil_mode=False):
    """How many windows of ``kernel`` pixels at steps of ``stride`` fit along a side of ``size`` pixels padded on both ends.

    floor((size + 2·padding − kernel) / stride) + 1. With ``ceil_mode`` the last window may hang over the padded end, as long as it
    starts before it (PyTorch's rule). Below 1 when the kernel is larger than the padded side (where PyTorch's ceil_mode may allow it).
    """
    room = size + 2 * padding - kernel
    if not ceil_mode or room < 0:
        return room // stride + 1
    out = -(-room // stride) + 1
    return out - 1 if (out - 1) * stride >= size + padding else out


def output_sizes(shape, kernel, stride, padding, ceil_mode=False):
    """``output_size`` along both sides of images of ``shape`` (..., H, W): (OH, OW)."""
    return tuple(
        output_size(*sides, ceil_mode)
        for sides in zip(shape[-2:], kernel, stride, padding, strict=True)
    )


def output_pair(op, shape, kernel, stride, padding, ceil_mode=False):
    """(OH, OW) of windows over images of ``shape`` (..., H, W), or a ``ValueError`` when the kernel does not fit."""
    (h, w), out = shape[-2:], output_sizes(shape, kernel, stride, padding, ceil_mode)
    if min(out) < 1:
        raise ValueError(
            f"{op}: the kernel {_by(kernel)} is larger than the padded input {h + 2 * padding[0]}×{w + 2 * padding[1]} "
            f"({h}×{w}, padding {_by(padding)}): use a smaller kernel, more padding or a larger image"
        )
    return out


def check_images(op, x, channels=None):
    """Refuse what is not a floating-point batch (N, C, H, W), with C = ``channels`` where that is given."""
    check_float(op, x=x)
    if x.ndim != 4:
        raise ValueError(
            f"{op}: expected images of shape (N, C, H, W), got an array of shape {x.shape}"
        )
    if 0 in x.shape[1:]:
        raise ValueError(f"{op}: the images are empty, their shape is {x.shape}")
    if channels is not None and x.shape[1] != channels:
        raise ValueError(
            f"{op}: the input has {x.shape[1]} channels (shape {x.shape}), but {channels} are expected"
        )


def check_float(op, **arrays):
    """Refuse arrays that are not all float32 or all float64, or that live on different devices. ``None`` passes."""
    arrays = {name: a for name, a in arrays.items() if a is not None}
    backend.namespace(*arrays.values())
    kinds = {a.dtype for a in arrays.values()}
    if len(kinds) == 1 and kinds <= _FLOATS:  # the usual case; names of dtypes are slow
        return
    for name, a in arrays.items():
        if a.dtype.name not in FLOATS:
            raise TypeError(
                f"{op}: {name} is {a.dtype.name}, expected float32 or float64: convert it, for example {name}.astype('float32')"
            )
    if len({a.dtype.name for a in arrays.values()}) > 1:
        found = ", ".join(f"{name} is {a.dtype.name}" for name, a in arrays.items())
        raise TypeError(
            f"{op}: all arrays must have one dtype, but {found}: convert with .astype or layer.to(dtype=...)"
        )


def check_shape(op, name, array, shape):
    """Refuse an array whose shape is not ``shape``."""
    if array is not None and array.shape != tuple(shape):
        raise ValueError(f"{op}: {name} must have shape {tuple(shape)}, got {array.shape}")


def check_pool_padding(op, kernel, padding):
    """Refuse padding in which a whole pooling window could stand."""
    if any(p >= k for p, k in zip(padding, kernel, strict=True)):
        raise ValueError(
            f"{op}: padding {padding} must be smaller than the kernel {kernel}, or a window would see only border"
        )


def _by(sides):
    return "×".join(map(str, sides))
