"""Floor 3: initial weights. Each initializer is a function (shape, stream) -> float32 array on the CPU.

shape is that of the weights: filters (O, I, kh, kw) or a matrix (out, in). Weights are always drawn on the CPU, so that a seed
means the same network on every device.
"""

from math import prod, sqrt

import numpy as np

from minivgg.utils.suggest import nearest


def fans(shape):
    """How many inputs feed one output, and how many outputs one input feeds: (fan_in, fan_out)."""
    pixels = prod(shape[2:])
    return shape[1] * pixels, shape[0] * pixels


def gaussian(std=0.1):
    """Makes an initializer N(0, std²); by default the paper's variance 10⁻², so σ = 0.1 (§3.1). By name, "gaussian" is ``gaussian()``.

    Taken literally it explodes: VGG-A starts with a cross-entropy of about 10⁸, because each layer multiplies the signal by
    σ·√(fan_in/2), 2.4 for 3×3×128. With σ = 0.01 the signal dies with depth instead. The authors found later that ``glorot`` does
    without the pre-training of §3.1.
    """

    def draw(shape, stream):
        drawn = stream.standard_normal(shape, dtype=np.float32)
        drawn *= np.float32(std)  # in place: VGG-16's first fully connected layer alone is 411 MB
        return drawn

    return draw


def glorot(shape, stream):
    """Uniform in ±√(6 / (fan_in + fan_out)): keeps the variance of signals and gradients in linear layers (Glorot & Bengio 2010)."""
    limit = sqrt(6 / sum(fans(shape)))
    drawn = stream.random(shape, dtype=np.float32)
    drawn *= np.float32(2)
    drawn -= np.float32(1)
    drawn *= np.float32(limit)
    return drawn


def he(shape, stream):
    """N(0, 2 / fan_in): the 2 makes up for the half of the signal that ReLU removes (He et al. 2015)."""
    return gaussian(sqrt(2 / fans(shape)[0]))(shape, stream)


def zeros(shape, stream=None):
    """All zeros, without touching the memory: for networks whose weights are loaded, or only counted."""
    return np.zeros(shape, np.float32)


def ones(shape, stream=None):
    """All ones: the scale of a fresh batch norm."""
    return np.ones(shape, np.float32)


INITIALIZERS = {"gaussian": gaussian(), "glorot": glorot, "he": he, "ones": ones, "zeros": zeros}


def get(initializer):
    """An initializer by name ("gaussian", "glorot", "he", "ones", "zeros"), or the function itself; ``ValueError`` for another name."""
    if callable(initializer):
        return initializer
    if initializer not in INITIALIZERS:
        raise ValueError(
            f"unknown initializer {initializer!r}: did you mean {nearest(initializer, INITIALIZERS)!r}? There are {', '.join(INITIALIZERS)}"
        )
    return INITIALIZERS[initializer]
