"""What happens to a batch between the dataset and the network: ``transform(images, rng) -> images`` (§3.1 of the paper).

images: uint8 (B, C, H, W), or a list of (C, H, W) where sizes differ; once all sizes are the same they are one array. Each image gets
draws of its own. Geometry takes and gives uint8; ``ColorShift`` gives float32, still from about 0 to 255; ``Normalize``, the last, gives
the float32 that the network wants. A transform prints as the call that makes it, and so does a list of them.
"""

from dataclasses import dataclass

import numpy as np

from minivgg.data.images import rescaled
from minivgg.data.statistics import statistics


@dataclass(frozen=True)
class Rescale:
    """Scale each image, both sides alike, until its smaller side has S pixels. smallest: S, or (S_min, S_max) to draw S for each image.

    "S ∈ [256; 512]" is the paper's scale jitter: each whole number in between is equally probable. Bilinear, which the paper leaves open.
    Raises ``ValueError`` for a size below 1 or a range that ends before it begins.
    """

    smallest: int | tuple

    def __post_init__(self):
        low, high = self.range
        if not 1 <= low <= high:
            raise ValueError(
                f"Rescale: the smaller side is a number of at least 1, or a range (from, to), got {self.smallest!r}"
            )

    @property
    def range(self):
        """(S_min, S_max), the same number twice for a fixed S."""
        return (
            tuple(self.smallest)
            if isinstance(self.smallest, tuple | list)
            else (self.smallest, self.smallest)
        )

    def __call__(self, images, rng=None):
        """uint8 (B, C, H, W) or a list -> the same, at other sizes."""
        low, high = self.range
        sides = (
            np.full(len(images), low) if low == high else rng.integers(low, high + 1, len(images))
        )
        return _together([rescaled(image, side) for image, side in zip(images, sides, strict=True)])


@dataclass(frozen=True)
class CenterCrop:
    """Cut out the middle (where it lies half a pixel off, at the even pixel, as torchvision). size: (height, width), or one number."""

    size: int | tuple

    def __call__(self, images, rng=None):
        """uint8 (B, C, H, W) or a list -> (B, C, *size); ``ValueError`` when an image is smaller than that."""
        size = _pair(self.size)
        room = [np.subtract(image.shape[1:], size) for image in images]
        _require_room(self, images, room)
        return _cut(images, [np.rint(r / 2).astype(int) for r in room], size)


@dataclass(frozen=True)
class RandomCrop:
    """Cut out each image at a place of its own, every place equally probable. size: (height, width), or one number for both.

    padding: a border of zeros that many pixels wide comes first; with it and the image's own size, each image is shifted.
    Raises ``ValueError`` when a crop could lie in the border altogether, or does not fit.
    """

    size: int | tuple
    padding: int = 0

    def __call__(self, images, rng):
        """uint8 (B, C, H, W) or a list -> (B, C, *size)."""
        p, size = self.padding, _pair(self.size)
        if not 0 <= p < min(size):
            raise ValueError(
                f"{self}: a border of {p} pixels could fill the whole crop: use 0 to {min(size) - 1}"
            )
        if p and isinstance(images, np.ndarray):
            images = np.pad(images, ((0, 0), (0, 0), (p, p), (p, p)))
        elif p:
            images = [np.pad(image, ((0, 0), (p, p), (p, p))) for image in images]
        room = np.reshape([np.subtract(image.shape[1:], size) for image in images], (-1, 2))
        _require_room(self, images, room)
        if (room == room[:1]).all():
            return _cut(images, rng.integers(0, room + 1), size)
        return _cut(
            images, (rng.random(room.shape) * (room + 1)).astype(int), size
        )  # as many draws, whatever the sizes of other images


@dataclass(frozen=True)
class RandomHorizontalFlip:
    """Mirror each image left to right with probability p. Not for digits or letters."""

    p: float = 0.5

    def __call__(self, images, rng):
        """uint8 (B, C, H, W) or a list -> the same shapes."""
        flip = rng.random(len(images)) < self.p
        if isinstance(images, np.ndarray):
            return np.where(flip[:, None, None, None], images[..., ::-1], images)
        return [image[..., ::-1] if f else image for image, f in zip(images, flip, strict=True)]


