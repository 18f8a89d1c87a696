"""Batches in an order that the seed determines, prepared by background threads."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeAlias

import numpy as np

from minivgg.backend import RandomGenerator
from minivgg.backend.sharding import Shard, ShardedGenerator
from minivgg.data.checks import require_dataset, require_transforms
from minivgg.data.interfaces import Dataset, Images, Transform
from minivgg.data.streams import AUGMENT, ORDER, generator

Batch: TypeAlias = tuple[Images, np.ndarray]  # images after the transforms, labels


class Loader:
    """Iterates over a dataset in batches (images after the transforms, labels).

    The last batch may be smaller. ``for images, labels in loader`` is one epoch, the next one each
    time; ``loader.epoch(3, start=10)`` is epoch 3 from batch 10 on.

    Parameters
    ----------
    dataset : Dataset
        Where images and labels are read from.
    batch_size : int
        Images in a batch.
    shuffle : bool
        A new order in each epoch.
    seed : int
        Order and augmentation depend on (seed, epoch, batch) alone, never on timing or on what was
        loaded before.
    transforms : sequence of Transform
        Callables (images, rng) -> images, applied in order; without any, batches are uint8.
    prefetch : int
        Number of batches prepared in advance.
    workers : int
        Number of threads that prepare them.
    share : (int, int)
        (rank, size) for data parallelism: only the rank-th of ``size`` parts of each batch, with
        the random numbers that these images have in the whole batch. Where a batch has fewer images
        than there are parts, some parts are empty.

    Raises
    ------
    TypeError
        If the dataset lacks something, or a transform cannot be called with (images, rng).
    ValueError
        If the dataset is empty or has another number of labels, or a number is too small. Errors
        of the dataset are raised where the batch is asked for.

    Examples
    --------
    >>> from minivgg import data
    >>> dataset = data.load("digits")
    >>> transforms = [data.RandomCrop(8, padding=1), data.Normalize.from_dataset(dataset)]
    >>> loader = data.Loader(dataset, batch_size=100, shuffle=True, transforms=transforms)
    >>> len(loader)
    15
    >>> for images, labels in loader:
    ...     pass
    >>> images.shape, images.dtype, labels.dtype  # the last batch has the rest
    ((38, 1, 8, 8), dtype('float32'), dtype('int64'))
    """

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int = 128,
        shuffle: bool = False,
        seed: int = 0,
        transforms: Sequence[Transform] = (),
        prefetch: int = 2,
        workers: int = 1,
        share: tuple[int, int] = (0, 1),
    ) -> None:
        minima = {
            "batch_size": (batch_size, 1),
            "seed": (seed, 0),
            "prefetch": (prefetch, 0),
            "workers": (workers, 1),
        }
        for name, (value, minimum) in minima.items():
            if not hasattr(value, "__index__") or value < minimum:
                raise ValueError(
                    f"Loader: {name} must be an integer of at least {minimum}, got {value!r}"
                )
        require_dataset("Loader", dataset, names=("batch", "labels"))
        if not len(dataset):
            raise ValueError("the dataset has no images")
        self.dataset, self.batch_size = dataset, int(batch_size)
        self.shuffle, self.seed = bool(shuffle), int(seed)
        self.transforms, self.share = require_transforms("Loader", transforms), share
        self.prefetch, self.workers = max(prefetch, workers - 1), workers
        self.next_epoch = 0

    def __len__(self) -> int:
        return -(-len(self.dataset) // self.batch_size)

    def __iter__(self) -> Iterator[Batch]:
        self.next_epoch += 1
        return self.epoch(self.next_epoch - 1)

    def order(self, epoch: int) -> np.ndarray:
        """The order of the images in one epoch.

        Parameters
        ----------
        epoch : int
            Counted from 0.

        Returns
        -------
        array of shape (N,)
            The numbers of the images.
        """
        if not self.shuffle:
            return np.arange(len(self.dataset))
        return generator(ORDER, self.seed, epoch).permutation(len(self.dataset))

    def epoch(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """The batches of one epoch.

        Parameters
        ----------
        epoch : int
            Counted from 0.
        start : int
            The first batch, counted from 0.

        Yields
        ------
        images : array of shape (B, C, H, W), or list of B arrays of shape (C, H, W)
            After the transforms.
        labels : array of shape (B,)
            As the dataset has them: class numbers, int64 in the datasets of this package, or the
            float32 targets of a regression, (B, ...).
        """
        order = self.order(epoch)
        numbers = iter(range(start, len(self)))
        with ThreadPoolExecutor(self.workers) as pool:

            def submit(count: int) -> list[Future[Batch]]:
                return [pool.submit(self._batch, order, epoch, k) for k in islice(numbers, count)]

            pending = deque(submit(1 + self.prefetch))
            try:
                while pending:
                    batch = pending.popleft().result()
                    pending.extend(submit(1))
                    yield batch
            finally:
                for future in pending:
                    future.cancel()

    def share_of(self, k: int) -> Shard:
        """Which images of a batch this loader yields.

        Parameters
        ----------
        k : int
            The number of the batch, counted from 0.

        Returns
        -------
        Shard
            All images of the batch, unless ``share`` says otherwise.
        """
        return Shard.of(min(self.batch_size, len(self.dataset) - k * self.batch_size), *self.share)

    def _batch(self, order: np.ndarray, epoch: int, k: int) -> Batch:
        share = self.share_of(k)
        if len(share):
            return self._load(order, epoch, k, share)
        # an empty part has the shape and dtype of the others
        images, labels = self._load(order, epoch, k, Shard(0, 1, share.total))
        return images[:0], labels[:0]

    def _load(self, order: np.ndarray, epoch: int, k: int, share: Shard) -> Batch:
        """Images (at least one) of a share of batch k, after the transforms, and their labels."""
        indices = order[k * self.batch_size : (k + 1) * self.batch_size][share.rows]
        images, whole_rng = self.dataset.batch(indices), generator(AUGMENT, self.seed, epoch, k)
        is_whole = len(share) == share.total
        rng: RandomGenerator = whole_rng if is_whole else ShardedGenerator(whole_rng, share)
        for transform in self.transforms:
            images = transform(images, rng)
            if images is None:
                raise TypeError(
                    f"Loader: the transform {transform!r} returned None, not the images"
                )
        return images, self.dataset.labels[indices]
