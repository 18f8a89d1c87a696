# expect: mean-instead-of-sum

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    xp = _pad(x, padding)
    F, C, kh, kw = w.shape
    y = []
    for im in xp:
        maps = []
        for filt, bias in zip(w, b):
            maps.append([[np.mean(im[:, i:i + kh, j:j + kw] * filt) + bias
                          for j in range(0, im.shape[2] - kw + 1, stride)]
                         for i in range(0, im.shape[1] - kh + 1, stride)])
        y.append(maps)
    return np.array(y)
