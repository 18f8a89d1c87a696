"""Arrays of more than 2³¹ numbers, and arrays with gaps in memory: small tests meet neither."""

from math import prod

import numpy as np

from benchmarks.gpu.session import Session, say
from minivgg import backend, ops


def large_arrays(session: Session) -> None:
    """ReLU and max-pooling of more than 2³¹ numbers; a convolution whose bias has gaps."""
    numbers = 1 << 20 if session.small else (1 << 31) + 12345
    with session.row(f"ReLU's gradient, {numbers:,} numbers"):
        say(f"| ReLU's gradient, {numbers:,} numbers | {_verdict(_relu_is_right(numbers))} |")
    shape = (2, 8, 8, 8) if session.small else (172, 224, 224, 256)
    name = f"max-pooling, forward and backward, {prod(shape):,} numbers"
    with session.row(name):
        say(f"| {name} | {_verdict(_pooling_is_right(shape))} |")
    for algorithm in ("winograd", "im2col"):
        with session.row(f"{algorithm}, bias b[::2]"):
            error = _error_with_gaps(algorithm)
            verdict = "ok" if error < 1e-3 else f"WRONG by {error:.2g}"
            say(f"| {algorithm}, bias b[::2] | {verdict} |")


def _verdict(right: bool) -> str:
    return "ok" if right else "WRONG"


def _relu_is_right(numbers: int) -> bool:
    """y is 1 but for its last five numbers, which are -1: dx = 1 and 0."""
    xp = backend.namespace()
    y = xp.ones(numbers, "float32")
    y[-5:] = -1
    freed = xp.full(numbers, xp.nan, "float32")  # dx gets its memory: a number left out is seen
    del freed
    dx = ops.relu_backward(y, y)
    return _all_are(1, dx[:-5]) and _all_are(0, dx[-5:])


def _all_are(value: float, a) -> bool:
    return float(a.min()) == float(a.max()) == value


def _pooling_is_right(shape: tuple) -> bool:
    """One window, in the last image, is not all zeros: its winner 3 is found, and 3 comes back.

    shape: (N, H, W, C).
    """
    xp = backend.namespace()
    x = xp.zeros(shape, "float32")
    x[-1, 2:4, 4:6, 7] = xp.arange(4, dtype="float32").reshape(2, 2)
    y, saved = ops.max_pool2d(x.transpose(0, 3, 1, 2), 2)
    dx = ops.max_pool2d_backward(y, saved, relu=True)
    return float(y[-1, 7, 1, 2]) == float(dx[-1, 7, 3, 5]) == float(dx.sum()) == 3


def _error_with_gaps(algorithm: str) -> float:
    """Of the GPU against the CPU."""
    rng = np.random.default_rng(0)
    shapes = (2, 8, 9, 9), (6, 8, 3, 3), (12,)
    x, w, b = (rng.standard_normal(shape).astype(np.float32) for shape in shapes)
    options = {"padding": 1, "algorithm": algorithm}
    expected = ops.conv2d(x, w, np.ascontiguousarray(b[::2]), **options)[0]
    on_gpu = [backend.to_device(a, "gpu") for a in (x, w, b)]
    found = ops.conv2d(*on_gpu[:2], on_gpu[2][::2], **options)[0]
    return float(abs(expected - backend.to_numpy(found)).max())
