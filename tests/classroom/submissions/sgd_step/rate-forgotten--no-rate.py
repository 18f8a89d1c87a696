# expect: rate-forgotten

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v
    v = v - g
    v = v - weight_decay * w
    return w + v, v
