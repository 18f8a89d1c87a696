# expect: right

import numpy as np


def class_map(maps, layers, height, width):
    def net(x):
        for depth, (w, b) in enumerate(layers):
            if depth:
                x = [max(v, 0.0) for v in x]
            x = [sum(a * v for a, v in zip(row, x)) + bias for row, bias in zip(w, b)]
        return x
    maps = np.asarray(maps)
    N, C, H, W = maps.shape
    out = np.empty((N, len(layers[-1][1]), H - height + 1, W - width + 1), order='F')
    for n in range(N):
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                out[n, :, i, j] = net(maps[n, :, i:i + height, j:j + width].ravel().tolist())
    return out
