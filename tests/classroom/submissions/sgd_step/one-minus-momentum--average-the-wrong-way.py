# expect: one-minus-momentum

def sgd_step(w, g, v, lr, momentum, weight_decay):
    gradient = g + weight_decay * w
    v = (1 - momentum) * v - momentum * lr * gradient
    w = w + v
    return w, v
