# expect: convention exponential-average

def sgd_step(w, g, v, lr, momentum, weight_decay):
    # velocity-without-rate as well, as Adam's first moment has it
    v = momentum * v + (1 - momentum) * (g + weight_decay * w)
    return w - lr * v, v
