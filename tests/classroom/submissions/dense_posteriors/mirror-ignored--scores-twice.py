# expect: mirror-ignored

import numpy as np


def dense_posteriors(scores, mirrored):
    # a slip of copy and paste
    p = np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)).mean((2, 3))
    q = np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)).mean((2, 3))
    return (p + q) / 2
