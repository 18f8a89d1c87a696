"""Blocks cover everything once, whatever the sizes."""

from math import prod

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minivgg.backend import blocks as cut
from minivgg.backend.tuning import get_tuning


@given(length=st.integers(0, 200), most=st.integers(0, 50))
def test_chunks_cover_a_length_once_and_evenly(length, most):
    chunks = cut.chunks(length, most)
    assert [i for chunk in chunks for i in range(length)[chunk]] == list(range(length))
    sizes = [chunk.stop - chunk.start for chunk in chunks]
    assert all(1 <= size <= max(1, most) for size in sizes)
    assert not sizes or max(sizes) - min(sizes) <= 1


@given(
    n=st.integers(0, 6),
    rows=st.integers(1, 9),
    bytes_per_row=st.integers(1, 50),
    budget=st.integers(1, 400),
    least=st.integers(1, 12),
)
def test_blocks_cover_every_row_of_every_image_once(n, rows, bytes_per_row, budget, least):
    covered = np.zeros((n, rows), int)
    some = cut.blocks(n, rows, bytes_per_row, budget, least)
    for images, part in some:
        covered[images, part] += 1
        n_images, n_rows = cut.block_size((images, part))
        assert part == slice(0, rows) or n_images == 1
        assert n_images * n_rows * bytes_per_row <= max(budget, bytes_per_row * least)
    assert (covered == 1).all()
    counts, max_bytes = get_tuning().max_accumulators, get_tuning().max_accumulator_bytes
    for bytes_per_sum in (1, max_bytes // 6, max_bytes):
        groups = cut.accumulator_groups(some, bytes_per_sum, get_tuning())
        assert [block for _, group in groups for block in group] == list(some)
        assert len(groups) <= max(counts)
        assert len(groups) <= min(counts) or len(groups) * bytes_per_sum <= max_bytes


def test_blocks_do_not_depend_on_anything_but_their_arguments():
    once = cut.blocks(3, 40, 1000, 5000)
    cut.blocks.cache_clear()
    assert cut.blocks(3, 40, 1000, 5000) == once


@given(
    first=st.integers(0, 3), stop=st.integers(4, 6), begin=st.integers(0, 5), end=st.integers(6, 9)
)
def test_smaller_blocks_within_a_block_cover_it(first, stop, begin, end):
    whole = (slice(first, stop), slice(begin, end))
    covered, rows_of_whole = np.zeros((6, 9), int), []
    count = prod(cut.block_size(whole))
    for part, rows in cut.subdivide(whole, 10, 20):
        covered[part] += 1
        rows_of_whole += range(count)[rows]
    assert (covered[whole] == 1).all()
    assert covered.sum() == count
    assert rows_of_whole == list(range(count))
