# expect: stride-counted-not-taken

import numpy as np


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    out = np.zeros((N, C, int(1 + (H - size) / stride), int(1 + (W - size) / stride)))
    for n in range(N):
        for c in range(C):
            for h in range(out.shape[2]):
                for w in range(out.shape[3]):
                    out[n, c, h, w] = np.max(x[n, c, h:h + size, w:w + size])
    return out
