"""A block's rows are those of the padded image."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from minivgg.backend import blocks as cut
from minivgg.backend.cpu.padded_rows import PaddedRowReader


@given(
    n=st.integers(1, 3), height=st.integers(1, 7), width=st.integers(1, 7),
    top=st.integers(0, 4), left=st.integers(0, 4), side=st.integers(1, 6), step=st.integers(1, 4),
    rows=st.integers(1, 4), beyond=st.integers(-3, 5), in_planes=st.booleans(),
    seed=st.integers(0, 9),
)  # fmt: skip
def test_rows_are_those_of_the_padded_image(
    n, height, width, top, left, side, step, rows, beyond, in_planes, seed
):
    assume(width + left + beyond >= 1)
    x = np.random.default_rng(seed).standard_normal((n, height, width, 2))
    reach = step * (rows - 1) + side
    padded = np.pad(
        x, ((0, 0), (top, max(0, reach - top - height)), (left, max(0, beyond)), (0, 0))
    )[:, :reach, : width + left + beyond]
    some = cut.blocks(n, rows, 1, max_bytes=seed + 1)
    size = cut.max_block_size(some)
    reader = PaddedRowReader(x, size, side, step, top, left, padded.shape[2], in_planes)
    for block in [
        *some,
        *reversed(some),
    ]:  # in any order: nothing is left over from the block before
        images, part = block
        expected = padded[images, step * part.start : step * (part.stop - 1) + side]
        assert (reader.read(block) == expected).all()
    *_, pixel, channel = reader.padded.strides
    assert (channel >= pixel) == in_planes
