# expect: stride-ignored

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    xp = _pad(x, padding)
    F, C, kh, kw = w.shape
    return np.array([[[[(im[:, i:i + kh, j:j + kw] * k).sum() + bb
                        for j in range(im.shape[2] - kw + 1)] for i in range(im.shape[1] - kh + 1)]
                      for k, bb in zip(w, b)] for im in xp])
