# expect: convention no-decay-on-biases

def sgd_step(w, g, v, lr, momentum, weight_decay):
    decay = weight_decay if w.ndim > 1 else 0.0
    v = momentum * v - lr * (g + decay * w)
    return w + v, v
