# expect: averaged-over-one-axis

import numpy as np


def dense_posteriors(scores, mirrored):
    p, q = (np.exp(m - np.logaddexp.reduce(m, axis=1, keepdims=True)) for m in (scores, mirrored))
    return ((p + q) / 2).mean(2)
