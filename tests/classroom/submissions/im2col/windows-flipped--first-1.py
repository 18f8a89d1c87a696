# expect: windows-flipped

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    out = []
    for n in range(len(xp)):
        for i in range(0, xp.shape[2] - kh + 1, stride):
            for j in range(0, xp.shape[3] - kw + 1, stride):
                patch = xp[n, :, i:i + kh, j:j + kw]
                out.append(np.flip(patch, (1, 2)).reshape(-1))
    return np.asarray(out)
