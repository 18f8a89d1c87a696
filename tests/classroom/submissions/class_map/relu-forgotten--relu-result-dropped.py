# expect: relu-forgotten

import numpy as np


def class_map(maps, layers, height, width):
    # np.maximum without out=: the result is thrown away
    N, C, H, W = maps.shape
    out = []
    for i in range(H - height + 1):
        for j in range(W - width + 1):
            x = maps[:, :, i:i + height, j:j + width].reshape(N, -1)
            for w, b in layers:
                np.maximum(x, 0)
                x = np.dot(x, w.T) + b
            out.append(x)
    return np.stack(out, -1).reshape(N, -1, H - height + 1, W - width + 1)
