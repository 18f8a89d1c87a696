# expect: largest-place

import numpy as np


def dense_posteriors(scores, mirrored):
    # max-pools the scores, softmax afterwards
    a, b = scores.max((2, 3)), mirrored.max((2, 3))
    a = np.exp(a - np.logaddexp.reduce(a, axis=1, keepdims=True))
    b = np.exp(b - np.logaddexp.reduce(b, axis=1, keepdims=True))
    return (a + b) / 2
