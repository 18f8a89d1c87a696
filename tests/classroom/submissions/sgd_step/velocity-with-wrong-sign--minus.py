# expect: velocity-with-wrong-sign

def sgd_step(w, g, v, lr, momentum, weight_decay):
    new = -momentum * v - lr * (g + weight_decay * w)
    return w + new, new
