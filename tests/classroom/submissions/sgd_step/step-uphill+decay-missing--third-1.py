# expect: step-uphill + decay-missing

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    velocity = np.add(momentum * v, lr * g)
    weights = w.copy()
    weights += velocity
    return weights, velocity
