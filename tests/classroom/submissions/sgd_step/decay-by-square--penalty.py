# expect: decay-by-square

def sgd_step(w, g, v, lr, momentum, weight_decay):
    g = g + 0.5 * weight_decay * w ** 2
    v = momentum * v - lr * g
    return w + v, v
