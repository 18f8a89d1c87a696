# expect: softmax-over-everything

import numpy as np


def dense_posteriors(scores, mirrored):
    n, k, h, w = scores.shape
    result = np.empty((n, k))
    for i in range(n):
        p = []
        for z in (scores[i], mirrored[i]):
            e = np.exp(z - np.max(z))
            p.append(e / np.sum(e))
        result[i] = [np.mean([p[0][c], p[1][c]]) for c in range(k)]
    return result
