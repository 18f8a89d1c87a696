"""What a dataset and a transform are: write your own with these methods, and the rest takes it."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np

from minivgg.backend import RandomGenerator

Images: TypeAlias = np.ndarray | list[np.ndarray]  # (B, C, H, W), or B of (C, H, W) in their sizes
ImageShape: TypeAlias = tuple[int, int | None, int | None]  # H and W are None where sizes differ
Indices: TypeAlias = Sequence[int] | np.ndarray


class Dataset(Protocol):
    """Labelled images: what ``Loader``, ``train_val_split``, evaluation and training ask for.

    A class with these names is a dataset; it need not inherit from this one.

    Notes
    -----
    ``Loader`` calls ``batch`` in background threads, so it must not change the dataset.

    Examples
    --------
    A dataset that makes its images, of one grey value each, when they are asked for:

    >>> class GreyValues:
    ...     classes = ["dark", "bright"]
    ...     shape = (1, 4, 4)
    ...     labels = np.arange(256) // 128
    ...
    ...     def __len__(self):
    ...         return 256
    ...
    ...     def batch(self, indices):
    ...         images = np.zeros((len(indices), *self.shape), np.uint8)
    ...         return images + np.asarray(indices, np.uint8)[:, None, None, None]

    >>> from minivgg import data
    >>> training, validation = data.train_val_split(GreyValues(), 0.25)
    >>> images, labels = next(iter(data.Loader(training, batch_size=32)))
    >>> images.shape, labels.shape
    ((32, 1, 4, 4), (32,))
    """

    @property
    def classes(self) -> Sequence[str]:
        """The names of the K classes, in the order of their numbers; none for a regression."""

    @property
    def shape(self) -> ImageShape:
        """(C, H, W) of every image; H and W are None where images keep their own sizes."""

    @property
    def labels(self) -> np.ndarray:
        """The class number of each image, integers from 0 to K − 1, of shape (N,).

        For a regression: the targets, floats of shape (N, ...).
        """

    def __len__(self) -> int:
        """The number of images N."""

    def batch(self, indices: np.ndarray, /) -> Images:
        """Read several images.

        Parameters
        ----------
        indices : array of shape (B,)
            The numbers of the images, from 0 to N − 1.

        Returns
        -------
        images : array of shape (B, C, H, W), or list of B arrays of shape (C, H, W)
            A list where images keep their own sizes. The transforms of this package expect pixels
            from 0 to 255 in uint8; for transforms of your own they may be float32.
        """


class Transform(Protocol):
    """A change to the images of a batch, between dataset and net.

    A function ``transform(images, rng)`` is one, and so is an object that can be called. It must
    not write into its argument. Random numbers are drawn from ``rng`` alone, and each draw has a
    row for each image, as in ``rng.random(len(images))`` or ``rng.random((len(images), 3))``. Then
    training can be repeated, however its batches are divided among processes. With several
    processes ``rng`` has ``random``, ``integers``, ``uniform``, ``normal`` and ``standard_normal``
    alone; the bounds, means and standard deviations are numbers.

    Examples
    --------
    Images that are made darker or brighter at random, by a factor of their own:

    >>> def brightness(images, rng):
    ...     factors = 0.8 + 0.4 * rng.random(len(images))
    ...     return (images * factors[:, None, None, None]).clip(0, 255).astype(np.float32)

    >>> from minivgg import data
    >>> loader = data.Loader(data.load("digits"), transforms=[brightness])
    >>> images, labels = next(iter(loader))
    >>> images.shape, images.dtype
    ((128, 1, 8, 8), dtype('float32'))
    """

    def __call__(self, images: Images, rng: RandomGenerator, /) -> Images:
        """Return the changed images: uint8 or float32 (B, C, H, W), or a list of (C, H, W)."""
