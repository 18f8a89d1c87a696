# expect: one-minus-momentum

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = (1 - momentum) * v - lr * (g + weight_decay * w)
    return w + v, v
