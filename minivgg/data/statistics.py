"""Mean and covariance of a dataset's pixels, computed in one pass and cached with the dataset."""

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from minivgg.utils.progress import progress_bar

# images that are read at once: of one size, and in their own sizes, which may be large
SAME_SIZE_BATCH, OWN_SIZE_BATCH = 1000, 16
_cache = WeakKeyDictionary()  # dataset -> Statistics


class Statistics(NamedTuple):
    """Over every pixel of every image, with values from 0 to 1, in float64.

    mean: (C,), of the channels. covariance: (C, C), of the channels.
    """

    mean: np.ndarray
    covariance: np.ndarray


def statistics(dataset, progress=False):
    """Return the ``Statistics`` of a dataset, which is read batch by batch.

    A pixel counts the same in a small and in a large image. progress: show a progress bar.
    Raises ``ValueError`` for a dataset without images.
    """
    if dataset not in _cache:
        batch_size = SAME_SIZE_BATCH if dataset.shape[1] else OWN_SIZE_BATCH
        _cache[dataset] = _compute(dataset, batch_size, progress)
    return _cache[dataset]


def _compute(dataset, batch_size, progress=False):
    if not len(dataset):
        raise ValueError("cannot compute the mean of a dataset without images")
    count = total = squares = 0
    starts = range(0, len(dataset), batch_size)
    for start in progress_bar(starts, "mean colour", leave=False, disable=not progress):
        images = dataset.batch(np.arange(start, min(start + batch_size, len(dataset))))
        same_size = isinstance(images, np.ndarray)
        for batch in [images] if same_size else (image[None] for image in images):
            pixels = batch.transpose(1, 0, 2, 3).reshape(batch.shape[1], -1) / 255.0
            count = count + pixels.shape[1]
            total = total + pixels.sum(axis=1)
            squares = squares + pixels @ pixels.T
    mean = total / count
    return Statistics(mean, squares / count - np.outer(mean, mean))
