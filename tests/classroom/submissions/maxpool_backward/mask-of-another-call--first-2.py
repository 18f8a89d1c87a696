# expect: mask-of-another-call

import numpy as np


class _Layer:
    arg = None


def maxpool_backward(dy, x, size, stride):
    # always one call behind: the new winners are stored after the old ones were used
    now = {}
    for n, c, i, j in np.ndindex(*dy.shape):
        a, b = divmod(int(x[n, c, i * stride:i * stride + size, j * stride:j * stride + size].argmax()), size)
        now[n, c, i, j] = i * stride + a, j * stride + b
    old = _Layer.arg if _Layer.arg is not None and _Layer.arg[0] == (x.shape, size, stride) else (None, now)
    dx = np.zeros_like(x)
    for (n, c, i, j), (r, s) in old[1].items():
        dx[n, c, r, s] += dy[n, c, i, j]
    _Layer.arg = ((x.shape, size, stride), now)
    return dx
