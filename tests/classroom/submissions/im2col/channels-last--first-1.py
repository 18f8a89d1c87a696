# expect: channels-last

import numpy as np


def im2col(x, kh, kw, stride, padding):
    nhwc = np.moveaxis(x, 1, -1)
    nhwc = np.pad(nhwc, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    N, H, W, C = nhwc.shape
    rows = []
    for n in range(N):
        for i in range(0, H - kh + 1, stride):
            for j in range(0, W - kw + 1, stride):
                rows += [nhwc[n, i:i + kh, j:j + kw].ravel()]
    return np.vstack(rows)
