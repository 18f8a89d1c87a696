# expect: convention velocity-unused-without-momentum


def sgd_step(w, g, v, lr, momentum, weight_decay):
    gradient = g + weight_decay * w
    if not momentum:  # plain gradient descent
        return w - lr * gradient, v
    v = momentum * v - lr * gradient
    return w + v, v
