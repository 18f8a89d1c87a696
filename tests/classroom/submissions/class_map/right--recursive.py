# expect: right

import numpy as np


def class_map(maps, layers, height, width):
    x = maps
    w, b = layers[0]
    f = w.reshape(len(w), -1, height, width)
    H, W = maps.shape[2] - height + 1, maps.shape[3] - width + 1
    cols = np.stack([maps[:, :, i:i + H, j:j + W] for i in range(height)
                     for j in range(width)], axis=2).reshape(len(maps), -1, H * W)
    y = (f.reshape(len(w), -1) @ cols).reshape(len(maps), len(w), H, W)
    y = y + np.reshape(b, (1, -1, 1, 1))
    if len(layers) == 1:
        return y
    return class_map(np.where(y > 0, y, 0), layers[1:], 1, 1)
