# expect: momentum-on-the-gradient-too

def sgd_step(w, g, v, lr, momentum, weight_decay):
    u = v.copy()
    u -= lr * (g + weight_decay * w)
    u *= momentum
    return w + u, u
