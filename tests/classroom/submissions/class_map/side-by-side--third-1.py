# expect: side-by-side

import numpy as np


def class_map(maps, layers, height, width):
    n, c, h, w_ = maps.shape
    rows = []
    for top in range(0, h - height + 1, height):
        row = []
        for left in range(0, w_ - width + 1, width):
            a = maps[:, :, top : top + height, left : left + width].reshape(n, -1)
            for k, (w, b) in enumerate(layers):
                a = a @ w.T + b
                if k + 1 < len(layers):
                    a = np.maximum(a, 0)
            row.append(a)
        rows.append(np.stack(row, axis=-1))
    return np.stack(rows, axis=2)
