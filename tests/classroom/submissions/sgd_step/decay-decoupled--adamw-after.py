# expect: decay-decoupled

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * g
    w = w + v
    w -= lr * weight_decay * w
    return w, v
