# expect: decay-of-the-velocity

def sgd_step(w, g, v, lr, momentum, weight_decay):
    decay = lr * weight_decay * v
    v = momentum * v - lr * g
    v = v - decay
    w = w + v
    return w, v
