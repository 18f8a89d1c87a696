# expect: flipped

import numpy as np


def class_map(maps, layers, height, width):
    # a "true" convolution, as scipy.signal.convolve2d would do it
    N, C, H, W = maps.shape
    w, b = layers[0]
    k = w.reshape(-1, C, height, width)
    H, W = H - height + 1, W - width + 1
    x = np.zeros((N, len(w), H, W)) + b[None, :, None, None]
    for u in range(height):
        for v in range(width):
            patch = maps[:, :, height - 1 - u:height - 1 - u + H, width - 1 - v:width - 1 - v + W]
            x += np.einsum('nchw,oc->nohw', patch, k[:, :, u, v])
    for w, b in layers[1:]:
        x = np.einsum('nchw,oc->nohw', np.maximum(x, 0), w) + b[:, None, None]
    return x
