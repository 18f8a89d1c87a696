# expect: convention nesterov

def sgd_step(w, g, v, lr, momentum, weight_decay):
    v_prev = v.copy()
    v = momentum * v - lr * (g + weight_decay * w)
    w = w - momentum * v_prev + (1 + momentum) * v
    return w, v
