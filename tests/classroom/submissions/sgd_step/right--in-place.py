# expect: right

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v *= momentum
    v -= lr * g
    v -= lr * weight_decay * w
    w += v
    return w, v