@dataclass(frozen=True)
class ColorShift:
    """Add to all pixels of an image one shift along the principal directions of the training set's colours (AlexNet §4.1).

        shift = Σ αᵢ λᵢ pᵢ, with αᵢ ~ N(0, std²) drawn once for each image

    values λ (C,) and vectors p (C rows, one a direction): eigenvalues and eigenvectors of the covariance of RGB, for values from 0 to 1.
    λ is a variance and goes with the square of the unit, so the formula means something only with a unit named, which the paper does
    not do; from 0 to 1, as later practice has it, λ₁ ≈ 0.2 and a typical shift is 0.02, 5 of 255.
    """

    values: tuple
    vectors: tuple
    std: float = 0.1

    @classmethod
    def of(cls, dataset, std=0.1):
        """The principal directions of a dataset's colours, largest first; ``ValueError`` for a dataset without images."""
        values, vectors = np.linalg.eigh(statistics(dataset).covariance)
        rows = [tuple(column) for column in vectors.T[::-1].tolist()]
        return cls(tuple(values[::-1].tolist()), tuple(rows), std)

    def __call__(self, images, rng):
        """uint8 (B, C, H, W) or a list -> float32, in pixel values from 0 to 255 and a little beyond."""
        drawn = self.std * rng.standard_normal((len(images), len(self.values)))
        shifts = (255 * (drawn * self.values) @ np.array(self.vectors)).astype(np.float32)[
            ..., None, None
        ]
        if isinstance(images, np.ndarray):
            return images + shifts
        return [image + shift for image, shift in zip(images, shifts, strict=True)]


@dataclass(frozen=True)
class Normalize:
    """(x / 255 − mean) / std, channel by channel -> float32. mean, std: C numbers each, for values from 0 to 1.

    A std of 1/255 leaves x − 255·mean: the paper's preprocessing, which subtracts the mean colour and divides by nothing.
    """

    mean: tuple
    std: tuple

    @classmethod
    def of(cls, dataset, mean_only=False):
        """With the mean and standard deviation of each channel over a whole dataset; mean_only: as in the paper.

        Raises ``ValueError`` for a dataset without images.
        """
        found = statistics(dataset)
        std = (
            np.full_like(found.mean, 1 / 255)
            if mean_only
            else np.sqrt(np.maximum(found.covariance.diagonal(), 1e-12))
        )
        return cls(tuple(found.mean.tolist()), tuple(std.tolist()))

    def __call__(self, images, rng=None):
        """uint8 (B, C, H, W), or float32 of the same range -> float32.

        Raises ``TypeError`` for other images, ``ValueError`` for another number of channels, or a list: images of different sizes.
        """
        if not isinstance(images, np.ndarray):
            raise ValueError(
                "Normalize: the images of a batch differ in size: put a Rescale and a crop before it, or load them in one size"
            )
        if images.dtype not in (np.uint8, np.float32):
            raise TypeError(
                f"Normalize expects pixels from 0 to 255 as uint8 or float32, got {images.dtype}"
            )
        if images.shape[1] != len(self.mean):
            raise ValueError(
                f"Normalize: the images have {images.shape[1]} channels, but there are {len(self.mean)} means"
            )
        mean, std = (np.asarray(v, np.float32)[:, None, None] for v in (self.mean, self.std))
        return (images.astype(np.float32) / np.float32(255) - mean) / std


class Compose(tuple):
    """Transforms one after the other: itself a transform, which prints one step a line."""

    __slots__ = ()

    def __call__(self, images, rng=None):
        """Through each in turn."""
        for transform in self:
            images = transform(images, rng)
        return images

    def __repr__(self):
        return "\n".join(map(repr, self)) or "no transforms"


def _pair(size):
    return tuple(size) if isinstance(size, tuple | list) else (size, size)


def _same_size(images):
    return len({image.shape for image in images}) <= 1


def _together(images):
    """One array where all have one size, else the list."""
    return np.stack(images) if images and _same_size(images) else images


def _require_room(transform, images, room):
    for image, (height, width) in zip(images, room, strict=True):
        if min(height, width) < 0:
            sides = "×".join(map(str, image.shape[1:]))
            raise ValueError(
                f"{transform}: an image has only {sides} pixels: use a smaller crop, or a Rescale to at least its size before"
            )


def _cut(images, corners, size):
    """The windows of ``size`` whose upper left corners are given, (B, C, *size)."""
    (height, width), channels = size, images[0].shape[0] if len(images) else 0
    cut = np.empty(
        (len(images), channels, height, width), images[0].dtype if len(images) else np.uint8
    )
    for place, image, (top, left) in zip(cut, images, corners, strict=True):
        place[...] = image[:, top : top + height, left : left + width]
    return cut
