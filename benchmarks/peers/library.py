"""What the libraries share: the methods of each, and the numbers that they work on."""

import numpy as np

from benchmarks.workloads import BATCH


def data(shape, seed=0):
    """Random numbers, the same for every library."""
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


def labels(net):
    """The class of each image of a batch."""
    return np.arange(net.batch) % net.classes


def pictures(side):
    """Two smooth uint8 images (3, side, side), for content and style."""
    i, j = np.mgrid[:side, :side] / side
    waves = [(k * i + m * j, k * j - m * i) for k, m in ((31, 7), (23, 11), (17, 29))]
    return [
        np.stack([127.5 + 120 * np.sin(wave[part]) for wave in waves]).astype(np.uint8)
        for part in (0, 1)
    ]


class Library:
    """The methods of a library; each returns a step, or None where it does not do that."""

    data = staticmethod(data)

    def net(self, net):
        return None

    def layer(self, layer, backward, batch=BATCH):
        return None

    def operation(self, name, backward):
        return None

    def style(self, side):
        return None


def channels_last(x):
    """(N, H, W, C) -> (N, C, H, W), memory unchanged."""
    return x.transpose(0, 3, 1, 2)
