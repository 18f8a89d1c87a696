# expect: unlisted: both signs must be positive (guided backpropagation)

def relu_backward(dy, x):
    return dy * (x > 0) * (dy > 0)
