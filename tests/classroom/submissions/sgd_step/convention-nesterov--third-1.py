# expect: convention nesterov

def sgd_step(w, g, v, lr, momentum, weight_decay):
    grad = g + weight_decay * w
    v_new = momentum * v - lr * grad
    return w + momentum * v_new - lr * grad, v_new
