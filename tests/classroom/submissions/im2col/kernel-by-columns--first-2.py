# expect: kernel-by-columns

import numpy as np


def im2col(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    OH = (H + 2 * padding - kh) // stride + 1
    OW = (W + 2 * padding - kw) // stride + 1
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    pieces = []
    for c in range(C):
        for dx in range(kw):
            for dy in range(kh):
                piece = xp[:, c, dy:dy + (OH - 1) * stride + 1:stride, dx:dx + (OW - 1) * stride + 1:stride]
                pieces.append(piece.reshape(-1, 1))
    return np.hstack(pieces)
