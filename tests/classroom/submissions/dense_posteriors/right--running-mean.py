# expect: right

import numpy as np


def dense_posteriors(scores, mirrored):
    mean, count = 0.0, 0
    for m in (scores, mirrored):
        for y, x in np.ndindex(m.shape[2:]):
            z = m[:, :, y, x]
            p = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
            count += 1
            mean = mean + (p - mean) / count
    return mean
