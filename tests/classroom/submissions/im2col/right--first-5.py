# expect: right

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def im2col(x, kh, kw, stride, padding):
    # flat indices into an image that has one extra zero at its end
    N, C, H, W = x.shape
    oh, ow = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    c, a, b = np.indices((C, kh, kw)).reshape(3, 1, -1)
    i, j = np.indices((oh, ow)).reshape(2, -1, 1)
    r, s = i * stride + a - padding, j * stride + b - padding
    flat = np.where((r >= 0) & (r < H) & (s >= 0) & (s < W), (c * H + r) * W + s, C * H * W)
    longer = np.concatenate([x.reshape(N, -1), np.zeros((N, 1))], axis=1)
    return longer[:, flat].reshape(N * oh * ow, C * kh * kw)
