# expect: velocity-not-decaying + old-velocity-returned

def sgd_step(w, g, v, lr, momentum, weight_decay):
    new = v - lr * (g + weight_decay * w)
    return w + new, v
