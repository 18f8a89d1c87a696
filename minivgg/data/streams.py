"""The random streams of a training: each purpose has its own, so that no two ever begin alike.

A key begins with the purpose and never with the seed: NumPy pads keys with zeros, so [seed, epoch] and [seed, epoch, 0] are one stream.
"""

import numpy as np

ORDER, AUGMENT, HOLD_OUT, DROPOUT = 1, 2, 3, 4


def generator(purpose, *key):
    """A NumPy generator for one purpose and place, such as (ORDER, seed, epoch)."""
    return np.random.default_rng([purpose, *key])
