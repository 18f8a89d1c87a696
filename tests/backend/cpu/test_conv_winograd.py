"""Winograd's convolution is the same convolution for every shape, forward and backward, and loses
few digits in float32.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.compare import LAYOUTS, assert_same_as_reference, error, in_layout, on_device

from minivgg import ops
from minivgg.analysis.gradcheck import gradcheck
from minivgg.backend import tuning
from minivgg.backend.conv_algorithms import Algorithm
from minivgg.backend.cpu import conv_winograd
from minivgg.textbook import loops

ALGORITHMS = [algorithm for algorithm in Algorithm if algorithm.family == "winograd"]


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("shared", [False, True])
@given(
    n=st.integers(1, 3), channels=st.integers(1, 4), filters=st.integers(1, 4),
    height=st.integers(1, 11), width=st.integers(1, 11),
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)), bias=st.booleans(),
    layout=st.sampled_from(LAYOUTS), budget=st.sampled_from([1, 3000, 1 << 21]),
    sums=st.sampled_from([1, 2, 16]),
    seed=st.integers(0, 99),
)  # fmt: skip
def test_any_shape_agrees_with_the_reference(
    device,
    algorithm,
    shared,
    n,
    channels,
    filters,
    height,
    width,
    padding,
    bias,
    layout,
    budget,
    sums,
    seed,
):
    """With threads that share tiles and without; in blocks of one row of tiles, of some, of all."""
    height, width = max(height, 3 - 2 * padding[0]), max(width, 3 - 2 * padding[1])
    rng = np.random.default_rng(seed)
    x = in_layout(rng.standard_normal((n, channels, height, width)), layout)
    w = rng.standard_normal((filters, channels, 3, 3))
    b = rng.standard_normal(filters) if bias else None
    min_shared = 0 if shared else 1 << 60
    with tuning.tuned(
        min_shared_filters=min_shared,
        min_shared_sum_filters=min_shared,
        shared_tile_bytes=2 * budget,
        block_bytes=budget,
        max_accumulators=(sums,),
    ):

        def conv2d(x, w, b, **options):
            return ops.conv2d(x, w, b, algorithm=algorithm, **options)

        functions = conv2d, loops.conv2d, ops.conv2d_backward, loops.conv2d_backward
        assert_same_as_reference(
            *functions, (x, w, b), dy_seed=seed, cancelling=True, padding=padding
        )


@pytest.mark.slow
def test_gradients(rng, device):
    x, w, b = (
        rng.standard_normal((2, 3, 7, 6)),
        rng.standard_normal((4, 3, 3, 3)),
        rng.standard_normal(4),
    )
    result = gradcheck(
        ops.conv2d, tuple(map(on_device, (x, w, b))), padding=1, algorithm="winograd"
    )
    assert result, str(result)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("c", "o", "side"),
    [(64, 64, 40), (64, 128, 28), (128, 256, 22), (256, 256, 28), (256, 512, 28), (512, 512, 14)],
)
def test_float32_loses_few_digits(rng, device, c, o, side):
    """Within 1e-5 of float64, relative to the largest number, gradients included.

    The paper's whole maps: ``python -m benchmarks accuracy``.
    """
    x, w = (
        np.maximum(rng.standard_normal((1, c, side, side)), 0),
        rng.standard_normal((o, c, 3, 3)) * (2 / (9 * c)) ** 0.5,
    )
    b, dy = rng.standard_normal(o), rng.standard_normal((1, o, side, side))
    y, saved = ops.conv2d(x, w, b, padding=1)
    exact = y, *ops.conv2d_backward(dy, saved)
    x, w, b, dy = (on_device(a.astype(np.float32)) for a in (x, w, b, dy))
    y, saved = ops.conv2d(x, w, b, padding=1, algorithm="winograd")
    for found, expected in zip((y, *ops.conv2d_backward(dy, saved)), exact, strict=True):
        assert found.dtype == np.float32
        assert error(found, expected) < 1e-5


@pytest.mark.parametrize(("o", "width"), [(1, 1), (10, 10), (48, 16), (64, 64), (512, 32)])
def test_panels_hold_all_filters(rng, o, width):
    w = rng.standard_normal((o, 5, 3, 3))
    u = conv_winograd.filter_transform(np.ascontiguousarray(w.transpose(2, 3, 1, 0)), 2, width)
    assert u.shape == (16, o // width, 5, width)
    places = u.transpose(0, 2, 1, 3).reshape(4, 4, 5, o)
    assert (places[0, 0] == w[:, :, 0, 0].T).all()  # the point 0 on both sides: the first tap


@pytest.mark.parametrize(
    ("tiles", "c", "o", "width"),
    [
        (900, 64, 64, 64),
        (900, 128, 128, 64),
        (900, 129, 128, 32),  # a panel of 64 channels would be too large for the L1 cache
        (900, 64, 96, 96),  # panels would not be equal
        (900, 129, 100, 100),
        (49, 512, 512, 32),
        (50, 512, 512, 512),  # so many rows that OpenBLAS packs the whole matrix
        (50, 128, 256, 64),
        (49, 625, 512, 32),
        (49, 626, 512, 16),
    ],
)
def test_filters_lie_in_panels_where_products_are_small(tiles, c, o, width):
    assert conv_winograd.panel_width(tiles, c, o, tuning.get_tuning()) == width


def test_an_empty_batch(rng):
    for c in (4, 300):
        x, w = np.zeros((0, c, 6, 6), np.float32), rng.standard_normal((c, c, 3, 3), np.float32)
        y, saved = ops.conv2d(x, w, np.zeros(c, np.float32), padding=1, algorithm="winograd")
        dx, dw, db = ops.conv2d_backward(y, saved)
        assert y.shape == dx.shape == x.shape
        assert not dw.any()
        assert not db.any()
