"""Mean and covariance of a dataset's pixels, computed in one pass and cached with the dataset."""

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from minivgg.data.interfaces import Dataset
from minivgg.utils.progress import progress_bar

# images that are read at once: of one size, and in their own sizes, which may be large
SAME_SIZE_BATCH, OWN_SIZE_BATCH = 1000, 16
_cache: WeakKeyDictionary[Dataset, "Statistics"] = WeakKeyDictionary()


class Statistics(NamedTuple):
    """Mean and covariance of the channels over every pixel of every image.

    Parameters
    ----------
    mean : array of shape (C,)
        For values from 0 to 1, in float64.
    covariance : array of shape (C, C)
        The same; the variances of the channels are its diagonal.
    """

    mean: np.ndarray
    covariance: np.ndarray


def statistics(dataset: Dataset, progress: bool = False) -> Statistics:
    """Mean and covariance of a dataset's channels, read batch by batch the first time.

    A pixel counts the same in a small and in a large image.

    Parameters
    ----------
    dataset : Dataset
        Its statistics are cached as long as it lives.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Statistics
        For values from 0 to 1.

    Raises
    ------
    ValueError
        If the dataset has no images.
    TypeError
        If its pixels are not from 0 to 255 in uint8.

    Examples
    --------
    >>> from minivgg import data
    >>> mean, covariance = data.statistics(data.load("digits"))
    >>> mean, covariance
    (array([0.3059]), array([[0.1416]]))
    """
    if dataset not in _cache:
        batch_size = SAME_SIZE_BATCH if dataset.shape[1] else OWN_SIZE_BATCH
        _cache[dataset] = _compute(dataset, batch_size, progress)
    return _cache[dataset]


def _compute(dataset: Dataset, batch_size: int, progress: bool = False) -> Statistics:
    if not len(dataset):
        raise ValueError("cannot compute the mean of a dataset without images")
    count, channels = 0, dataset.shape[0]
    total, squares = np.zeros(channels), np.zeros((channels, channels))
    starts = range(0, len(dataset), batch_size)
    for start in progress_bar(starts, "mean colour", leave=False, disable=not progress):
        images = dataset.batch(np.arange(start, min(start + batch_size, len(dataset))))
        for batch in [images] if isinstance(images, np.ndarray) else (x[None] for x in images):
            if batch.dtype != np.uint8:
                raise TypeError(
                    "mean and covariance are for pixels from 0 to 255 in uint8, but this dataset "
                    f"has {batch.dtype}: scale its pixels itself, or give Normalize their mean and "
                    "std by hand"
                )
            # whole numbers, whose sums are exact in float64: the same with any number of threads
            pixels = batch.transpose(1, 0, 2, 3).reshape(batch.shape[1], -1).astype(np.float64)
            count = count + pixels.shape[1]
            total = total + pixels.sum(axis=1)
            squares = squares + pixels @ pixels.T
    mean = total / count / 255
    return Statistics(mean, squares / count / 255**2 - np.outer(mean, mean))
