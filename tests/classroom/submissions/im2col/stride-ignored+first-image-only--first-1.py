# expect: stride-ignored + first-image-only

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    im = _pad(x, padding)[0]
    return np.array([im[:, i:i + kh, j:j + kw].ravel()
                     for i in range(im.shape[1] - kh + 1) for j in range(im.shape[2] - kw + 1)])
