# expect: one-channel-only + kernel-flipped

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


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
    xp = _pad(x, padding)
    return np.array([[_conv_single(im[0], np.flipud(np.fliplr(k[0])), stride) + bb for k, bb in zip(w, b)]
                     for im in xp])
