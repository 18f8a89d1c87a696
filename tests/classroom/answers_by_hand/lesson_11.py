"""Right answers to the exercises of lesson 11, computed by hand."""

import numpy as np


def residual_backward(x, w1, w2, dy):
    """Entry by entry: the sum over all paths from an input to an output."""
    dx = np.array(dy, float)  # the paths along the shortcut
    for j, row in enumerate(w1):
        if sum(row * x) > 0:  # this hidden unit is on
            for i in range(len(x)):
                dx[i] += sum(dy[k] * w2[k, j] * row[i] for k in range(len(dy)))
    return dx


RIGHT = {
    "11.1": 600,
    "11.2": 2.59374246,
    "11.3": residual_backward,
}
