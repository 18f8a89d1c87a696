# expect: right

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + weight_decay * w)
    return w + v, v
