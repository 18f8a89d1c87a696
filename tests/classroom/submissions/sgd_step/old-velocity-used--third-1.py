# expect: old-velocity-used

def sgd_step(w, g, v, lr, momentum, weight_decay):
    w_new = w + v
    v_new = momentum * v - lr * g - lr * weight_decay * w
    return w_new, v_new
