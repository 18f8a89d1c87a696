# expect: channels-last

import numpy as np


def class_map(maps, layers, height, width):
    nhwc = maps.transpose(0, 2, 3, 1)
    N, H, W, C = nhwc.shape
    out = np.zeros((N, len(layers[-1][0]), H - height + 1, W - width + 1))
    for i in range(H - height + 1):
        for j in range(W - width + 1):
            x = nhwc[:, i:i + height, j:j + width, :].reshape(N, -1)
            for k, (w, b) in enumerate(layers):
                x = x.dot(w.T) + b
                if k + 1 != len(layers):
                    x *= x > 0
            out[:, :, i, j] = x
    return out
