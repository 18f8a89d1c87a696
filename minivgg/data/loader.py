"""Batches in an order that the seed decides, prepared in the background."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np

from minivgg.backend.sharding import Shard, ShardedGenerator
from minivgg.data.streams import AUGMENT, ORDER, generator


class Loader:
    """Iterates over a dataset in batches: (images after the transforms, labels int64 (B,)); the last batch may be smaller.

    transforms: callables (images, rng) -> images, applied in order; by default batches are the dataset's uint8.
    shuffle: a new order each epoch. Order and augmentation depend on (seed, epoch, batch) alone, never on timing or on what was
    loaded before. ahead: how many batches are prepared in the background; workers: by how many threads. share: (rank, size): of each
    batch only the rank-th of so many parts, with the random numbers that these images have in the whole batch; where a batch has fewer
    images than there are parts, some are empty.
    ``for images, labels in loader`` is one epoch, the next one each time; ``loader.epoch(3, start=10)`` is epoch 3 from batch 10.
    Raises ``ValueError`` for an empty dataset or a batch size below 1; errors of the dataset reach the loop.
    """

    def __init__(
        self,
        dataset,
        batch_size=128,
        shuffle=False,
        seed=0,
        transforms=(),
        ahead=2,
        workers=1,
        share=(0, 1),
    ):
        least = {
            "batch_size": (batch_size, 1),
            "seed": (seed, 0),
            "ahead": (ahead, 0),
            "workers": (workers, 1),
        }
        for name, (value, minimum) in least.items():
            if not hasattr(value, "__index__") or value < minimum:
                raise ValueError(
                    f"Loader: {name} is a whole number of at least {minimum}, got {value!r}"
                )
        if not len(dataset):
            raise ValueError("the dataset has no images")
        self.dataset, self.batch_size, self.shuffle, self.seed = (
            dataset,
            int(batch_size),
            bool(shuffle),
            int(seed),
        )
        self.transforms, self.ahead, self.workers = (
            tuple(transforms),
            max(ahead, workers - 1),
            workers,
        )
        self.share, self.next_epoch = share, 0

    def __len__(self):
        return -(-len(self.dataset) // self.batch_size)

    def __iter__(self):
        self.next_epoch += 1
        return self.epoch(self.next_epoch - 1)

    def order(self, epoch):
        """The indices of the images in the order of one epoch."""
        if not self.shuffle:
            return np.arange(len(self.dataset))
        return generator(ORDER, self.seed, epoch).permutation(len(self.dataset))

    def epoch(self, epoch, start=0):
        """The batches of one epoch, from batch ``start`` on."""
        order = self.order(epoch)
        numbers = iter(range(start, len(self)))
        with ThreadPoolExecutor(self.workers) as pool:
            waiting = deque(
                pool.submit(self._batch, order, epoch, k) for k in islice(numbers, 1 + self.ahead)
            )
            try:
                while waiting:
                    batch = waiting.popleft().result()
                    waiting.extend(
                        pool.submit(self._batch, order, epoch, k) for k in islice(numbers, 1)
                    )
                    yield batch
            finally:
                for future in waiting:
                    future.cancel()

    def share_of(self, k):
        """Which images of batch k are here, a ``shares.Shard``."""
        return Shard.of(min(self.batch_size, len(self.dataset) - k * self.batch_size), *self.share)

    def _batch(self, order, epoch, k):
        share = self.share_of(k)
        images, labels = self._images(
            order, epoch, k, share if len(share) else Shard(0, 1, share.total)
        )
        return images[: len(share)], labels[: len(share)]

    def _images(self, order, epoch, k, share):
        """Some images of batch k, at least one, after the transforms, and their labels."""
        indices = order[k * self.batch_size : (k + 1) * self.batch_size][share.rows]
        images, rng = self.dataset.batch(indices), generator(AUGMENT, self.seed, epoch, k)
        for transform in self.transforms:
            images = transform(
                images, rng if len(share) == share.total else ShardedGenerator(rng, share)
            )
        return images, self.dataset.labels[indices]
