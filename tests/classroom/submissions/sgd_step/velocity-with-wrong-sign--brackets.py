# expect: velocity-with-wrong-sign

def sgd_step(w, g, v, lr, momentum, weight_decay):
    step = lr * (g + weight_decay * w)
    v = -(momentum * v + step)
    return w + v, v
