# expect: channels-last

import numpy as np


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def im2col(x, kh, kw, stride, padding):
    xp = _border(x, padding)
    out = []
    for img in xp:
        for top in range(0, xp.shape[2] - kh + 1, stride):
            for left in range(0, xp.shape[3] - kw + 1, stride):
                patch = img[:, top : top + kh, left : left + kw]
                out.append(np.moveaxis(patch, 0, -1).flatten())
    return np.array(out)
