"""Element by element on the GPU: the functions of ``backend.cpu.elementwise``."""

from collections.abc import Callable, Sequence

import numpy as np

from minivgg.backend.blocks import chunks
from minivgg.backend.cuda.launch import MAX_PARAMETERS, is_dense, launch
from minivgg.backend.devices import cupy
from minivgg.backend.random import RandomGenerator
from minivgg.backend.types import Array, GPUArray


def apply_blockwise(function: Callable[..., object], *arrays: Array) -> None:
    """Call ``function`` with the whole arrays: a kernel divides them by itself."""
    function(*arrays)


def relu(x: Array, y: Array) -> None:
    """Fill y with max(x, 0)."""
    cupy().maximum(x, 0, out=y)


def relu_backward(y: Array, dy: Array, dx: Array) -> None:
    """Fill dx with dy where y > 0, else with 0; dx may be dy.

    In one pass if all three have the same order in memory.
    """
    if y.strides == dy.strides == dx.strides and is_dense(y):
        launch("elementwise", "relu_backward", dx.size, y, dy, dx)
    else:
        dx[...] = cupy().where(y > 0, dy, 0)


def dropout(x: Array, p: float, scale: float, generator: RandomGenerator) -> tuple[Array, Array]:
    """y = x · mask, and mask: 0 with probability p, else ``scale``."""
    x = cupy().ascontiguousarray(x)
    mask, y = generator.random(x.shape, dtype=x.dtype), cupy().empty(x.shape, x.dtype)
    launch("elementwise", "dropout", y.size, x, mask, y, p, scale)
    return y, mask


def dropout_backward(dy: Array, mask: Array, dx: Array) -> None:
    """Fill dx with dy · mask."""
    cupy().multiply(dy, mask, out=dx)


def find_invalid_label(labels: Array, classes: int) -> None:
    """None, always: reading the labels would wait for all work that was enqueued before."""
    return


def sgd(
    steps: Sequence[tuple[Array, Array, Array]],
    lr: float,
    momentum: float,
    weight_decay: float,
    nesterov: bool,
) -> None:
    """Change weights and velocities in place, for each (w, v, g) of ``steps``.

    v ← momentum · v − lr · (weight_decay · w + g), w ← w + v. One launch takes as many parameters
    as the arguments of a kernel can hold.
    """
    settings = float(lr), float(momentum), float(weight_decay), nesterov
    for dtype in {w.dtype for w, _, _ in steps}:
        given = [step for step in steps if step[0].dtype == dtype]
        dense = [_in_one_order(*step) for step in given]
        for chunk in chunks(len(dense), MAX_PARAMETERS):
            _sgd_launch(dense[chunk], settings)
        for step, used in zip(given, dense, strict=True):
            for a, b in zip(step[:2], used[:2], strict=True):
                if a is not b:
                    a[...] = b


def sum_of_squares(a: Array) -> Array:
    """Σ a² as a scalar of float64."""
    return cupy().square(a).sum(dtype=np.float64)


def _sgd_launch(
    steps: Sequence[tuple[GPUArray, GPUArray, GPUArray]], settings: tuple[float, float, float, bool]
) -> None:
    """One launch, for parameters of one dtype without gaps in memory."""
    fields = [("w", "u8"), ("v", "u8"), ("g", "u8"), ("size", "i8")]
    parameters = np.zeros((), [("of", fields, MAX_PARAMETERS)])
    for i, (w, v, g) in enumerate(steps):
        parameters["of"][i] = w.data.ptr, v.data.ptr, g.data.ptr, w.size
    largest = max((w for w, _, _ in steps), key=lambda w: w.size)
    count = len(steps)
    launch("elementwise", "sgd", None, parameters, count, *settings, like=largest, rows=count)


def _in_one_order(w: Array, v: Array, g: Array) -> tuple[Array, Array, Array]:
    """The three without gaps in one order in memory: copies of those that are not."""
    w = w if is_dense(w) else w.copy()
    v, g = (a if a.strides == w.strides else _in_order_of(w, a) for a in (v, g))
    return w, v, g


def _in_order_of(w: Array, a: Array) -> Array:
    """A copy of a in the order in memory of w."""
    copy = cupy().empty_like(w)
    copy[...] = a
    return copy
