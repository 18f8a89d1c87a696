# expect: weights-not-updated

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + weight_decay * w)
    w + v
    return w, v
