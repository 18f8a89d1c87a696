# expect: averaged-over-places + relu-forgotten

import numpy as np


def class_map(maps, layers, height, width):
    win = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    x = win.mean(axis=(2, 3)).reshape(len(maps), -1)
    for w, b in layers:
        x = x @ w.T + b
    return x
