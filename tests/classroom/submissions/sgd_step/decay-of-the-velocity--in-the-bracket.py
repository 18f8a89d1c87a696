# expect: decay-of-the-velocity

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + weight_decay * v)
    return w + v, v
