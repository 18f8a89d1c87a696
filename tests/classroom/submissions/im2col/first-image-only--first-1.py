# expect: first-image-only

import numpy as np


def im2col(x, kh, kw, stride, padding):
    img = np.pad(x[0], ((0, 0), (padding, padding), (padding, padding)))
    C, H, W = img.shape
    return np.array([img[:, i:i + kh, j:j + kw].ravel()
                     for i in range(0, H - kh + 1, stride)
                     for j in range(0, W - kw + 1, stride)])
