# expect: momentum-and-rate-exchanged + decay-doubled

def sgd_step(w, g, v, lr, momentum, weight_decay):
    grad = g + 2 * weight_decay * w  # derivative of weight_decay * w ** 2
    v = lr * v - momentum * grad
    return w + v, v
