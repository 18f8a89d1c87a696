# expect: rounded-up

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    # windows are cut off at the end of the image, and the kernel with them
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    OH = int(np.ceil((xp.shape[2] - kh) / stride)) + 1
    OW = int(np.ceil((xp.shape[3] - kw) / stride)) + 1
    y = np.empty((len(x), F, OH, OW))
    for i in range(OH):
        for j in range(OW):
            piece = xp[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
            kernel = w[:, :, :piece.shape[2], :piece.shape[3]]
            y[:, :, i, j] = np.einsum('ncij,fcij->nf', piece, kernel) + b
    return y
