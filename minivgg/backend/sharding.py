"""Floor 0: the part of a batch that is here, and random numbers that do not depend on how a batch is shared out.

Several processes, or several micro-batches one after the other, each take some images of a batch. Every image must get the random numbers
that it would get if the batch were in one place.
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
    def of(cls, total, rank, size):
        """The rank-th of ``size`` parts, as equal as can be; some are empty when there are fewer images than parts."""
        return cls(rank * total // size, (rank + 1) * total // size, total)

    @property
    def rows(self):
        """As a slice."""
        return slice(self.start, self.stop)

    def __len__(self):
        return self.stop - self.start

    def part(self, start, stop):
        """Images ``start`` to ``stop`` of this share, as a share of the same batch."""
        return Shard(self.start + start, self.start + stop, self.total)


class ShardedGenerator:
    """A random generator of which this share takes its own rows: every array drawn has one row for each image.

    generator: NumPy's, or CuPy's with ``random`` alone. The numbers of the other rows are drawn and thrown away, or skipped where there are
    many (``random(out=...)``), so that the generator stands at the same place everywhere afterwards.
    """

    def __init__(self, generator, share):
        self.generator, self.share = generator, share

    def random(self, size=None, dtype=float, out=None):
        """As the generator's: numbers from 0 to 1."""
        if out is None:
            return self._rows(lambda whole: self.generator.random(whole, dtype=dtype), size)
        per, half = prod(out.shape[1:]), out.itemsize == 4  # two float32 are made of one word
        rest = per % 2 if half else 0  # so that a row always begins with a whole one
        words = (per + rest) // 2 if half else per
        self._skip(self.share.start * words)
        if rest:
            out[...] = self.generator.random((len(out), per + rest), dtype=out.dtype)[
                :, :per
            ].reshape(out.shape)
        else:
            self.generator.random(dtype=out.dtype, out=out)
        self._skip((self.share.total - self.share.stop) * words)
        return out

    def integers(self, low, high, size=None):
        """As the generator's; the upper bound is a number, or an array of which all rows are the same."""
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
        if size is None or shape[0] != len(self.share):
            raise ValueError(
                f"random numbers for {len(self.share)} images have a row for each of them, got size {size}"
            )
        return draw((self.share.total, *shape[1:]))[self.share.rows]

    def _skip(self, words):
        if words:
            self.generator.bit_generator.advance(words)
