"""Floor 1: cutting a job over images (N, H, W, C) into blocks, by shape alone.

A block is a pair of slices (images, rows): some rows of one image, or several images whole. "Rows" are rows of whatever the job makes:
of output pixels, or of tiles.
"""

from itertools import pairwise

BLOCK_BYTES = 1 << 21  # of scratch for one thread: what its cache holds
SMALL_PRODUCT = 1_000_000  # multiplications up to which OpenBLAS computes a product without packing (copying) its factors first
LANES = (
    16,
    8,
    4,
)  # sums over blocks run in so many lanes, which most numbers of threads can share evenly,
SUMS_BYTES = 32 << 20  # the most of these whose sums do not take more than this


def parts(length, most):
    """0..length as slices of equal length up to one, the last as long as any, none longer than ``most`` (but at least 1)."""
    return _pieces(length, -(-length // max(1, most)))


def blocks(n, rows, bytes_per_row, budget=None, least=1):
    """Blocks of n images of ``rows`` rows each, about ``budget`` bytes a block (BLOCK_BYTES), but not less than ``least`` rows."""
    most = max(1, least, (budget or BLOCK_BYTES) // bytes_per_row)
    if most >= rows:
        return [(images, slice(0, rows)) for images in parts(n, most // rows)]
    return [(slice(i, i + 1), part) for i in range(n) for part in parts(rows, most)]


def within(block, bytes_per_row):
    """A block cut into smaller ones: yields (block, slice of the rows of the whole that it covers)."""
    images, rows = block
    done = 0
    for i, r in blocks(length(images), length(rows), bytes_per_row):
        part = (
            slice(images.start + i.start, images.start + i.stop),
            slice(rows.start + r.start, rows.start + r.stop),
        )
        yield part, slice(done, done + count(part))
        done += count(part)


def lanes(blocks, bytes_per_sum):
    """The blocks dealt out to a few lanes, [(number, blocks)]: each adds up its blocks in order, so sums repeat to the bit."""
    many = next((lanes for lanes in LANES if lanes * bytes_per_sum <= SUMS_BYTES), min(LANES))
    return [
        (number, blocks[part])
        for number, part in enumerate(_pieces(len(blocks), min(many, len(blocks))))
    ]


def length(part):
    """How long a slice is."""
    return part.stop - part.start


def count(block):
    """How many rows a block has in all its images together."""
    return length(block[0]) * length(block[1])


def largest(blocks):
    """(images, rows, rows in all) of the largest block: with ``parts`` that is the last."""
    images, rows = map(length, blocks[-1]) if blocks else (0, 0)
    return images, rows, images * rows


def _pieces(length, count):
    edges = [length * i // count for i in range(count + 1)] if count else []
    return [slice(start, stop) for start, stop in pairwise(edges)]
