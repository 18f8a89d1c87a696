# expect: padded-on-one-side

import numpy as np


def _conv_single(image, kernel, stride):
    kh, kw = kernel.shape
    oh = (image.shape[0] - kh) // stride + 1
    ow = (image.shape[1] - kw) // stride + 1
    out = np.empty((oh, ow))
    for r in range(oh):
        for s in range(ow):
            out[r, s] = (image[r * stride:r * stride + kh, s * stride:s * stride + kw] * kernel).sum()
    return out


def conv_forward(x, w, b, stride, padding):
    # right size, wrong place: the image at the bottom right
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    xp[:, :, 2 * padding:, 2 * padding:] = x
    return np.array([[sum(_conv_single(xp[n, c], w[f, c], stride) for c in range(C)) + b[f] for f in range(F)]
                     for n in range(N)])
