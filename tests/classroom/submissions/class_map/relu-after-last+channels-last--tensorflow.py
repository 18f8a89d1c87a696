# expect: relu-after-last + channels-last

import numpy as np


def class_map(maps, layers, height, width):
    win = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    x = win.transpose(0, 2, 3, 4, 5, 1)
    x = x.reshape(x.shape[:3] + (-1,))
    for w, b in layers:
        x = np.maximum(x @ w.T + b, 0)
    return x.transpose(0, 3, 1, 2)
