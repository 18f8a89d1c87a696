# expect: rate-twice

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = np.array([momentum * b - lr * (a + weight_decay * c)
                  for a, b, c in zip(g.ravel(), v.ravel(), w.ravel())]).reshape(w.shape)
    return w + lr * v, v
