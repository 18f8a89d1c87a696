# expect: leaky

def relu_forward(x):
    out = x.copy()
    for i in range(out.size):
        if out.flat[i] < 0:
            out.flat[i] *= 0.2
    return out
