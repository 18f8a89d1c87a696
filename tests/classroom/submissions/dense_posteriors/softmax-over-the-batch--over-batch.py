# expect: softmax-over-the-batch

import numpy as np


def dense_posteriors(scores, mirrored):
    return sum(np.exp(m - np.logaddexp.reduce(m, axis=0, keepdims=True)).mean((2, 3))
               for m in (scores, mirrored)) / 2
