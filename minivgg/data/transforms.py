"""What happens to a batch between the dataset and the network: ``transform(images, rng) -> images``, images (B, C, H, W).

Augmentations take and give uint8; ``Normalize``, the last, gives the float32 that the network wants.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Normalize:
    """(x / 255 − mean) / std, channel by channel: uint8 -> float32. mean, std: C numbers each, for values from 0 to 1."""

    mean: tuple
    std: tuple

    @classmethod
    def of(cls, dataset, batch_size=1000):
        """The mean and standard deviation of each channel over a whole dataset, read once, batch by batch, in float64.

        Raises ``ValueError`` for a dataset without images.
        """
        if not len(dataset):
            raise ValueError("cannot compute the mean of a dataset without images")
        total = squares = count = 0.0
        for start in range(0, len(dataset), batch_size):
            x = dataset.batch(np.arange(start, min(start + batch_size, len(dataset)))) / 255.0
            total, squares, count = total + x.sum(axis=(0, 2, 3)), squares + (x * x).sum(axis=(0, 2, 3)), count + x[:, 0].size
        mean = total / count
        std = np.sqrt(np.maximum(squares / count - mean**2, 1e-12))
        return cls(tuple(mean.tolist()), tuple(std.tolist()))

    def __call__(self, images, rng=None):
        """uint8 (B, C, H, W) -> float32; ``TypeError`` for other images, ``ValueError`` for another number of channels."""
        if images.dtype != np.uint8:
            raise TypeError(f"Normalize expects uint8 images from 0 to 255, got {images.dtype}")
        if images.shape[1] != len(self.mean):
            raise ValueError(f"Normalize: the images have {images.shape[1]} channels, but there are {len(self.mean)} means")
        mean, std = (np.asarray(v, np.float32)[:, None, None] for v in (self.mean, self.std))
        return (images.astype(np.float32) / np.float32(255) - mean) / std


@dataclass(frozen=True)
class RandomCrop:
    """Shift each image by up to ``padding`` pixels each way, the border filled with zeros: a crop of the padded image."""

    padding: int

    def __call__(self, images, rng):
        """uint8 (B, C, H, W) -> the same shape, each image shifted by itself; ``ValueError`` when a shift could lose the whole image."""
        p, (n, _, h, w) = self.padding, images.shape
        if not 0 <= p < min(h, w):
            raise ValueError(f"RandomCrop: a shift of up to {p} pixels would lose all of a {h}×{w} image: use 0 to {min(h, w) - 1}")
        padded = np.pad(images, ((0, 0), (0, 0), (p, p), (p, p)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (h, w), axis=(2, 3))
        top, left = rng.integers(0, 2 * p + 1, (2, n))
        return windows[np.arange(n), :, top, left]


@dataclass(frozen=True)
class RandomHorizontalFlip:
    """Mirror each image left to right with probability p. Not for digits or letters."""

    p: float = 0.5

    def __call__(self, images, rng):
        """uint8 (B, C, H, W) -> the same shape."""
        flip = rng.random(len(images)) < self.p
        return np.where(flip[:, None, None, None], images[..., ::-1], images)
