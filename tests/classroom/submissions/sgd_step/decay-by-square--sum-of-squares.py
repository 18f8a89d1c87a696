# expect: decay-by-square

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    g = g + weight_decay * np.sum(w * w)
    v = momentum * v - lr * g
    return w + v, v
