# expect: averaged-over-places

import itertools

import numpy as np


def class_map(maps, layers, height, width):
    N, C, H, W = maps.shape
    total, count = 0, 0
    for i, j in itertools.product(range(H - height + 1), range(W - width + 1)):
        x = np.concatenate([maps[:, c, i:i + height, j:j + width].reshape(N, -1)
                            for c in range(C)], axis=1)
        for w, b in layers[:-1]:
            x = np.maximum(0, x @ w.T + b)
        total = total + x @ layers[-1][0].T + layers[-1][1]
        count += 1
    return total / count
