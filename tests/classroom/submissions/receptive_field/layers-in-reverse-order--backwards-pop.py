# expect: layers-in-reverse-order

def receptive_field(layers):
    todo = list(layers)
    r = j = 1
    while todo:
        k, s = todo.pop()
        r += (k - 1) * j
        j *= s
    return r, j
