# expect: right

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    stack = np.stack([v, g, w])
    v[...] = np.tensordot([momentum, -lr, -lr * weight_decay], stack, axes=1)
    return np.add(w, v), v
