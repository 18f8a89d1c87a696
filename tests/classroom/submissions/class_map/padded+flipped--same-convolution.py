# expect: padded + flipped

import numpy as np


def cm_right_einsum(maps, layers, height, width):
    windows = np.lib.stride_tricks.sliding_window_view(maps, (height, width), axis=(2, 3))
    (w, b), *rest = layers
    filters = w.reshape(w.shape[0], maps.shape[1], height, width)
    x = np.einsum('ncijhw,ochw->noij', windows, filters) + b[:, None, None]
    for w, b in rest:
        x = np.einsum('ncij,oc->noij', x * (x > 0), w) + b[:, None, None]
    return x


def class_map(maps, layers, height, width):
    flipped = [[layers[0][0].reshape(len(layers[0][0]), -1, height, width)[:, :, ::-1, ::-1]
                .reshape(layers[0][0].shape), layers[0][1]]] + list(layers[1:])
    pad = [(0, 0), (0, 0), ((height - 1) // 2, height // 2), ((width - 1) // 2, width // 2)]
    return cm_right_einsum(np.pad(maps, pad), flipped, height, width)
