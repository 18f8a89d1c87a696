"""Transforms of a batch between dataset and net: ``transform(images, rng) -> images`` (§3.1).

images: uint8 (B, C, H, W), or a list of (C, H, W) where sizes differ; as soon as all sizes are the
same they are one array. Random transforms draw for each image separately. Geometric transforms take
and return uint8; ``PCAColorShift`` returns float32, still from about 0 to 255; ``Normalize``, the
last one, returns the float32 that the net expects. The ``repr`` of a transform is the call that
makes it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from minivgg.backend import RandomGenerator, Size
from minivgg.data.interfaces import Dataset, Images, Transform
from minivgg.data.rescaling import rescale
from minivgg.data.statistics import statistics


@dataclass(frozen=True)
class Rescale:
    """Scale each image, keeping its aspect ratio, so that its smaller side has S pixels.

    The interpolation is bilinear; the paper does not name one.

    Parameters
    ----------
    smallest : int or (int, int)
        S in pixels, or (S_min, S_max) to draw S for each image: each integer in the range is
        equally probable. (256, 512) is the paper's scale jitter, "S ∈ [256; 512]".

    Raises
    ------
    ValueError
        If a size is below 1, or the range is empty.

    References
    ----------
    Simonyan & Zisserman 2014, §3.1.
    """

    smallest: int | tuple[int, int]

    def __post_init__(self) -> None:
        low, high = self.range
        if not 1 <= low <= high:
            raise ValueError(
                "Rescale: the smaller side must be at least 1, or a range (from, to), got "
                f"{self.smallest!r}"
            )

    @property
    def range(self) -> tuple[int, int]:
        """(S_min, S_max), the same number twice for a fixed S."""
        return _pair(self.smallest)

    def __call__(self, images: Images, rng: RandomGenerator | None = None) -> Images:
        """uint8 (B, C, H, W) or a list -> the same in other sizes."""
        low, high = self.range
        n = len(images)
        if low < high and rng is None:
            raise TypeError(f"{self} draws a scale for each image: call it with (images, rng)")
        sides = np.full(n, low) if rng is None or low == high else rng.integers(low, high + 1, n)
        return _stack([rescale(image, side) for image, side in zip(images, sides, strict=True)])


@dataclass(frozen=True)
class CenterCrop:
    """Crop the centre of each image.

    Where the centre lies between two pixels, the even one is taken, as in torchvision.

    Parameters
    ----------
    size : int or (int, int)
        In pixels; a pair is (height, width).
    """

    size: Size

    def __call__(self, images: Images, rng: RandomGenerator | None = None) -> np.ndarray:
        """uint8 (B, C, H, W) or a list -> (B, C, *size).

        Raises ``ValueError`` when an image is smaller than the crop.
        """
        size = _pair(self.size)
        margins = [np.subtract(image.shape[1:], size) for image in images]
        _check_margins(self, images, margins)
        return _crop(images, [np.rint(margin / 2).astype(int) for margin in margins], size)


@dataclass(frozen=True)
class RandomCrop:
    """Crop each image at a random position; all positions are equally probable.

    Parameters
    ----------
    size : int or (int, int)
        In pixels; a pair is (height, width).
    padding : int
        Width in pixels of a border of zeros that is added first. If the crop has the size of the
        image, the image is then shifted at random.

    References
    ----------
    Simonyan & Zisserman 2014, §3.1.
    """

    size: Size
    padding: int = 0

    def __call__(self, images: Images, rng: RandomGenerator) -> np.ndarray:
        """uint8 (B, C, H, W) or a list -> (B, C, *size).

        Raises ``ValueError`` when a crop could lie entirely in the border, or does not fit.
        """
        p, size = self.padding, _pair(self.size)
        if not 0 <= p < min(size):
            raise ValueError(
                f"{self}: a border of {p} pixels could fill the whole crop: "
                f"use 0 to {min(size) - 1}"
            )
        if p and isinstance(images, np.ndarray):
            images = np.pad(images, ((0, 0), (0, 0), (p, p), (p, p)))
        elif p:
            images = [np.pad(image, ((0, 0), (p, p), (p, p))) for image in images]
        margins = np.reshape([np.subtract(image.shape[1:], size) for image in images], (-1, 2))
        _check_margins(self, images, margins)
        if (margins == margins[:1]).all():
            return _crop(images, rng.integers(0, margins + 1), size)
        # as many draws for an image, whatever the sizes of the others
        corners = (rng.random(margins.shape) * (margins + 1)).astype(int)
        return _crop(images, corners, size)


@dataclass(frozen=True)
class RandomHorizontalFlip:
    """Mirror each image left to right with probability p. Not for digits or letters.

    Parameters
    ----------
    p : float
        From 0 to 1.

    References
    ----------
    Simonyan & Zisserman 2014, §3.1.
    """

    p: float = 0.5

    def __call__(self, images: Images, rng: RandomGenerator) -> Images:
        """uint8 (B, C, H, W) or a list -> the same shapes."""
        flip = rng.random(len(images)) < self.p
        if isinstance(images, np.ndarray):
            return np.where(flip[:, None, None, None], images[..., ::-1], images)
        return [image[..., ::-1] if f else image for image, f in zip(images, flip, strict=True)]


@dataclass(frozen=True)
class PCAColorShift:
    """Add one random multiple of the principal components of RGB to all pixels of an image.

        shift = Σ αᵢ λᵢ pᵢ, with αᵢ ~ N(0, std²) drawn once for each image

    Parameters
    ----------
    values : C floats
        λ, the eigenvalues of the covariance of RGB over the training set, for values from 0 to 1.
    vectors : C tuples of C floats
        p, the eigenvectors, one in each row.
    std : float
        The standard deviation of α.

    Notes
    -----
    λ is a variance and scales with the square of the unit, so the formula needs a unit, which the
    paper does not name. From 0 to 1, as in later practice, λ₁ ≈ 0.2 and a typical shift is 0.02,
    which is 5 of 255.

    References
    ----------
    Krizhevsky, Sutskever & Hinton 2012 (AlexNet), §4.1; Simonyan & Zisserman 2014 follow it in
    §3.1.
    """

    values: tuple[float, ...]
    vectors: tuple[tuple[float, ...], ...]
    std: float = 0.1

    @classmethod
    def from_dataset(cls, dataset: Dataset, std: float = 0.1) -> Self:
        """The shift with the principal components of a dataset's colours, the largest first.

        Parameters
        ----------
        dataset : Dataset
            The training images.
        std : float
            The standard deviation of α.

        Returns
        -------
        PCAColorShift
            With C components.

        Raises
        ------
        ValueError
            If the dataset has no images.
        """
        values, vectors = np.linalg.eigh(statistics(dataset).covariance)
        rows = [tuple(column) for column in vectors.T[::-1].tolist()]
        return cls(tuple(values[::-1].tolist()), tuple(rows), std)

    def __call__(self, images: Images, rng: RandomGenerator) -> Images:
        """uint8 (B, C, H, W) or a list -> float32, with values slightly beyond 0 to 255."""
        alphas = self.std * rng.standard_normal((len(images), len(self.values)))
        shifts = (255 * (alphas * self.values) @ np.array(self.vectors)).astype(np.float32)
        shifts = shifts[..., None, None]
        if isinstance(images, np.ndarray):
            return images + shifts
        return [image + shift for image, shift in zip(images, shifts, strict=True)]


@dataclass(frozen=True)
class Normalize:
    """(x / 255 − mean) / std, channel by channel -> float32.

    Parameters
    ----------
    mean : C floats
        For values from 0 to 1.
    std : C floats
        For values from 0 to 1. A std of 1/255 leaves x − 255·mean: the paper's preprocessing, which
        subtracts the mean colour and does not divide.

    References
    ----------
    Simonyan & Zisserman 2014, §2.1.

    Examples
    --------
    >>> from minivgg import data
    >>> normalize = data.Normalize(mean=(0.5,), std=(0.25,))
    >>> normalize(np.array([0, 51, 255], np.uint8).reshape(1, 1, 1, 3))
    array([[[[-2. , -1.2,  2. ]]]], dtype=float32)
    """

    mean: Sequence[float]
    std: Sequence[float]

    @classmethod
    def from_dataset(cls, dataset: Dataset, mean_only: bool = False) -> Self:
        """Normalisation by the mean and standard deviation of each channel over a whole dataset.

        Parameters
        ----------
        dataset : Dataset
            The training images.
        mean_only : bool
            Subtract the mean and do not divide, as in the paper.

        Returns
        -------
        Normalize
            For images with as many channels.

        Raises
        ------
        ValueError
            If the dataset has no images.
        TypeError
            If its pixels are not from 0 to 255 in uint8.
        """
        mean, covariance = statistics(dataset)
        std = np.full_like(mean, 1 / 255)
        if not mean_only:
            std = np.sqrt(np.maximum(covariance.diagonal(), 1e-12))
        return cls(tuple(mean.tolist()), tuple(std.tolist()))

    def __call__(self, images: Images, rng: RandomGenerator | None = None) -> np.ndarray:
        """uint8 (B, C, H, W), or float32 of the same range -> float32.

        Raises ``TypeError`` for another dtype, ``ValueError`` for another number of channels or for
        a list, that is, images of different sizes.
        """
        if not isinstance(images, np.ndarray):
            raise ValueError(
                "Normalize: the images of a batch differ in size: put a Rescale and a crop before "
                "it, or load them in one size"
            )
        if images.dtype not in (np.uint8, np.float32):
            raise TypeError(
                f"Normalize expects pixels from 0 to 255 as uint8 or float32, got {images.dtype}"
            )
        if images.shape[1] != len(self.mean):
            raise ValueError(
                f"Normalize: the images have {images.shape[1]} channels, but there are "
                f"{len(self.mean)} means"
            )
        mean, std = (np.asarray(v, np.float32)[:, None, None] for v in (self.mean, self.std))
        return (images.astype(np.float32) / np.float32(255) - mean) / std


class Compose(tuple[Transform, ...]):
    """Transforms applied one after the other; itself a transform.

    Parameters
    ----------
    iterable : iterable of Transform
        In the order in which they are applied; none at all change nothing.

    Examples
    --------
    >>> from minivgg import data
    >>> data.Compose([data.Rescale(256), data.CenterCrop(224)])(
    ...     [np.zeros((3, 300, 400), np.uint8), np.zeros((3, 600, 500), np.uint8)]
    ... ).shape
    (2, 3, 224, 224)
    """

    __slots__ = ()

    def __call__(self, images: Images, rng: RandomGenerator | None = None) -> Images:
        """Apply each transform in turn; without ``rng`` none of them may be random."""
        for transform in self:
            images = transform(images, rng)
        return images

    def __repr__(self) -> str:
        return "\n".join(map(repr, self)) or "no transforms"


def _pair(size: Size) -> tuple[int, int]:
    height, width = size if isinstance(size, tuple | list) else (size, size)
    return height, width


def _stack(images: list[np.ndarray]) -> Images:
    """One array where all images have one size, else the list."""
    same_size = len({image.shape for image in images}) == 1
    return np.stack(images) if same_size else images


def _check_margins(transform: Transform, images: Images, margins: Iterable[np.ndarray]) -> None:
    """margins: (height, width) of each image minus those of the crop."""
    for image, margin in zip(images, margins, strict=True):
        if min(margin) < 0:
            sides = "×".join(map(str, image.shape[1:]))
            raise ValueError(
                f"{transform}: an image has only {sides} pixels: use a smaller crop, or a Rescale "
                "to at least the crop size before it"
            )


def _crop(images: Images, corners: Iterable[np.ndarray], size: tuple[int, int]) -> np.ndarray:
    """The windows of ``size`` with these upper left corners, (B, C, *size)."""
    (height, width), channels = size, images[0].shape[0] if len(images) else 0
    dtype = images[0].dtype if len(images) else np.uint8
    crops = np.empty((len(images), channels, height, width), dtype)
    for crop, image, (top, left) in zip(crops, images, corners, strict=True):
        crop[...] = image[:, top : top + height, left : left + width]
    return crops
