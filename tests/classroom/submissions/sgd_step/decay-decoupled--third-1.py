# expect: decay-decoupled

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * g
    w = (1 - lr * weight_decay) * w + v
    return w, v
