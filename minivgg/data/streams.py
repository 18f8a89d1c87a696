"""The random streams of a training: one for each purpose, so that no two streams are the same.

A key begins with the purpose, never with the seed: NumPy pads keys with zeros, so [seed, epoch] and
[seed, epoch, 0] would be one stream.
"""

import numpy as np

ORDER, AUGMENT, TRAIN_VAL_SPLIT, DROPOUT = 1, 2, 3, 4


def generator(purpose, *key):
    """A NumPy generator for one purpose and key, such as (ORDER, seed, epoch)."""
    return np.random.default_rng([purpose, *key])
