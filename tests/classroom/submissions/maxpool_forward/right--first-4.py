# expect: right

import numpy as np


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    out = np.full((N, C, (H - size) // stride + 1, (W - size) // stride + 1), float('-inf'))
    for r in range(H):
        for s in range(W):
            # every pixel goes to all windows that see it
            for i in range(max(0, -(-(r - size + 1) // stride)), min(r // stride, out.shape[2] - 1) + 1):
                for j in range(max(0, -(-(s - size + 1) // stride)), min(s // stride, out.shape[3] - 1) + 1):
                    out[:, :, i, j] = np.fmax(out[:, :, i, j], x[:, :, r, s])
    return out
