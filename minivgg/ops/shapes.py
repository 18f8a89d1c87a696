"""The checks of every operation's arguments, and the sizes of windows and outputs.

A wrong argument gets one sentence: what was expected, what came, and what to do.
"""

import operator

import numpy as np

from minivgg.backend.kernels import kernels_of

FLOATS = ("float32", "float64")
_FLOATS = set(map(np.dtype, FLOATS))


def pair(value, name, least=0):
    """3 or (3, 5) -> a (height, width) pair of integers, each at least ``least``."""
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


def output_size(size, kernel, stride, padding, ceil_mode=False):
    """How many windows fit along one side of an image: ⌊(size + 2·padding − kernel) / stride⌋ + 1.

    size, kernel, stride, padding: in pixels; the padding is added at both ends. With ``ceil_mode``
    the last window may reach beyond the padded end if it starts before it (PyTorch's rule). Below 1
    if the kernel is larger than the padded side (where PyTorch's ceil_mode may allow it).
    """
    steps = size + 2 * padding - kernel
    if not ceil_mode or steps < 0:
        return steps // stride + 1
    out = -(-steps // stride) + 1
    return out - 1 if (out - 1) * stride >= size + padding else out


def output_sizes(shape, kernel, stride, padding, ceil_mode=False):
    """``output_size`` along both sides of images of ``shape`` (..., H, W): (OH, OW)."""
    return tuple(
        output_size(*sides, ceil_mode)
        for sides in zip(shape[-2:], kernel, stride, padding, strict=True)
    )


def output_pair(op, shape, kernel, stride, padding, ceil_mode=False):
    """(OH, OW) of windows over images of ``shape`` (..., H, W).

    Raises ``ValueError``, beginning with ``op``, when the kernel does not fit.
    """
    (h, w), out = shape[-2:], output_sizes(shape, kernel, stride, padding, ceil_mode)
    if min(out) < 1:
        (kh, kw), (ph, pw) = kernel, padding
        raise ValueError(
            f"{op}: the kernel {kh}×{kw} is larger than the padded input {h + 2 * ph}×{w + 2 * pw} "
            f"({h}×{w}, padding {ph}×{pw}): use a smaller kernel, more padding or a larger image"
        )
    return out


def check_images(op, x, channels=None):
    """Refuse what does not have the shape (N, C, H, W); channels: the expected C, or None."""
    check_image_shape(op, x.shape)
    if channels is not None and x.shape[1] != channels:
        raise ValueError(
            f"{op}: the input has {x.shape[1]} channels (shape {x.shape}), "
            f"but {channels} are expected"
        )


def check_image_shape(op, shape):
    """Refuse a shape that is not (N, C, H, W), with at least one channel and pixel."""
    if len(shape) != 4:
        raise ValueError(
            f"{op}: expected images of shape (N, C, H, W), got an array of shape {shape}"
        )
    if 0 in shape[1:]:
        raise ValueError(f"{op}: the images are empty, their shape is {shape}")


def check_float(op, **arrays):
    """Refuse arrays that are not all float32 or all float64 and on one device; ``None`` passes."""
    checked_kernels(op, **arrays)


def checked_kernels(op, **arrays):
    """The kernels of the arrays' device, after ``check_float``: so the device is asked for once."""
    kernels = kernels_of(*arrays.values())
    dtypes = {a.dtype for a in arrays.values() if a is not None}
    if len(dtypes) != 1 or not dtypes <= _FLOATS:
        _refuse_dtypes(op, {name: a.dtype.name for name, a in arrays.items() if a is not None})
    return kernels


def _refuse_dtypes(op, dtypes):
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


def check_shape(op, name, array, shape):
    """Refuse an array whose shape is not ``shape``; ``None`` passes."""
    if array is not None and array.shape != tuple(shape):
        raise ValueError(f"{op}: {name} must have shape {tuple(shape)}, got {array.shape}")


def check_pool_padding(op, kernel, padding):
    """Refuse padding that could hold a whole pooling window."""
    if any(p >= k for p, k in zip(padding, kernel, strict=True)):
        raise ValueError(
            f"{op}: padding {padding} must be smaller than the kernel {kernel}, "
            "or a window would see only border"
        )
