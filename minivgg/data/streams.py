"""The random streams of training: one for each purpose, so that no two streams are the same.

A key begins with the purpose, never with the seed: NumPy pads keys with zeros, so [seed, epoch] and
[seed, epoch, 0] would be one stream.
"""

import numpy as np

ORDER, AUGMENT, TRAIN_VAL_SPLIT, DROPOUT = 1, 2, 3, 4


def generator(purpose: int, *key: int) -> np.random.Generator:
    """A NumPy generator for one purpose and key, such as (ORDER, seed, epoch).

    Parameters
    ----------
    purpose : int
        One of the constants of this module.
    *key : int
        What tells apart the streams of one purpose.

    Returns
    -------
    numpy.random.Generator
        At the beginning of its stream.
    """
    return np.random.default_rng([purpose, *key])
