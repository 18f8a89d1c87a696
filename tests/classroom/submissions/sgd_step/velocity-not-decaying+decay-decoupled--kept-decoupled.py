# expect: velocity-not-decaying + decay-decoupled

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = v - lr * g
    return (1 - lr * weight_decay) * w + v, v
