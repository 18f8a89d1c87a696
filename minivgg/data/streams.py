"""The random streams of data: each purpose has its own, so that no two ever begin alike.

A key begins with the purpose and never with the seed: NumPy pads keys with zeros, so [seed, epoch] and [seed, epoch, 0] are one stream.
(``training`` uses 4 for dropout.)
"""

import numpy as np

ORDER, AUGMENT, HOLD_OUT = 1, 2, 3


def generator(purpose, *key):
    """A NumPy generator for one purpose and place, such as (ORDER, seed, epoch)."""
    return np.random.default_rng([purpose, *key])
