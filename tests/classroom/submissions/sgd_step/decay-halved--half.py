# expect: decay-halved

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + weight_decay / 2 * w)
    return w + v, v
