# expect: writes-into-arguments

def sgd_step(w, g, v, lr, momentum, weight_decay):
    g += weight_decay * w
    v = momentum * v - lr * g
    return w + v, v
