# expect: decay-halved

def sgd_step(w, g, v, lr, momentum, weight_decay):
    penalty_gradient = 0.5 * weight_decay * w
    v = momentum * v
    v -= lr * g
    v -= lr * penalty_gradient
    return w + v, v
