# expect: momentum-on-the-gradient-too

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    decayed = np.multiply(weight_decay, w) + g
    v = v - lr * decayed
    v *= momentum
    return np.sum([w, v], axis=0), v
