# expect: largest-place

import numpy as np


def dense_posteriors(scores, mirrored):
    def posteriors(m):
        p = np.exp(m - np.logaddexp.reduce(m, axis=1)[:, np.newaxis])
        return np.array([[max(c.ravel()) for c in image] for image in p])
    return (posteriors(scores) + posteriors(mirrored)) / 2
