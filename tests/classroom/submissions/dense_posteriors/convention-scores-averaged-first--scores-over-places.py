# expect: convention scores-averaged-first

import math

import numpy as np


def dense_posteriors(scores, mirrored):
    # over the places first; the two images' posteriors are averaged
    out = np.zeros(scores.shape[:2])
    for m in (scores, mirrored):
        for n in range(len(m)):
            z = [m[n, k].mean() for k in range(m.shape[1])]
            e = [math.exp(v - max(z)) for v in z]
            out[n] += np.array(e) / sum(e) / 2
    return out
