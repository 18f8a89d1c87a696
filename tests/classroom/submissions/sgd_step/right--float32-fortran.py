# expect: right

import numpy as np


def sgd_step(w, g, v, lr, momentum, weight_decay):
    w32, g32, v32 = (np.asfortranarray(a, dtype=np.float32) for a in (w, g, v))
    f = np.float32
    v32 = f(momentum) * v32 - f(lr) * (g32 + f(weight_decay) * w32)
    return np.asfortranarray(w32 + v32), np.asfortranarray(v32)
