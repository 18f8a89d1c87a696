# expect: mask-of-another-call

import numpy as np


def maxpool_backward(dy, x, size, stride, memory=[]):
    # a default argument which lives on; the first call's winners for ever
    if not memory or memory[0].shape != x.shape:
        memory[:] = [x.copy()]
    seen = memory[0]
    dx = np.zeros(x.shape)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            for n in range(len(x)):
                for c in range(x.shape[1]):
                    w = seen[n, c, i * stride:i * stride + size, j * stride:j * stride + size]
                    a, b = np.unravel_index(w.argmax(), w.shape)
                    dx[n, c, i * stride + a, j * stride + b] += dy[n, c, i, j]
    return dx
