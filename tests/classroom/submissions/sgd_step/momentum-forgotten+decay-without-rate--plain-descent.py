# expect: momentum-forgotten + decay-without-rate

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = -lr * g - weight_decay * w
    return w + v, v
