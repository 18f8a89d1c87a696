# expect: unlisted: results in the wrong order: (v, w)

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v = momentum * v - lr * (g + weight_decay * w)
    return v, w + v
