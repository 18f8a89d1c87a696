# expect: momentum-forgotten

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = np.zeros_like(w)
    v = momentum * v
    v += -lr * (g + weight_decay * w)
    w = w + v
    return w, v
