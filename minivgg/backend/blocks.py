"""Dividing a job over images (N, H, W, C) into blocks, by shape alone.

A block is a pair of slices (images, rows): some rows of one image, or several images whole. "Rows"
are rows of whatever the job makes: of output pixels, or of tiles.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from minivgg.backend.tuning import Tuning

Block: TypeAlias = tuple[slice, slice]  # images and rows
NumberedBlocks: TypeAlias = tuple[int, Sequence[Block]]  # the index of a partial sum, its blocks
ImageBlock: TypeAlias = tuple[slice, slice, slice]  # an index of images (N, C, H, W)


@lru_cache(maxsize=256)
def chunks(length: int, max_length: int) -> tuple[slice, ...]:
    """Divide 0..length into slices.

    Parameters
    ----------
    length : int
        The length of the whole, 0 or more.
    max_length : int
        No slice is longer, but each has at least one item.

    Returns
    -------
    chunks : tuple of slice
        Their lengths differ by at most one, and the last is as long as any.

    Examples
    --------
    >>> chunks(10, 4)
    (slice(0, 3, None), slice(3, 6, None), slice(6, 10, None))
    """
    return _divide(length, -(-length // max(1, max_length)))


@lru_cache(maxsize=256)
def blocks(
    n: int, rows: int, bytes_per_row: int, max_bytes: int, min_rows: int = 1
) -> tuple[Block, ...]:
    """Divide n images of ``rows`` rows each into blocks.

    Parameters
    ----------
    n : int
        Number of images.
    rows : int
        Rows of each image.
    bytes_per_row : int
        The memory that the job needs for one row.
    max_bytes : int
        The memory of a block, at most.
    min_rows : int
        A block has at least so many rows, whatever memory they need.

    Returns
    -------
    blocks : tuple of (slice, slice)
        The images and the rows of each block.

    Examples
    --------
    >>> blocks(1, 4, bytes_per_row=100, max_bytes=200)
    ((slice(0, 1, None), slice(0, 2, None)), (slice(0, 1, None), slice(2, 4, None)))
    """
    block_rows = max(1, min_rows, max_bytes // bytes_per_row)
    if block_rows >= rows:
        return tuple((images, slice(0, rows)) for images in chunks(n, block_rows // rows))
    row_chunks = chunks(rows, block_rows)
    return tuple((slice(i, i + 1), chunk) for i in range(n) for chunk in row_chunks)


def subdivide(block: Block, bytes_per_row: int, max_bytes: int) -> Iterator[tuple[Block, slice]]:
    """Divide a block into smaller ones.

    Parameters
    ----------
    block : (slice, slice)
        Images and rows.
    bytes_per_row, max_bytes : int
        As for ``blocks``.

    Yields
    ------
    smaller : (slice, slice)
        Images and rows of a smaller block.
    rows : slice
        Which rows of ``block`` it covers, counted through all of its images.
    """
    images, rows = block
    n, q = block_size(block)
    done = 0
    for i, r in blocks(n, q, bytes_per_row, max_bytes):
        smaller = (
            slice(images.start + i.start, images.start + i.stop),
            slice(rows.start + r.start, rows.start + r.stop),
        )
        n, q = block_size(smaller)
        yield smaller, slice(done, done + n * q)
        done += n * q


def accumulator_groups(
    blocks: Sequence[Block], bytes_per_sum: int, tuning: Tuning
) -> list[NumberedBlocks]:
    """Divide the blocks among a few partial sums.

    Each partial sum adds up its blocks in order, so that results are bit-identical for any number
    of threads.

    Parameters
    ----------
    blocks : sequence of (slice, slice)
        From ``blocks``.
    bytes_per_sum : int
        The memory of one partial sum.
    tuning : Tuning
        It limits the number of partial sums and their memory.

    Returns
    -------
    groups : list of (int, sequence of blocks)
        The index of each partial sum, and its blocks.
    """
    max_bytes = tuning.max_accumulator_bytes
    fitting = (n for n in tuning.max_accumulators if n * bytes_per_sum <= max_bytes)
    most = next(fitting, min(tuning.max_accumulators))
    groups = _divide(len(blocks), min(most, len(blocks)))
    return [(index, blocks[group]) for index, group in enumerate(groups)]


def block_size(block: Block) -> tuple[int, int]:
    """The size of a block.

    Parameters
    ----------
    block : (slice, slice)
        Images and rows.

    Returns
    -------
    size : (int, int)
        The number of images, and of rows in each.
    """
    images, rows = block
    return images.stop - images.start, rows.stop - rows.start


def max_block_size(blocks: Sequence[Block]) -> tuple[int, int]:
    """The size of the largest block.

    Parameters
    ----------
    blocks : sequence of (slice, slice)
        In the order of ``blocks``, whose last block is as large as any.

    Returns
    -------
    size : (int, int)
        As from ``block_size``; (0, 0) if there are no blocks.
    """
    return block_size(blocks[-1]) if blocks else (0, 0)


def _divide(length: int, count: int) -> tuple[slice, ...]:
    edges = [length * i // count for i in range(count + 1)] if count else []
    return tuple(slice(start, stop) for start, stop in pairwise(edges))
