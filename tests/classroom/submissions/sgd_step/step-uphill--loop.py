# expect: step-uphill

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    W, V = w.copy(), v.copy()
    for i in np.ndindex(w.shape):
        V[i] = momentum * v[i] + lr * (g[i] + weight_decay * w[i])
        W[i] = w[i] + V[i]
    return W, V
