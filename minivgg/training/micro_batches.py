"""Gradient accumulation: one step from micro-batches, which need less memory than the batch."""

from minivgg.backend.sharding import Shard


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
