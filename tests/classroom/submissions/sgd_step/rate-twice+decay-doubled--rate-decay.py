# expect: rate-twice + decay-doubled

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + 2 * weight_decay * w)
    w = w + lr * v
    return w, v
