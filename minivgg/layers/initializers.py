"""Initial weights: each initializer is a function (shape, stream) -> float32 array on the CPU.

The shape is that of the weights: filters (O, I, kh, kw) or a matrix (out, in). The stream is a
random number generator. Weights are always drawn on the CPU, so that a seed means the same net on
every device. Names are those of ``torch.nn.init``.
"""

from collections.abc import Callable
from math import prod, sqrt
from typing import TypeAlias

import numpy as np

from minivgg.backend import Shape
from minivgg.utils.suggest import which_there_are

Initializer: TypeAlias = Callable[[Shape, np.random.Generator], np.ndarray]


def fans(shape: Shape) -> tuple[int, int]:
    """Count the inputs of one output, and the outputs of one input.

    Parameters
    ----------
    shape : tuple
        Of the weights: (O, I, kh, kw) or (out, in).

    Returns
    -------
    fan_in, fan_out : int
        I·kh·kw and O·kh·kw.
    """
    pixels = prod(shape[2:])
    return shape[1] * pixels, shape[0] * pixels


def normal(std: float = 0.1) -> Initializer:
    """Make an initializer N(0, std²).

    Parameters
    ----------
    std : float
        The standard deviation σ.

    Returns
    -------
    draw : callable
        (shape, stream) -> array.

    Notes
    -----
    The default is the paper's variance of 10⁻², so σ = 0.1 (§3.1); the name "normal" means it.
    Taken literally it explodes: VGG-A starts with a cross-entropy of about 10⁸, because each layer
    multiplies the signal by σ·√(fan_in/2), which is 2.4 for 3×3×128. With σ = 0.01 the signal
    vanishes with depth instead. The authors found later that the initialisation of Glorot & Bengio
    (``xavier_uniform``) works without the pre-training of §3.1.
    """

    def draw(shape: Shape, stream: np.random.Generator) -> np.ndarray:
        drawn = stream.standard_normal(shape, dtype=np.float32)
        drawn *= np.float32(std)  # in place: VGG-16's first fully connected layer alone is 411 MB
        return drawn

    return draw


def xavier_uniform(shape: Shape, stream: np.random.Generator) -> np.ndarray:
    """Draw from U(−a, a) with a = √(6 / (fan_in + fan_out)).

    It keeps the variance of signals and gradients in linear layers.

    Parameters
    ----------
    shape : tuple
        Of the weights.
    stream : Generator
        NumPy's.

    Returns
    -------
    weights : ndarray
        Float32.

    References
    ----------
    Glorot & Bengio 2010.
    """
    limit = sqrt(6 / sum(fans(shape)))
    drawn = stream.random(shape, dtype=np.float32)
    drawn *= np.float32(2)
    drawn -= np.float32(1)
    drawn *= np.float32(limit)
    return drawn


def kaiming_normal(shape: Shape, stream: np.random.Generator) -> np.ndarray:
    """Draw from N(0, 2 / fan_in).

    The factor 2 makes up for the half of the signal that ReLU removes.

    Parameters
    ----------
    shape : tuple
        Of the weights.
    stream : Generator
        NumPy's.

    Returns
    -------
    weights : ndarray
        Float32.

    References
    ----------
    He et al. 2015, "Delving Deep into Rectifiers".
    """
    return normal(sqrt(2 / fans(shape)[0]))(shape, stream)


def zeros(shape: Shape, stream: np.random.Generator | None = None) -> np.ndarray:
    """All zeros, without writing to memory: for nets whose weights are loaded, or only counted.

    Parameters
    ----------
    shape : tuple
        Of the weights.
    stream : Generator, optional
        Not used.

    Returns
    -------
    weights : ndarray
        Float32.
    """
    return np.zeros(shape, np.float32)


def without_memory(shape: Shape, stream: np.random.Generator | None = None) -> np.ndarray:
    """Zeros that share one number in memory: for nets of any size of which only shapes are asked.

    Such weights are read-only. They cannot be trained, and other weights cannot be loaded into
    them.

    Parameters
    ----------
    shape : tuple
        Of the weights.
    stream : Generator, optional
        Not used.

    Returns
    -------
    weights : ndarray
        Float32, with strides of 0.
    """
    return np.broadcast_to(np.float32(0), shape)


def ones(shape: Shape, stream: np.random.Generator | None = None) -> np.ndarray:
    """All ones: the scale of a new batch norm.

    Parameters
    ----------
    shape : tuple
        Of the weights.
    stream : Generator, optional
        Not used.

    Returns
    -------
    weights : ndarray
        Float32.
    """
    return np.ones(shape, np.float32)


INITIALIZERS: dict[str, Initializer] = {
    "kaiming_normal": kaiming_normal,
    "normal": normal(),
    "ones": ones,
    "xavier_uniform": xavier_uniform,
    "zeros": zeros,
}
# Other names of the same functions, which command lines and older run folders use.
ALIASES = {"gaussian": "normal", "glorot": "xavier_uniform", "he": "kaiming_normal"}


def canonical_name(name: str) -> str:
    """The name in ``INITIALIZERS`` that an alias stands for.

    Parameters
    ----------
    name : str
        "he", for example.

    Returns
    -------
    name : str
        "kaiming_normal"; a name that is no alias is returned as it is.
    """
    return ALIASES.get(name, name)


def get(initializer: str | Initializer) -> Initializer:
    """The initializer of a name, or the function itself.

    Parameters
    ----------
    initializer : str or callable
        "kaiming_normal" (alias "he"), "xavier_uniform" ("glorot"), "normal" ("gaussian"), "ones",
        "zeros", or a function (shape, stream) -> float32 array.

    Returns
    -------
    initializer : callable
        The function.

    Raises
    ------
    ValueError
        If there is no initializer of that name; it suggests the nearest one.
    """
    if callable(initializer):
        return initializer
    name = canonical_name(initializer)
    if name not in INITIALIZERS:
        known = [*INITIALIZERS, *ALIASES]
        raise ValueError(f"unknown initializer {name!r}: {which_there_are(name, known)}")
    return INITIALIZERS[name]
