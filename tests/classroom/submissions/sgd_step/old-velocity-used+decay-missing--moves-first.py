# expect: old-velocity-used + decay-missing

def sgd_step(w, g, v, lr, momentum, weight_decay):
    w += v
    v *= momentum
    v -= lr * g
    return w, v
