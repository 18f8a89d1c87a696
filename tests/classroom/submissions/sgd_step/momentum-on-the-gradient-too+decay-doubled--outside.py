# expect: momentum-on-the-gradient-too + decay-doubled

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * (v - lr * (g + 2 * weight_decay * w))
    return w + v, v
