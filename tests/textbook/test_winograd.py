"""Chapter 3 of the textbook: F(2×2, 3×3) computes the convolution of the loops, by tiles."""

import doctest
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.compare import LAYOUTS, error, in_layout
from support.source import code_lines, imported_modules

from minivgg import ops
from minivgg.analysis.gradcheck import gradcheck
from minivgg.textbook import loops, winograd
from minivgg.textbook.winograd import AT, BT, G


def test_a_tile_of_four_outputs_takes_16_multiplications(rng):
    """The formula as it stands: y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ d B)] A."""
    d, w = rng.standard_normal((4, 4)), rng.standard_normal((3, 3))
    bracket = (G @ w @ G.T) * (BT @ d @ BT.T)
    assert bracket.size == 16
    expected = [[(w * d[p : p + 3, q : q + 3]).sum() for q in range(2)] for p in range(2)]
    assert np.allclose(AT @ bracket @ AT.T, expected, rtol=1e-12)


@given(
    counts=st.tuples(st.integers(0, 2), st.integers(1, 3), st.integers(1, 3)),
    size=st.tuples(st.integers(1, 8), st.integers(1, 8)),
    padding=st.one_of(st.integers(0, 4), st.tuples(st.integers(0, 4), st.integers(0, 4))),
    bias=st.booleans(),
    layout=st.sampled_from(LAYOUTS),
    seed=st.integers(0, 99),
)
@settings(max_examples=150)
def test_any_shape_agrees_with_the_loops(counts, size, padding, bias, layout, seed):
    """Odd and even outputs, H ≠ W, images smaller than a tile, padding wider than the kernel."""
    (n, channels, filters), (height, width) = counts, size
    ph, pw = ops.pair(padding, "padding")
    assume(height + 2 * ph >= 3 and width + 2 * pw >= 3)
    rng = np.random.default_rng(seed)
    x = in_layout(rng.standard_normal((n, channels, height, width)), layout)
    w = in_layout(rng.standard_normal((filters, channels, 3, 3)), layout)
    b = rng.standard_normal(filters) if bias else None
    y, expected = winograd.conv2d(x, w, b, padding), loops.conv2d(x, w, b, 1, padding)[0]
    terms = loops.conv2d(np.abs(x), np.abs(w), None if b is None else np.abs(b), 1, padding)[0]
    assert error(y, expected, scale=terms) < 1e-14  # relative to the sums without cancellation


@pytest.mark.parametrize("padding", [0, 1, 2, (0, 2), (2, 1)])
@pytest.mark.parametrize("size", [(6, 5), (5, 8)])
def test_the_gradient_of_x_is_a_convolution_with_the_turned_filters(rng, padding, size):
    x, w = rng.standard_normal((2, 3, *size)), rng.standard_normal((4, 3, 3, 3))
    y, saved = loops.conv2d(x, w, None, 1, padding)
    dy = rng.standard_normal(y.shape)
    expected = loops.conv2d_backward(dy, saved)[0]
    assert error(winograd.conv2d_dx(dy, w, padding), expected) < 1e-13


@pytest.mark.parametrize("padding", [0, (1, 2)])
def test_the_gradient_of_x_is_that_of_finite_differences(rng, padding):
    x, w = rng.standard_normal((2, 3, 6, 5)), rng.standard_normal((4, 3, 3, 3))
    result = gradcheck(
        lambda x: (winograd.conv2d(x, w, None, padding), None),
        x,
        backward=lambda dy, saved: winograd.conv2d_dx(dy, w, padding),
        tolerance=1e-7,
    )
    assert result, str(result)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_results_have_the_dtype_of_the_arguments(rng, dtype):
    x, w = rng.standard_normal((2, 3, 5, 6), dtype), rng.standard_normal((4, 3, 3, 3), dtype)
    y = winograd.conv2d(x, w, rng.standard_normal(4, dtype))
    assert y.dtype == dtype
    assert winograd.conv2d_dx(y, w).dtype == dtype


def test_in_float32_rounding_stays_a_few_millionths(rng):
    """As in ops, whose tiles are larger."""
    x, w = rng.standard_normal((2, 32, 13, 12)), rng.standard_normal((8, 32, 3, 3))
    y = winograd.conv2d(x.astype(np.float32), w.astype(np.float32))
    assert 0 < error(y, winograd.conv2d(x, w)) < 5e-6
    theirs = ops.conv2d(x.astype(np.float32), w.astype(np.float32), padding=1, algorithm="winograd")
    assert error(y, theirs[0]) < 1e-5


def test_no_argument_is_written_into(rng):
    arrays = [rng.standard_normal(shape) for shape in [(2, 3, 5, 6), (4, 3, 3, 3), (4,)]]
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False  # NumPy raises if this array or a view of it is written to
    y = winograd.conv2d(*arrays)
    y.flags.writeable = False
    winograd.conv2d_dx(y, arrays[1])
    assert all(np.array_equal(array, old) for array, old in zip(arrays, before, strict=True))


IMAGES, FILTERS = np.zeros((1, 2, 5, 4)), np.zeros((3, 2, 3, 3))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: winograd.conv2d(IMAGES, np.zeros((3, 2, 5, 5))), r"expected \(O, 2, 3, 3\)"),
        (lambda: winograd.conv2d(IMAGES, FILTERS[:, :1]), r"shape \(3, 1, 3, 3\), expected \(O, 2"),
        (lambda: winograd.conv2d(IMAGES[:, :, :2], FILTERS, padding=0), "3×3 is larger .* 2×4"),
        (lambda: winograd.conv2d(IMAGES[:, :, :, :2], FILTERS, padding=0), "3×3 is larger .* 5×2"),
        (lambda: winograd.conv2d_dx(IMAGES, FILTERS, padding=(1, 3)), r"at most 2, got \(1, 3\)"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("others", [(FILTERS.astype(int), None), (FILTERS, np.zeros(3, "float32"))])
def test_integers_and_mixed_precision_are_refused(others):
    with pytest.raises(TypeError, match=r"float32 or float64 for all arrays, got .* and "):
        winograd.conv2d(IMAGES, *others)


# ------------------------------------------------------------------------------- the file itself

TEXT = Path(winograd.__file__).read_text(encoding="utf-8")


def test_the_file_has_at_most_40_lines_of_code():
    assert code_lines(TEXT) <= 40
    assert max(map(len, TEXT.splitlines())) <= 100


def test_the_file_imports_numpy_and_nothing_else():
    assert imported_modules(TEXT) == {"numpy"}


def test_the_examples_of_the_docstrings_run():
    result = doctest.testmod(winograd)
    assert result.attempted >= 2
    assert not result.failed
