# expect: first-place-only

import numpy as np


def class_map(maps, layers, height, width):
    N, C, H, W = maps.shape
    out = np.zeros((N, len(layers[-1][0]), H - height + 1, W - width + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            x = maps[:, :, i:i + height, j:j + width].reshape(N, -1)
            for w, b in layers[:-1]:
                x = np.maximum(x @ w.T + b, 0)
            out[:, :, i, j] = x @ layers[-1][0].T + layers[-1][1]
            return out
