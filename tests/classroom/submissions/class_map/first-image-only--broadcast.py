# expect: first-image-only

import numpy as np


def whole_map(maps, layers, height, width):
    windows = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    for number, (w, b) in enumerate(layers):
        if number == 0:
            w = w.reshape(len(w), maps.shape[1], height, width)
            x = np.einsum("ncijhw,ochw->noij", windows, w)
        else:
            x = np.einsum("ncij,oc->noij", np.maximum(x, 0), w)
        x = x + b[:, None, None]
    return x


def class_map(maps, layers, height, width):
    scores = whole_map(maps, layers, height, width)
    return np.broadcast_to(scores[0], scores.shape)
