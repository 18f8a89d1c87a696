# expect: softmax-over-everything

import numpy as np


def dense_posteriors(scores, mirrored):
    # over the images, too
    e, f = np.exp(scores - scores.max()), np.exp(mirrored - mirrored.max())
    return ((e / e.sum()).mean((2, 3)) + (f / f.sum()).mean((2, 3))) / 2
