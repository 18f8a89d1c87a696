# expect: decay-with-wrong-sign

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    out_w, out_v = [], []
    for a, b, c in zip(w.flat, g.flat, v.flat):
        c = momentum * c - lr * (b - weight_decay * a)
        out_v.append(c)
        out_w.append(a + c)
    return np.reshape(out_w, w.shape), np.reshape(out_v, w.shape)
