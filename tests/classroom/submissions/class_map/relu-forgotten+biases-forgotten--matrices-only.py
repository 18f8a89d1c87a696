# expect: relu-forgotten + biases-forgotten

import functools

import numpy as np


def class_map(maps, layers, height, width):
    m = functools.reduce(lambda a, b: b @ a, [w for w, _ in layers])
    f = m.reshape(len(m), maps.shape[1], height, width)
    win = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    return np.einsum('ncijhw,ochw->noij', win, f)
