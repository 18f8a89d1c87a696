# expect: relu-after-last + biases-forgotten

import numpy as np


def class_map(maps, layers, height, width):
    N, C, H, W = maps.shape
    out = []
    for i in range(H - height + 1):
        for j in range(W - width + 1):
            x = maps[:, :, i:i + height, j:j + width].reshape(N, -1)
            for w, b in layers:
                x = np.maximum(x @ w.T, 0)
            out.append(x)
    return np.array(out).transpose(1, 2, 0).reshape(N, -1, H - height + 1, W - width + 1)
