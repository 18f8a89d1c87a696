# expect: convention velocity-stored-negated

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v + lr * (g + weight_decay * w)
    w = w - v
    return w, v
