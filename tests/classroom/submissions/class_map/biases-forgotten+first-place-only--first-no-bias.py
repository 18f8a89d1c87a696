# expect: biases-forgotten + first-place-only

import numpy as np


def class_map(maps, layers, height, width):
    x = maps[:, :, :height, :width].reshape(len(maps), -1)
    for n, (w, _) in enumerate(layers):
        x = (np.maximum(x, 0) if n else x) @ w.T
    return x.reshape(x.shape + (1, 1))
