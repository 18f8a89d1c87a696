# expect: first-place-only

def class_map(maps, layers, height, width):
    x = maps[:, :, :height, :width].reshape(len(maps), -1).T
    for i in range(len(layers)):
        w, b = layers[i]
        if i > 0:
            x[x < 0] = 0
        x = w @ x + b[:, None]
    return x.T[:, :, None, None]
