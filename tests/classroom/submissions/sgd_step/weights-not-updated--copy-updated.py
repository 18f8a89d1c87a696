# expect: weights-not-updated

def sgd_step(w, g, v, lr, momentum, weight_decay):
    new_v = momentum * v - lr * (g + weight_decay * w)
    new_w = w.copy()
    new_w += new_v
    return w, new_v
