# expect: padded-with-edges

import numpy as np


def im2col(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    rows = []
    for n in range(N):
        for i in range(-padding, H + padding - kh + 1, stride):
            for j in range(-padding, W + padding - kw + 1, stride):
                rows.append([x[n, c, (i + a) % H, (j + b) % W] for c in range(C) for a in range(kh) for b in range(kw)])
    return np.array(rows)
