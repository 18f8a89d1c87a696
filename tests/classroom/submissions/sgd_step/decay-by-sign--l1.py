# expect: decay-by-sign

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + weight_decay * np.sign(w))
    return w + v, v
