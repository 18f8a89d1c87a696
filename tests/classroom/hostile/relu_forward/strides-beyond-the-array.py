# Returns a view of memory that is not its own.
import numpy as np


def relu_forward(x):
    return np.lib.stride_tricks.as_strided(x, (10**8,), (4096,))
