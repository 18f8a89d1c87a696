# expect: biases-forgotten

import numpy as np


def class_map(maps, layers, height, width):
    windows = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    first = layers[0][0].reshape(-1, maps.shape[1], height, width)
    x = np.tensordot(windows, first, axes=((1, 4, 5), (1, 2, 3)))   # no bias here
    for w, b in layers[1:]:
        x = np.maximum(x, 0) @ w.T + b
    return x.transpose(0, 3, 1, 2)
