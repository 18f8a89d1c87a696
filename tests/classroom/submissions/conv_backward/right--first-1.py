# expect: right

import numpy as np


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(b.shape)
    for n in range(N):
        for f in range(F):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    db[f] += dy[n, f, i, j]
                    for c in range(C):
                        for u in range(kh):
                            for v in range(kw):
                                r, s = i * stride + u - padding, j * stride + v - padding
                                if 0 <= r < H and 0 <= s < W:
                                    dw[f, c, u, v] += dy[n, f, i, j] * x[n, c, r, s]
                                    dx[n, c, r, s] += dy[n, f, i, j] * w[f, c, u, v]
    return [dx, dw, db]
