# expect: averaged-over-one-axis

import numpy as np


def softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def dense_posteriors(scores, mirrored):
    both = [np.average(softmax(m), axis=-1) for m in (scores, mirrored)]
    return sum(both) / 2
