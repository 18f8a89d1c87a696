"""Gradient accumulation: one step from micro-batches, which need less memory than the batch."""

from minivgg.backend.sharding import Shard


def micro_batches(shard: Shard, size: int | None) -> list[tuple[slice, Shard]]:
    """The micro-batches of at most ``size`` images (None: one) that make up a shard of a batch.

    Each is (rows of the shard's arrays, shard of the whole batch). None of them is empty, so that
    an empty shard has no micro-batches.
    """
    n = len(shard)
    size = size or max(n, 1)
    stops = [(start, min(start + size, n)) for start in range(0, n, size)]
    return [(slice(start, stop), shard.part(start, stop)) for start, stop in stops]
