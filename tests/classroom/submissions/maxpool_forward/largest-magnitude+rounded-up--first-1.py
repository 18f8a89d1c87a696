# expect: largest-magnitude + rounded-up

import numpy as np


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    oh, ow = -(-(H - size) // stride) + 1, -(-(W - size) // stride) + 1
    return np.stack([np.stack([np.abs(x[:, :, i * stride:i * stride + size, j * stride:j * stride + size]).max((2, 3))
                               for j in range(ow)], axis=-1) for i in range(oh)], axis=2)
