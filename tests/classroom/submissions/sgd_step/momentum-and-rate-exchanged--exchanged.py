# expect: momentum-and-rate-exchanged

def sgd_step(w, g, v, momentum, lr, weight_decay):
    # exchanged in the parameter list
    v = momentum * v - lr * (g + weight_decay * w)
    w = w + v
    return w, v
