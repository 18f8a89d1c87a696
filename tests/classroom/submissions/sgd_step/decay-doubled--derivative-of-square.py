# expect: decay-doubled

def sgd_step(w, g, v, lr, momentum, weight_decay):
    d_penalty = 2 * weight_decay * w        # d/dw of lambda w^2
    v = momentum * v - lr * (g + d_penalty)
    return w + v, v
