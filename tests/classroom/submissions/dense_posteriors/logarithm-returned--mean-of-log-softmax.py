# expect: logarithm-returned

import numpy as np


def dense_posteriors(scores, mirrored):
    return sum((m - np.logaddexp.reduce(m, axis=1, keepdims=True)).mean((2, 3))
               for m in (scores, mirrored)) / 2
