# expect: first-image-only

import numpy as np


def class_map(maps, layers, height, width):
    # the loop over the images is missing
    image = maps[0]
    rows, columns = image.shape[1] - height + 1, image.shape[2] - width + 1
    scores = np.zeros((1, len(layers[-1][1]), rows, columns))
    for i in range(rows):
        for j in range(columns):
            a = image[:, i:i + height, j:j + width].ravel()
            for n, (w, b) in enumerate(layers):
                a = w @ (a if n == 0 else np.maximum(a, 0)) + b
            scores[0, :, i, j] = a
    return scores
