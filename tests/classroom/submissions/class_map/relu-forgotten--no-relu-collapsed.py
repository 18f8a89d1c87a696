# expect: relu-forgotten

import numpy as np


def class_map(maps, layers, height, width):
    # without a ReLU all layers are one matrix
    W, B = layers[0]
    for w, b in layers[1:]:
        W, B = w @ W, w @ B + b
    windows = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    windows = windows.transpose(0, 2, 3, 1, 4, 5)
    y = windows.reshape(windows.shape[:3] + (-1,)) @ W.T + B
    return np.moveaxis(y, -1, 1)
