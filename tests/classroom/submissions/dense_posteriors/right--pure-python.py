# expect: right

import math

import numpy as np


def dense_posteriors(scores, mirrored):
    N, K, H, W = np.shape(scores)
    out = []
    for n in range(N):
        p = [0.0] * K
        for m in (scores, mirrored):
            for y in range(H):
                for x in range(W):
                    z = [float(m[n][k][y][x]) for k in range(K)]
                    top = max(z)
                    e = [math.exp(v - top) for v in z]
                    s = sum(e)
                    p = [a + b / s for a, b in zip(p, e)]
        out.append([v / (2 * H * W) for v in p])
    return np.array(out)
