"""Passes over arrays touch every number once, whatever the order in memory."""

import numpy as np
import pytest
from support.compare import LAYOUTS, in_layout

from minivgg.backend import tuning
from minivgg.backend.cpu import elementwise


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("other", LAYOUTS)
def test_every_number_is_touched_once(rng, layout, other):
    x = rng.standard_normal((2, 3, 5, 4))
    a, b = in_layout(x, layout), in_layout(np.zeros_like(x), other)

    def add(a, b):
        b += a

    with tuning.tuned(elementwise_chunk_numbers=10):
        elementwise.apply_blockwise(add, a, b)
    assert (b == x).all()


@pytest.mark.parametrize("shape", [(), (0,), (1,), (3, 0, 2), (7, 5)])
def test_any_shape(shape):
    a = np.zeros(shape)
    elementwise.apply_blockwise(lambda a: np.add(a, 1, out=a), a)
    assert (a == 1).all()


@pytest.mark.parametrize("step", [1, 2])
def test_a_sum_of_squares_is_the_same_for_every_order_of_memory(rng, step):
    """With gaps between the numbers too, and in float64 also for float32."""
    a = rng.standard_normal((4, 3 * step, 5), np.float32)[:, ::step]
    for view in (a, a.transpose(2, 0, 1)):
        with tuning.tuned(elementwise_chunk_numbers=7):
            total = elementwise.sum_of_squares(view)
        assert total == pytest.approx(np.square(a, dtype=float).sum(), rel=1e-6)
        assert total.dtype == np.float64
    assert elementwise.sum_of_squares(a[:0]) == 0


@pytest.mark.parametrize("shape", [(3, 5), (1, 7), (4, 2, 3), (0, 3), (2, 0)])
def test_partial_sums_are_added_up_in_order(rng, shape):
    """One after the other, as a loop would, whatever the blocks: float32 shows the order."""
    sums = rng.standard_normal(shape, np.float32)
    expected = np.zeros(shape[1:], np.float32)
    for partial_sum in sums:
        expected += partial_sum
    with tuning.tuned(elementwise_chunk_numbers=2):
        assert np.array_equal(elementwise.sum_in_order(sums), expected)
