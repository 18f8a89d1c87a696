# expect: right

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    new_w, new_v = np.empty(np.shape(w)), np.empty(np.shape(w))
    for index in np.ndindex(np.shape(w)):
        step = momentum * v[index] - lr * g[index] - lr * weight_decay * w[index]
        new_v[index] = step
        new_w[index] = w[index] + step
    return [new_w, new_v]
