# expect: decay-by-sign

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    penalty = weight_decay * np.sign(w)
    v = momentum * v - lr * (g + penalty)
    return w + v, v
