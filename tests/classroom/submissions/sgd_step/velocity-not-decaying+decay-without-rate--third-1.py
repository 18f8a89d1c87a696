# expect: velocity-not-decaying + decay-without-rate

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = v - lr * g - weight_decay * w
    return w + v, v
