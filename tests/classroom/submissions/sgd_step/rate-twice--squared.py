# expect: rate-twice

def sgd_step(w, g, v, lr, momentum, weight_decay):
    grad = lr * (g + weight_decay * w)
    v[:] = momentum * v
    v[:] -= lr * grad
    w[:] += v
    return w, v
