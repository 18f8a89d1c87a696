# expect: no-plus-one

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    # range() without the last place; same count as (H - kh) // stride where the stride divides
    xp = _pad(x, padding)
    N, C, H, W = xp.shape
    rows = [xp[n, :, stride * i:stride * i + kh, stride * j:stride * j + kw].flatten()
            for n in range(N) for i in range(int((H - kh) / stride)) for j in range(int((W - kw) / stride))]
    return np.array(rows).reshape(-1, C * kh * kw)
