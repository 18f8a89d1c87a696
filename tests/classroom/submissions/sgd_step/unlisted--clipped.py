# expect: unlisted: the gradient is clipped to [-1, 1]

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (np.clip(g, -1, 1) + weight_decay * w)
    return w + v, v
