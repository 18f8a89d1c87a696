# expect: posteriors-instead-of-scores

import numpy as np


def cm_right_places(maps, layers, height, width):
    # the fully connected net at every place
    N, C, H, W = maps.shape
    rows = []
    for i in range(H - height + 1):
        row = []
        for j in range(W - width + 1):
            x = maps[:, :, i:i + height, j:j + width].reshape(N, -1)
            for n, (w, b) in enumerate(layers):
                x = x @ w.T + b
                if n < len(layers) - 1:
                    x = np.maximum(x, 0)
            row.append(x)
        rows.append(row)
    return np.array(rows).transpose(2, 3, 0, 1)


def class_map(maps, layers, height, width):
    s = cm_right_places(maps, layers, height, width)
    e = np.exp(s - s.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)
