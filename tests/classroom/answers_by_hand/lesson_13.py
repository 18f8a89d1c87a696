"""Right answers to the exercises of lesson 13, computed by hand."""

import numpy as np


def my_nearest(rows):
    """One pair after the other."""
    found = []
    for i, a in enumerate(rows):
        best, best_cosine = None, -2
        for j, b in enumerate(rows):
            cosine = sum(a * b) / (sum(a * a) * sum(b * b)) ** 0.5
            if j != i and cosine > best_cosine:
                best, best_cosine = j, cosine
        found.append(best)
    return np.array(found)


def my_variation_gradient(x):
    """Pixel by pixel: twice what it has more than each of its neighbours."""
    dx = np.zeros(x.shape)
    channels, height, width = x.shape
    for c in range(channels):
        for i in range(height):
            for j in range(width):
                for a, b in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
                    if 0 <= a < height and 0 <= b < width:
                        dx[c, i, j] += 2 * (x[c, i, j] - x[c, a, b])
    return dx


def my_style_gradient(f, wanted):
    """Central differences, which are exact enough for a polynomial of degree four."""

    def loss(values):
        return ((values.T @ values / values.size - wanted) ** 2).sum() / 4

    df, step = np.zeros(f.shape), 1e-4
    for index in np.ndindex(*f.shape):
        more, less = f.copy(), f.copy()
        more[index] += step
        less[index] -= step
        df[index] = (loss(more) - loss(less)) / (2 * step)
    return df


RIGHT = {
    "13.1": my_nearest,
    "13.2": my_variation_gradient,
    "13.3": my_style_gradient,
}
