# expect: momentum-forgotten + rate-twice

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = -lr * (g + weight_decay * w)
    return w + lr * v, v
