"""Shards of a batch, and random numbers that do not depend on how a batch is sharded.

Several processes, or several micro-batches one after the other, each take some images of a batch.
Every image must get the random numbers that it would get if the batch were in one place.
"""

from math import prod
from typing import NamedTuple

import numpy as np


class Shard(NamedTuple):
    """Images ``start`` to ``stop`` (not included) of a batch of ``total``."""

    start: int
    stop: int
    total: int

    @classmethod
    def of(cls, total: int, rank: int, size: int) -> "Shard":
        """The rank-th of ``size`` shards, as equal as possible.

        Some are empty if there are fewer images than shards.
        """
        return cls(rank * total // size, (rank + 1) * total // size, total)

    @property
    def rows(self) -> slice:
        """The images as a slice of the batch."""
        return slice(self.start, self.stop)

    def __len__(self):
        return self.stop - self.start

    def part(self, start: int, stop: int) -> "Shard":
        """Images ``start`` to ``stop`` of this shard, as a shard of the same batch."""
        return Shard(self.start + start, self.start + stop, self.total)


class ShardedGenerator:
    """A random generator that returns a shard's rows of arrays that have one row for each image.

    generator: NumPy's, or CuPy's with ``random`` alone. The numbers of the other rows are drawn and
    dropped, or skipped if there can be many (``random(out=...)``), so that afterwards the generator
    is in the same state for every shard.
    """

    def __init__(self, generator, shard: Shard):
        self.generator, self.shard = generator, shard

    def random(self, size=None, dtype=float, out=None):
        """As the generator's: numbers from 0 to 1."""
        if out is None:
            return self._rows(lambda whole: self.generator.random(whole, dtype=dtype), size)
        numbers, half = prod(out.shape[1:]), out.itemsize == 4  # one word makes two float32
        padding = numbers % 2 if half else 0  # so that a row always begins with a new word
        words = (numbers + padding) // 2 if half else numbers
        self._skip(self.shard.start * words)
        if padding:
            drawn = self.generator.random((len(out), numbers + padding), dtype=out.dtype)
            out[...] = drawn[:, :numbers].reshape(out.shape)
        else:
            self.generator.random(dtype=out.dtype, out=out)
        self._skip((self.shard.total - self.shard.stop) * words)
        return out

    def integers(self, low, high, size=None):
        """As the generator's; the upper bound is a number, or an array of equal rows."""
        if size is None:
            return self._rows(
                lambda whole: self.generator.integers(low, np.broadcast_to(high[:1], whole)),
                np.shape(high),
            )
        return self._rows(lambda whole: self.generator.integers(low, high, whole), size)

    def standard_normal(self, size):
        """As the generator's."""
        return self._rows(self.generator.standard_normal, size)

    def _rows(self, draw, size):
        shape = tuple(size) if isinstance(size, tuple | list) else (size,)
        if size is None or shape[0] != len(self.shard):
            raise ValueError(
                f"random numbers for {len(self.shard)} images have a row for each of them, "
                f"got size {size}"
            )
        return draw((self.shard.total, *shape[1:]))[self.shard.rows]

    def _skip(self, words):
        if words:
            self.generator.bit_generator.advance(words)
