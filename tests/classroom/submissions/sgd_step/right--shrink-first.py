# expect: right

def sgd_step(w, g, v, lr, momentum, weight_decay):
    shrunk = w * (1 - lr * weight_decay)
    after = shrunk - lr * g + momentum * v
    return after, after - w
