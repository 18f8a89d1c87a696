# expect: rate-twice

def sgd_step(w, g, v, lr, momentum, weight_decay):
    step = lr * (g + weight_decay * w)
    v = momentum * v - lr * step
    w = w + v
    return w, v
