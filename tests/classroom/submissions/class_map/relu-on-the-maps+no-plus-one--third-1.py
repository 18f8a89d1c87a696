# expect: relu-on-the-maps + no-plus-one

import numpy as np


def class_map(maps, layers, height, width):
    N, C, H, W = maps.shape
    K = layers[-1][0].shape[0]
    scores = np.zeros((N, K, H - height, W - width))
    for i in range(H - height):
        for j in range(W - width):
            h = maps[:, :, i : i + height, j : j + width].reshape(N, -1)
            for w, b in layers:
                h = np.maximum(h, 0)
                h = h.dot(w.T) + b
            scores[:, :, i, j] = h
    return scores
