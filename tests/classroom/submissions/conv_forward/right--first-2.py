# expect: right

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    # all convolutions of stride 1 by Fourier transform, then every stride-th
    kh, kw = w.shape[2:]
    xp = _pad(x, padding)
    size = (xp.shape[2] + kh - 1, xp.shape[3] + kw - 1)
    prod = np.einsum('nchw,fchw->nfhw', np.fft.fft2(xp, size), np.fft.fft2(w[:, :, ::-1, ::-1], size))
    full = np.fft.ifft2(prod).real
    return full[:, :, kh - 1:xp.shape[2]:stride, kw - 1:xp.shape[3]:stride] + b[None, :, None, None]
