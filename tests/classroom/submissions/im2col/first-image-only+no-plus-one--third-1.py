# expect: first-image-only + no-plus-one

import numpy as np


def im2col(x, kh, kw, stride, padding):
    img = np.pad(x[0], ((0, 0), (padding, padding), (padding, padding)))
    oh = (img.shape[1] - kh) // stride
    ow = (img.shape[2] - kw) // stride
    cols = np.zeros((oh * ow, img.shape[0] * kh * kw))
    for p in range(oh):
        for q in range(ow):
            cols[p * ow + q] = img[:, p * stride : p * stride + kh, q * stride : q * stride + kw].ravel()
    return cols
