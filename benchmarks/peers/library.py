"""What the libraries share: the methods of each, and the numbers that they work on."""

import numpy as np

from benchmarks.workloads import BATCH


def data(shape, seed=0):
    """Random numbers, the same for every library."""
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


def labels(net):
    """The class of each image of a batch."""
    return np.arange(net.batch) % net.classes


class Library:
    """The methods of a library; each returns a step, or None where it does not do that."""

    data = staticmethod(data)

    def net(self, net):
        return None

    def layer(self, layer, backward, batch=BATCH):
        return None

    def operation(self, name, backward):
        return None


def channels_last(x):
    """(N, H, W, C) -> (N, C, H, W), memory unchanged."""
    return x.transpose(0, 3, 1, 2)
