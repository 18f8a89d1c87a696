# expect: height-and-width-swapped + biases-forgotten

import numpy as np


def class_map(maps, layers, height, width):
    win = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    x = win.transpose(0, 2, 3, 1, 5, 4)
    x = x.reshape(x.shape[:3] + (-1,))
    for n, (w, _) in enumerate(layers):
        x = (x if n == 0 else np.maximum(x, 0)) @ w.T
    return x.transpose(0, 3, 1, 2)
