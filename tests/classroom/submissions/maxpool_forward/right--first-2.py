# expect: right

import numpy as np


def maxpool_forward(x, size, stride):
    H, W = x.shape[2:]
    y = np.maximum.reduce([x[:, :, a:H - size + 1 + a:stride] for a in range(size)])
    return np.maximum.reduce([y[..., b:W - size + 1 + b:stride] for b in range(size)])
