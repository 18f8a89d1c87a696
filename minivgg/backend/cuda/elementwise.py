"""Element by element on the GPU: ReLU's gradient, dropout and SGD, as in ``backend.cpu.elementwise``."""

import numpy as np

from minivgg.backend import devices, memory_pool
from minivgg.backend.blocks import parts
from minivgg.backend.cuda.launch import MOST, launch


def relu_gradient(y, dy, dx):
    """Fill dx with dy where y > 0, else with 0; dx may be dy. In one pass where all three have the same order in memory."""
    if y.strides == dy.strides == dx.strides and _dense(y):
        launch("elementwise", "where_positive", dx.size, y, dy, dx)
    else:
        dx[...] = devices.namespace(y).where(y > 0, dy, 0)


def dropout(x, p, scale, stream):
    """y = x · mask, and mask: 0 with probability p, else ``scale``."""
    xp = devices.namespace(x)
    x = xp.ascontiguousarray(x)
    mask, y = stream.random(x.shape, dtype=x.dtype), memory_pool.new(x, x.shape)
    launch("elementwise", "dropout", y.size, x, mask, y, p, scale)
    return y, mask


def stray_label(labels, classes):
    """None, for nothing is known of the labels here: to look at them is to wait for everything that was asked for before."""
    return


def sgd(steps, lr, momentum, weight_decay, nesterov):
    """Change weights and velocities in place: for each (w, v, g), v ← momentum · v − lr · (weight_decay · w + g), w ← w + v.

    As many parameters as the arguments of a kernel can hold go into one launch.
    """
    for dtype in {w.dtype for w, _, _ in steps}:
        theirs = [step for step in steps if step[0].dtype == dtype]
        mine = [_in_one_order(*step) for step in theirs]
        for some in parts(len(mine), MOST):
            together = np.zeros(
                (), [("of", [("w", "u8"), ("v", "u8"), ("g", "u8"), ("size", "i8")], MOST)]
            )
            for place, (w, v, g) in enumerate(mine[some]):
                together["of"][place] = w.data.ptr, v.data.ptr, g.data.ptr, w.size
            settings = len(mine[some]), float(lr), float(momentum), float(weight_decay), nesterov
            largest = max((w for w, _, _ in mine[some]), key=lambda w: w.size)
            launch(
                "elementwise", "sgd", None, together, *settings, like=largest, rows=len(mine[some])
            )
        for given, used in zip(theirs, mine, strict=True):
            for a, b in zip(given[:2], used[:2], strict=True):
                if a is not b:
                    a[...] = b


def _in_one_order(w, v, g):
    """The three without gaps in one order in memory. They have it already, unless somebody else made one: then it is a copy."""
    w = w if _dense(w) else w.copy()
    return w, *(a if a.strides == w.strides else _in_order_of(w, a) for a in (v, g))


def _in_order_of(w, a):
    own = devices.namespace(w).empty_like(w)
    own[...] = a
    return own


def _dense(a):
    """Whether an array has no gaps in memory, whatever the order of its axes."""
    order = sorted(range(a.ndim), key=lambda axis: -a.strides[axis])
    return a.transpose(order).flags.c_contiguous
