# expect: old-velocity-returned

def sgd_step(w, g, v, lr, momentum, weight_decay):
    step = momentum * v - lr * (g + weight_decay * w)
    w = w + step
    return w, v
