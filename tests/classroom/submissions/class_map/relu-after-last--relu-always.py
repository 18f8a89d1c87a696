# expect: relu-after-last

import numpy as np


def class_map(maps, layers, height, width):
    N, C, H, W = maps.shape
    K = len(layers[-1][1])
    out = np.zeros((N, K, H - height + 1, W - width + 1))
    for n in range(N):
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                x = maps[n, :, i:i + height, j:j + width].flatten()
                for w, b in layers:
                    x = np.array([max(0.0, np.dot(r, x) + c) for r, c in zip(w, b)])
                out[n, :, i, j] = x
    return out
