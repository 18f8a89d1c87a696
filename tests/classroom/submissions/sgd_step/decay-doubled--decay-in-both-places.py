# expect: decay-doubled

def sgd_step(w, g, v, lr, momentum, weight_decay):
    g = g + weight_decay * w
    v *= momentum
    v -= lr * g
    v -= lr * weight_decay * w
    w += v
    return w, v
