# expect: no-plus-one

import numpy as np


def cm_right_shifts(maps, layers, height, width):
    N, C, H, W = maps.shape
    oh, ow = H - height + 1, W - width + 1
    w, b = layers[0]
    x = np.zeros((N, len(w), oh, ow), dtype=np.float32)
    x += b.astype(np.float32).reshape(1, -1, 1, 1)
    for c in range(C):
        for i in range(height):
            for j in range(width):
                column = w[:, (c * height + i) * width + j]
                x += (maps[:, c, i:i + oh, j:j + ow][:, None]
                      * column[None, :, None, None]).astype(np.float32)
    for w, b in layers[1:]:
        x[x < 0] = 0
        x = np.tensordot(x, w, axes=(1, 1)).transpose(0, 3, 1, 2) + b.reshape(-1, 1, 1)
    return x


def class_map(maps, layers, height, width):
    N, C, H, W = maps.shape
    out = np.zeros((N, len(layers[-1][1]), H - height, W - width))
    full = cm_right_shifts(maps, layers, height, width)
    for i in range(H - height):
        for j in range(W - width):
            out[:, :, i, j] = full[:, :, i, j]
    return out
