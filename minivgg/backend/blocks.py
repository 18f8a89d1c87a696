"""Dividing a job over images (N, H, W, C) into blocks, by shape alone.

A block is a pair of slices (images, rows): some rows of one image, or several images whole. "Rows"
are rows of whatever the job makes: of output pixels, or of tiles.
"""

from functools import lru_cache
from itertools import pairwise


@lru_cache(maxsize=256)
def chunks(length, max_length):
    """0..length as slices, none longer than ``max_length`` (but at least 1).

    Their lengths differ by at most one, and the last is as long as any.
    """
    return _divide(length, -(-length // max(1, max_length)))


@lru_cache(maxsize=256)
def blocks(n, rows, bytes_per_row, max_bytes, min_rows=1):
    """Blocks of n images of ``rows`` rows each, of at most ``max_bytes`` but ``min_rows`` rows."""
    block_rows = max(1, min_rows, max_bytes // bytes_per_row)
    if block_rows >= rows:
        return tuple((images, slice(0, rows)) for images in chunks(n, block_rows // rows))
    row_chunks = chunks(rows, block_rows)
    return tuple((slice(i, i + 1), chunk) for i in range(n) for chunk in row_chunks)


def subdivide(block, bytes_per_row, max_bytes):
    """A block as smaller ones: yields (block, slice of the rows of the whole that it covers)."""
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


def accumulator_groups(blocks, bytes_per_sum, tuning):
    """The blocks divided among a few partial sums, [(index, blocks)].

    Each partial sum adds up its blocks in order, so that results are bit-identical for any number
    of threads.
    """
    max_bytes = tuning.max_accumulator_bytes
    fitting = (n for n in tuning.max_accumulators if n * bytes_per_sum <= max_bytes)
    most = next(fitting, min(tuning.max_accumulators))
    groups = _divide(len(blocks), min(most, len(blocks)))
    return [(index, blocks[group]) for index, group in enumerate(groups)]


def block_size(block):
    """(images, rows) of a block."""
    images, rows = block
    return images.stop - images.start, rows.stop - rows.start


def max_block_size(blocks):
    """``block_size`` of the largest block: with ``blocks`` that is the last."""
    return block_size(blocks[-1]) if blocks else (0, 0)


def _divide(length, count):
    edges = [length * i // count for i in range(count + 1)] if count else []
    return tuple(slice(start, stop) for start, stop in pairwise(edges))
