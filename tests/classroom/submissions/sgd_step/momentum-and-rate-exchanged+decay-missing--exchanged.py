# expect: momentum-and-rate-exchanged + decay-missing

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = lr * v - momentum * g
    return w + v, v
