# expect: velocity-not-decaying

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v -= lr * (g + weight_decay * w)
    w += v
    return w, v
