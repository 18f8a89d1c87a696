# expect: old-velocity-returned + decay-with-wrong-sign

def sgd_step(w, g, v, lr, momentum, weight_decay):
    return w + momentum * v - lr * g + lr * weight_decay * w, v
