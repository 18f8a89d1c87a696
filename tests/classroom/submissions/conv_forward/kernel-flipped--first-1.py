# expect: kernel-flipped

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    # by Fourier transform: the theorem is about the mathematicians' convolution
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = _pad(x, padding)
    s = (xp.shape[2] + kh - 1, xp.shape[3] + kw - 1)
    X = np.fft.rfft2(xp, s)
    K = np.fft.rfft2(w, s)
    full = np.fft.irfft2(np.einsum('nchw,fchw->nfhw', X, K), s)
    y = full[:, :, kh - 1:xp.shape[2]:stride, kw - 1:xp.shape[3]:stride]
    return y + b.reshape(1, -1, 1, 1)
