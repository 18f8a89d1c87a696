# expect: rounded-up

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    # -(-a // b) and the image made longer by repeating its end
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    OH = -(-(xp.shape[2] - kh) // stride) + 1
    OW = -(-(xp.shape[3] - kw) // stride) + 1
    rows = np.minimum(np.arange(OH)[:, None] * stride + np.arange(kh), xp.shape[2] - 1)
    cols = np.minimum(np.arange(OW)[:, None] * stride + np.arange(kw), xp.shape[3] - 1)
    v = xp[:, :, rows[:, :, None, None], cols]          # n c oh kh ow kw
    return np.einsum('nchiwj,fcij->nfhw', v, w) + b.reshape(-1, 1, 1)
