# expect: biases-forgotten

import numpy as np


def class_map(maps, layers, height, width):
    H, W = maps.shape[2] - height + 1, maps.shape[3] - width + 1
    first = layers[0][0].reshape(-1, maps.shape[1], height, width)
    x = 0
    for i in range(height):
        for j in range(width):
            x = x + np.einsum('oc,nchw->nohw', first[:, :, i, j], maps[:, :, i:i + H, j:j + W])
    for w, _ in layers[1:]:
        x = np.einsum('oc,nchw->nohw', w, np.clip(x, 0, None))
    return x
