# expect: decay-decoupled

def sgd_step(w, g, v, lr, momentum, weight_decay):
    w = (1 - lr * weight_decay) * w
    v = momentum * v - lr * g
    return w + v, v
