# expect: decay-of-the-gradient

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + weight_decay * g)
    return w + v, v
