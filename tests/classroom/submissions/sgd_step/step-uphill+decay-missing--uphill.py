# expect: step-uphill + decay-missing

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v + lr * g
    w = w + v
    return w, v
