"""Gradient accumulation: one step from micro-batches, which need less memory than the batch."""

from collections.abc import Sequence

from minivgg.backend.sharding import Shard
from minivgg.backend.types import Array
from minivgg.training.distributed import Ranks
from minivgg.training.interfaces import Loss
from minivgg.training.metric import weight_sum


def micro_batches(shard: Shard, size: int | None) -> list[tuple[slice, Shard]]:
    """The micro-batches that make up a shard of a batch.

    Parameters
    ----------
    shard : Shard
        The images that this process has of the batch.
    size : int or None
        How many images a micro-batch has at most; None for all at once.

    Returns
    -------
    list of (slice, Shard)
        The rows of the shard's arrays, and which part of the whole batch they are. None of them is
        empty, so that an empty shard has no micro-batches.

    Examples
    --------
    >>> micro_batches(Shard(0, 5, 5), 2)[-1]
    (slice(4, 5, None), Shard(start=4, stop=5, total=5))
    """
    n = len(shard)
    size = size or max(n, 1)
    stops = [(start, min(start + size, n)) for start in range(0, n, size)]
    return [(slice(start, stop), shard.part(start, stop)) for start, stop in stops]


def part_weights(
    loss: Loss, parts: Sequence[tuple[slice, Shard]], labels: Array, world: Ranks
) -> list[float]:
    """What the mean losses of the parts of a batch are multiplied by, to add up to its mean.

    Parameters
    ----------
    loss : Loss
        It may define ``weight_sum(labels)``, which then says how much a part counts.
    parts : list of (slice, Shard)
        Those of this process, from ``micro_batches``.
    labels : array of shape (N, ...)
        Of the images of this process.
    world : World or SingleProcess
        The ranks that share the batch.

    Returns
    -------
    list of float
        By default each part's share of the images. Their sum over all ranks is 1.
    """
    if world.size == 1 and len(parts) == 1:
        return [1.0]  # a number, without waiting for the device
    if not hasattr(loss, "weight_sum"):
        return [len(part) / part.total for _, part in parts]
    sums = [weight_sum(loss, labels[rows]) for rows, _ in parts]
    [total] = map(float, world.sum([sum(sums)]))
    return [weight / total for weight in sums] if total else [0.0] * len(parts)
