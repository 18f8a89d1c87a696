"""Blocks cover everything once, whatever the sizes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minivgg.backend import blocks as cut


@given(length=st.integers(0, 200), most=st.integers(0, 50))
def test_parts_cover_a_length_once_and_evenly(length, most):
    parts = cut.parts(length, most)
    assert [i for part in parts for i in range(length)[part]] == list(range(length))
    sizes = [cut.length(part) for part in parts]
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
        assert part == slice(0, rows) or cut.length(images) == 1
        assert cut.count((images, part)) * bytes_per_row <= max(budget, bytes_per_row * least)
    assert (covered == 1).all()
    for bytes_per_sum in (1, cut.SUMS_BYTES // 6, cut.SUMS_BYTES):
        dealt = cut.lanes(some, bytes_per_sum)
        assert [block for _, lane in dealt for block in lane] == some
        assert len(dealt) <= max(cut.LANES)
        assert len(dealt) <= min(cut.LANES) or len(dealt) * bytes_per_sum <= cut.SUMS_BYTES


def test_blocks_do_not_depend_on_anything_but_their_arguments():
    assert cut.blocks(3, 40, 1000) == cut.blocks(3, 40, 1000)


@given(
    first=st.integers(0, 3), stop=st.integers(4, 6), begin=st.integers(0, 5), end=st.integers(6, 9)
)
def test_smaller_blocks_within_a_block_cover_it(first, stop, begin, end):
    whole = (slice(first, stop), slice(begin, end))
    covered, rows_of_whole = np.zeros((6, 9), int), []
    for part, rows in cut.within(whole, cut.BLOCK_BYTES // 2):
        covered[part] += 1
        rows_of_whole += range(cut.count(whole))[rows]
    assert (covered[whole] == 1).all()
    assert covered.sum() == cut.count(whole)
    assert rows_of_whole == list(range(cut.count(whole)))
