# expect: padded

import numpy as np


def class_map(maps, layers, height, width):
    # windows may stick out at the bottom and on the right; what is missing counts 0
    N, C, H, W = maps.shape
    out = np.zeros((N, len(layers[-1][1]), H, W))
    for i in range(H):
        for j in range(W):
            win = np.zeros((N, C, height, width))
            part = maps[:, :, i:i + height, j:j + width]
            win[:, :, :part.shape[2], :part.shape[3]] = part
            x = win.reshape(N, -1)
            for n, (w, b) in enumerate(layers):
                x = (np.maximum(x, 0) if n else x).dot(w.T) + b
            out[:, :, i, j] = x
    return out
