"""Initial weights: each initializer is a function (shape, stream) -> float32 array on the CPU.

shape is that of the weights: filters (O, I, kh, kw) or a matrix (out, in). stream: the random
number generator. Weights are always drawn on the CPU, so that a seed means the same net on every
device. Names are those of ``torch.nn.init``.
"""

from math import prod, sqrt

import numpy as np

from minivgg.utils.suggest import suggest


def fans(shape):
    """(fan_in, fan_out) of weights: the inputs of one output, and the outputs of one input."""
    pixels = prod(shape[2:])
    return shape[1] * pixels, shape[0] * pixels


def normal(std=0.1):
    """Make an initializer N(0, std²).

    The default is the paper's variance of 10⁻², so σ = 0.1 (§3.1); the name "normal" means it.
    Taken literally it explodes: VGG-A starts with a cross-entropy of about 10⁸, because each layer
    multiplies the signal by σ·√(fan_in/2), which is 2.4 for 3×3×128. With σ = 0.01 the signal
    vanishes with depth instead. The authors found later that the initialisation of Glorot & Bengio
    (``xavier_uniform``) works without the pre-training of §3.1.
    """

    def draw(shape, stream):
        drawn = stream.standard_normal(shape, dtype=np.float32)
        drawn *= np.float32(std)  # in place: VGG-16's first fully connected layer alone is 411 MB
        return drawn

    return draw


def xavier_uniform(shape, stream):
    """Draw from U(−a, a) with a = √(6 / (fan_in + fan_out)) (Glorot & Bengio 2010).

    It keeps the variance of signals and gradients in linear layers.
    """
    limit = sqrt(6 / sum(fans(shape)))
    drawn = stream.random(shape, dtype=np.float32)
    drawn *= np.float32(2)
    drawn -= np.float32(1)
    drawn *= np.float32(limit)
    return drawn


def kaiming_normal(shape, stream):
    """Draw from N(0, 2 / fan_in) (He et al. 2015).

    The factor 2 makes up for the half of the signal that ReLU removes.
    """
    return normal(sqrt(2 / fans(shape)[0]))(shape, stream)


def zeros(shape, stream=None):
    """All zeros, without writing to memory: for nets whose weights are loaded, or only counted."""
    return np.zeros(shape, np.float32)


def ones(shape, stream=None):
    """All ones: the scale of a fresh batch norm."""
    return np.ones(shape, np.float32)


INITIALIZERS = {
    "kaiming_normal": kaiming_normal,
    "normal": normal(),
    "ones": ones,
    "xavier_uniform": xavier_uniform,
    "zeros": zeros,
}
# Other names of the same functions, which command lines and older run folders use.
ALIASES = {"gaussian": "normal", "glorot": "xavier_uniform", "he": "kaiming_normal"}


def canonical_name(name: str) -> str:
    """The name in ``INITIALIZERS`` that an alias stands for; any other name as it is."""
    return ALIASES.get(name, name)


def get(initializer):
    """Return the initializer of a name, or the function itself.

    initializer: "kaiming_normal" (alias "he"), "xavier_uniform" ("glorot"), "normal" ("gaussian"),
    "ones", "zeros", or a function. Raises ``ValueError`` for another name, with the nearest one.
    """
    if callable(initializer):
        return initializer
    name = canonical_name(initializer)
    if name not in INITIALIZERS:
        suggestion = suggest(name, [*INITIALIZERS, *ALIASES])
        raise ValueError(
            f"unknown initializer {name!r}: did you mean {suggestion!r}? "
            f"There are {', '.join(INITIALIZERS)}"
        )
    return INITIALIZERS[name]
