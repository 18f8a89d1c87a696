# expect: velocity-instead-of-weights

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = v * momentum
    v = v - lr * g - lr * weight_decay * w
    w = v
    return w, v
