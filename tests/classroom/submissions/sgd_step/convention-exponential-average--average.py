# expect: convention exponential-average

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    for i in np.ndindex(w.shape):
        v[i] = momentum * v[i] - (1 - momentum) * lr * (g[i] + weight_decay * w[i])
        w[i] += v[i]
    return w, v
