# expect: convention velocity-without-rate

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v + g + weight_decay * w
    return w - lr * v, v
