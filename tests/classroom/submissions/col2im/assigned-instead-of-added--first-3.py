# expect: assigned-instead-of-added

import numpy as np


def col2im(cols, x_shape, kh, kw, stride, padding):
    # place of the kernel by place of the kernel: the first window counts
    N, C, H, W = x_shape
    oh = (H + 2 * padding - kh) // stride + 1
    ow = (W + 2 * padding - kw) // stride + 1
    col = cols.reshape(N, oh, ow, C, kh, kw).transpose(0, 3, 4, 5, 1, 2)
    img = np.zeros((N, C, H + 2 * padding + stride - 1, W + 2 * padding + stride - 1))
    for y in range(kh):
        for x in range(kw):
            img[:, :, y:y + stride * oh:stride, x:x + stride * ow:stride] = col[:, :, y, x, :, :]
    return img[:, :, padding:H + padding, padding:W + padding]
