"""Shards of a batch, and random numbers that do not depend on how a batch is sharded.

Several processes, or several micro-batches one after the other, each take some images of a batch.
Every image must get the random numbers that it would get if the batch were in one place.
"""

from collections.abc import Callable
from math import prod
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeAlias

import numpy as np

from minivgg.backend.types import Array, DType, Shape

if TYPE_CHECKING:  # CuPy is optional, and importing it takes seconds
    import cupy

    DeviceGenerator: TypeAlias = np.random.Generator | cupy.random.Generator
else:
    DeviceGenerator = np.random.Generator  # or CuPy's


class Shard(NamedTuple):
    """A few neighbouring images of a batch.

    Parameters
    ----------
    start, stop : int
        The first image, and the one after the last.
    total : int
        The number of images in the batch.
    """

    start: int
    stop: int
    total: int

    @classmethod
    def of(cls, total: int, rank: int, size: int) -> "Shard":
        """One of several shards that are as equal as possible.

        Parameters
        ----------
        total : int
            The number of images in the batch.
        rank : int
            Which shard, from 0.
        size : int
            The number of shards. Some are empty if there are fewer images than shards.

        Returns
        -------
        shard : Shard
            Images rank · total // size to (rank + 1) · total // size.

        Examples
        --------
        >>> Shard.of(10, rank=1, size=3)
        Shard(start=3, stop=6, total=10)
        """
        return cls(rank * total // size, (rank + 1) * total // size, total)

    @property
    def rows(self) -> slice:
        """The images as a slice of the batch."""
        return slice(self.start, self.stop)

    def __len__(self) -> int:
        return self.stop - self.start

    def part(self, start: int, stop: int) -> "Shard":
        """Some images of this shard, as a shard of the same batch.

        Parameters
        ----------
        start, stop : int
            The first image, and the one after the last, counted in this shard.

        Returns
        -------
        part : Shard
            Of the same batch.
        """
        return Shard(self.start + start, self.start + stop, self.total)


class ShardedGenerator:
    """A random generator that returns a shard's rows of arrays that have one row for each image.

    The numbers of the other rows are drawn and dropped, or skipped if there can be many
    (``random(out=...)``), so that afterwards the generator is in the same state for every shard.

    Parameters
    ----------
    generator : Generator
        NumPy's, or CuPy's with ``random`` alone.
    shard : Shard
        The images to draw for.
    """

    def __init__(self, generator: DeviceGenerator, shard: Shard) -> None:
        self.generator, self.shard = generator, shard

    def random(
        self, size: int | Shape | None = None, dtype: DType = float, out: Array | None = None
    ) -> Array:
        """Draw numbers from 0 to 1, as the generator's own ``random``.

        Parameters
        ----------
        size : int or tuple, optional
            The shape, unless ``out`` is given; the first axis has the images of the shard.
        dtype : dtype
            Float32 or float64.
        out : array, optional
            Where to put the numbers.

        Returns
        -------
        numbers : array
            ``out`` if it is given.
        """
        if out is None:
            kind: np.dtype = np.dtype(dtype)
            return self._rows(lambda whole: self.generator.random(whole, dtype=kind), size)
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

    def integers(
        self, low: int, high: int | Array | None = None, size: int | Shape | None = None
    ) -> Array:
        """Draw integers, as the generator's own ``integers``.

        Parameters
        ----------
        low : int
            The smallest; without ``high`` one more than the largest, and the smallest is 0.
        high : int or array, optional
            One more than the largest; if there is no size, an array of equal rows.
        size : int or tuple, optional
            The shape, that of ``high`` by default; the first axis has the images of the shard.

        Returns
        -------
        numbers : array
            Of dtype int64.
        """
        if high is None:
            low, high = 0, low
        if size is None:
            row = np.asarray(high)[:1]
            return self._rows(
                lambda whole: self.generator.integers(low, np.broadcast_to(row, whole)),
                np.shape(high),
            )
        return self._rows(lambda whole: self.generator.integers(low, high, whole), size)

    def standard_normal(self, size: int | Shape | None = None, dtype: DType = float) -> Array:
        """Draw from the standard normal distribution, as the generator's own method.

        Parameters
        ----------
        size : int or tuple
            The shape; the first axis has the images of the shard.
        dtype : dtype
            Float32 or float64.

        Returns
        -------
        numbers : array
            Of that dtype.
        """
        kind: np.dtype = np.dtype(dtype)
        return self._rows(lambda whole: self.generator.standard_normal(whole, dtype=kind), size)

    def normal(
        self, loc: float = 0.0, scale: float = 1.0, size: int | Shape | None = None
    ) -> Array:
        """Draw from a normal distribution, as the generator's own method.

        Parameters
        ----------
        loc, scale : float
            Mean and standard deviation.
        size : int or tuple
            The shape; the first axis has the images of the shard.

        Returns
        -------
        numbers : array
            Of dtype float64.
        """
        return self._rows(lambda whole: self.generator.normal(loc, scale, whole), size)

    def uniform(
        self, low: float = 0.0, high: float = 1.0, size: int | Shape | None = None
    ) -> Array:
        """Draw from a uniform distribution, as the generator's own method.

        Parameters
        ----------
        low, high : float
            The range.
        size : int or tuple
            The shape; the first axis has the images of the shard.

        Returns
        -------
        numbers : array
            Of dtype float64.
        """
        return self._rows(lambda whole: self.generator.uniform(low, high, whole), size)

    def __getattr__(self, name: str) -> NoReturn:
        """Say what there is, where a transform or a layer asks for another distribution."""
        raise AttributeError(
            f"rng.{name}: with several processes rng has only random, integers, uniform, normal "
            "and standard_normal, with a row for each image"
        )

    def _rows(self, draw: Callable[[Shape], Array], size: int | Shape | None) -> Array:
        """The shard's rows of what ``draw`` returns for the shape of the whole batch."""
        shape = tuple(size) if isinstance(size, tuple | list) else (size,)
        if size is None or shape[0] != len(self.shard):
            raise ValueError(
                f"random numbers for {len(self.shard)} images have a row for each of them, "
                f"got size {size}"
            )
        return draw((self.shard.total, *shape[1:]))[self.shard.rows]

    def _skip(self, words: int) -> None:
        """Let the generator continue as if it had drawn so many 64-bit words."""
        if words:
            self.generator.bit_generator.advance(words)  # type: ignore[union-attr]  # PCG64 has it
