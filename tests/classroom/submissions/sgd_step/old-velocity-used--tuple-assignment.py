# expect: old-velocity-used

def sgd_step(w, g, v, lr, momentum, weight_decay):
    # both right-hand sides see the old v
    w, v = w + v, momentum * v - lr * (g + weight_decay * w)
    return w, v
