"""Images and filters of zeros, and the algorithm that is taken for them."""

import numpy as np

from minivgg import ops


def chosen(x, w, **options):
    """What ``explain`` is told, shortened to the algorithm."""
    told = []
    ops.conv2d(x, w, explain=told.append, **options)
    assert len(told) == 1
    return told[0].split(": ")[1].split(",")[0]


def images(n, c, side, dtype=np.float32):
    return np.zeros((n, c, side, side), dtype)


def filters(o, c, kernel, dtype=np.float32):
    return np.zeros((o, c, kernel, kernel), dtype)
