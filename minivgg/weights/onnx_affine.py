"""Arithmetic with constants in ONNX graphs: batch norm written out, and pixels normalised."""

from typing import NamedTuple

import numpy as np

from minivgg.layers.normalization import DEFAULT_EPS

BRIGHTEST_SHARE = 1.5  # means of pixels are at most 1, or else pixels go to 255
SMALLEST_FACTOR = 0.05  # of pixels in 0..1, whose standard deviation is at most 1


class Affine(NamedTuple):
    """x · scale + shift.

    Parameters
    ----------
    scale, shift : array
        Of each channel, or one number for all.
    """

    scale: np.ndarray
    shift: np.ndarray


NOTHING = Affine(np.ones(1), np.zeros(1))


def by_channel(constant: np.ndarray, axis: int, axes: int = 4) -> np.ndarray | None:
    """A constant as one number for each channel, or one for all.

    Parameters
    ----------
    constant : array
        That is broadcast to a value of the graph.
    axis : int
        Of the value's channels.
    axes : int
        How many the value has.

    Returns
    -------
    array or None
        None if the constant differs along another axis.
    """
    if constant.ndim > axes:
        return None
    shape = (1,) * (axes - constant.ndim) + constant.shape
    if any(n != 1 for i, n in enumerate(shape) if i != axis):
        return None
    return constant.reshape(-1).astype(np.float64 if constant.dtype.kind != "f" else constant.dtype)


def then(affine: Affine, operation: str, vector: np.ndarray) -> Affine:
    """An affine function, followed by arithmetic.

    Parameters
    ----------
    affine : Affine
        The function.
    operation : {"Add", "Sub", "Mul", "Div"}
        What follows.
    vector : array
        The other operand.

    Returns
    -------
    Affine
        Both as one, in float64.
    """
    scale, shift = affine
    vector = vector.astype(np.float64)
    with np.errstate(all="ignore"):
        if operation == "Add":
            return Affine(scale, shift + vector)
        if operation == "Sub":
            return Affine(scale, shift - vector)
        if operation == "Mul":
            return Affine(scale * vector, shift * vector)
        return Affine(scale / vector, shift / vector)


def as_normalisation(affine: Affine, channels: int) -> dict[str, list[float]] | None:
    """What a function does with pixels, in terms of pixels from 0 to 1.

    Parameters
    ----------
    affine : Affine
        Of pixels from 0 to 1, or from 0 to 255: large means and small factors tell which.
    channels : int
        How many there are.

    Returns
    -------
    dict or None
        "mean" and "std" of each channel; None if it is not a normalisation.
    """
    scale, shift = (np.broadcast_to(a, channels) for a in affine)
    if not (np.isfinite(scale).all() and np.isfinite(shift).all() and (scale > 0).all()):
        return None
    mean, std = -shift / scale, 1 / scale
    if mean.max() > BRIGHTEST_SHARE or scale.max() < SMALLEST_FACTOR:  # pixels go to 255
        mean, std = mean / 255, std / 255
    return {"mean": mean.tolist(), "std": std.tolist()}


def as_batch_norm(affine: Affine, channels: int) -> dict[str, np.ndarray]:
    """The arrays of a batch norm that computes a function.

    Parameters
    ----------
    affine : Affine
        The function.
    channels : int
        How many there are.

    Returns
    -------
    dict of str to array
        In float32, with a mean of 0 and a standard deviation of 1.
    """
    scale, shift = (np.broadcast_to(a, channels).astype("<f4") for a in affine)
    ones = np.ones(channels, "<f4")
    return {
        "weight": scale,
        "bias": shift,
        "running_mean": 0 * ones,
        "running_var": ones - np.float32(DEFAULT_EPS),
    }


def with_our_epsilon(variance: np.ndarray, eps: float) -> np.ndarray:
    """The variance with which a batch norm with our epsilon computes the same.

    Parameters
    ----------
    variance : array
        That of a batch norm with another epsilon.
    eps : float
        This epsilon.

    Returns
    -------
    array
        The same array if the epsilon is ours. Below 0 if there is none.
    """
    if np.float32(eps) == np.float32(DEFAULT_EPS):
        return variance
    return (variance.astype(np.float64) + (eps - DEFAULT_EPS)).astype(variance.dtype)
