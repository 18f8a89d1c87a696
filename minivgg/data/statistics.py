"""What a dataset's pixels are like on the whole: one pass over all images, however many, remembered for as long as the dataset lives."""

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from tqdm.auto import tqdm

SOME, FEW = 1000, 16  # images at once, of one size and in sizes of their own, which may be large
_known = WeakKeyDictionary()  # dataset -> Statistics


class Statistics(NamedTuple):
    """Over every pixel of every image, values from 0 to 1: ``mean`` (C,) and ``covariance`` (C, C) of the channels, in float64."""

    mean: np.ndarray
    covariance: np.ndarray


def statistics(dataset, progress=False):
    """The ``Statistics`` of a dataset (a pixel counts the same in a small and in a large image), read batch by batch.

    progress: show a bar. Raises ``ValueError`` for a dataset without images.
    """
    if dataset not in _known:
        _known[dataset] = _measured(dataset, SOME if dataset.shape[1] else FEW, progress)
    return _known[dataset]


def _measured(dataset, batch_size, progress=False):
    if not len(dataset):
        raise ValueError("cannot compute the mean of a dataset without images")
    count = total = squares = 0
    for start in tqdm(
        range(0, len(dataset), batch_size), "mean colour", leave=False, disable=not progress
    ):
        images = dataset.batch(np.arange(start, min(start + batch_size, len(dataset))))
        for some in (
            [images] if isinstance(images, np.ndarray) else (image[None] for image in images)
        ):
            pixels = some.transpose(1, 0, 2, 3).reshape(some.shape[1], -1) / 255.0
            count, total, squares = (
                count + pixels.shape[1],
                total + pixels.sum(axis=1),
                squares + pixels @ pixels.T,
            )
    mean = total / count
    return Statistics(mean, squares / count - np.outer(mean, mean))
