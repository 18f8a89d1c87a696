# expect: summed-over-places + mirror-added

import numpy as np


def dense_posteriors(scores, mirrored):
    both = np.concatenate([scores, mirrored], axis=3)
    both = both - both.max(1, keepdims=True)
    return (np.exp(both) / np.exp(both).sum(1, keepdims=True)).sum((2, 3))
