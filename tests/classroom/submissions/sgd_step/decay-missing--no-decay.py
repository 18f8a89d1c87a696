# expect: decay-missing

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    np.multiply(v, momentum, out=v)
    np.subtract(v, lr * g, out=v)
    np.add(w, v, out=w)
    return w, v
