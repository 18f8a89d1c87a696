"""Batches in an order that the seed determines, prepared by background threads."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np

from minivgg.backend.sharding import Shard, ShardedGenerator
from minivgg.data.streams import AUGMENT, ORDER, generator


class Loader:
    """Iterates over a dataset in batches (images after the transforms, labels int64 (B,)).

    The last batch may be smaller. ``for images, labels in loader`` is one epoch, the next one each
    time; ``loader.epoch(3, start=10)`` is epoch 3 from batch 10 on.
    transforms: callables (images, rng) -> images, applied in order; without any, batches are uint8.
    shuffle: a new order in each epoch. Order and augmentation depend on (seed, epoch, batch) alone,
        never on timing or on what was loaded before.
    prefetch: number of batches prepared in advance. workers: number of threads that prepare them.
    share: (rank, size) for data parallelism: only the rank-th of ``size`` parts of each batch, with
        the random numbers that these images have in the whole batch. Where a batch has fewer images
        than there are parts, some parts are empty.
    Raises ``ValueError`` for an empty dataset or a batch size below 1. Errors of the dataset are
    raised where the batch is asked for.
    """

    def __init__(
        self,
        dataset,
        batch_size=128,
        shuffle=False,
        seed=0,
        transforms=(),
        prefetch=2,
        workers=1,
        share=(0, 1),
    ):
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
        if not len(dataset):
            raise ValueError("the dataset has no images")
        self.dataset, self.batch_size = dataset, int(batch_size)
        self.shuffle, self.seed = bool(shuffle), int(seed)
        self.transforms, self.share = tuple(transforms), share
        self.prefetch, self.workers = max(prefetch, workers - 1), workers
        self.next_epoch = 0

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
        """Yield the batches of one epoch, from batch ``start`` on."""
        order = self.order(epoch)
        numbers = iter(range(start, len(self)))
        with ThreadPoolExecutor(self.workers) as pool:

            def submit(count):
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

    def share_of(self, k):
        """The ``sharding.Shard`` of batch k that this loader yields."""
        return Shard.of(min(self.batch_size, len(self.dataset) - k * self.batch_size), *self.share)

    def _batch(self, order, epoch, k):
        share = self.share_of(k)
        if len(share):
            return self._load(order, epoch, k, share)
        # an empty part has the shape and dtype of the others
        images, labels = self._load(order, epoch, k, Shard(0, 1, share.total))
        return images[:0], labels[:0]

    def _load(self, order, epoch, k, share):
        """Images (at least one) of a share of batch k, after the transforms, and their labels."""
        indices = order[k * self.batch_size : (k + 1) * self.batch_size][share.rows]
        images, rng = self.dataset.batch(indices), generator(AUGMENT, self.seed, epoch, k)
        if len(share) < share.total:
            rng = ShardedGenerator(rng, share)
        for transform in self.transforms:
            images = transform(images, rng)
        return images, self.dataset.labels[indices]
