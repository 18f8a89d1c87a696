"""Chapter 2 of the textbook: the numbers of the loops in chapter 1, in 60 lines of code."""

import ast
import doctest
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.compare import LAYOUTS, assert_same_as_reference, error, in_layout
from support.source import code_lines, imported_modules

from minivgg import ops
from minivgg.analysis.gradcheck import gradcheck
from minivgg.textbook import im2col, loops

CONV = (im2col.conv2d, loops.conv2d, im2col.conv2d_backward, loops.conv2d_backward)
POOL = (
    im2col.max_pool2d,
    loops.max_pool2d,
    im2col.max_pool2d_backward,
    loops.max_pool2d_backward,
)


def pairs(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


def sides(low, high):
    """A number for both sides, or a pair (height, width)."""
    return st.one_of(st.integers(low, high), pairs(low, high))


def shapes(least_images):
    """(N, C, H, W)"""
    counts = st.integers(least_images, 3), st.integers(1, 3)
    return st.tuples(*counts, st.integers(1, 7), st.integers(1, 7))


@given(
    shape=shapes(0),
    filters=st.integers(1, 4),
    window=st.tuples(pairs(1, 4), sides(1, 3), sides(0, 5)),
    bias=st.booleans(),
    layout=st.sampled_from(LAYOUTS),
    seed=st.integers(0, 99),
)
@settings(max_examples=200)
def test_convolution_of_any_shape_agrees_with_loops(shape, filters, window, bias, layout, seed):
    """H ≠ W, overlapping windows, gaps, padding wider than the kernel, any order in memory."""
    (kh, kw), stride, padding = window
    ph, pw = ops.pair(padding, "padding")
    assume(shape[2] + 2 * ph >= kh and shape[3] + 2 * pw >= kw)
    rng = np.random.default_rng(seed)
    x = in_layout(rng.standard_normal(shape), layout)
    w = in_layout(rng.standard_normal((filters, shape[1], kh, kw)), layout)
    b = rng.standard_normal(filters) if bias else None
    assert_same_as_reference(*CONV, (x, w, b), dy_seed=seed, stride=stride, padding=padding)


@given(
    shape=shapes(1),
    kernel=pairs(1, 4),
    stride=st.one_of(st.none(), sides(1, 4)),
    padding=pairs(0, 3),
    ties=st.booleans(),
    layout=st.sampled_from(LAYOUTS),
)
@settings(max_examples=200)
def test_max_pooling_of_any_shape_agrees_with_loops(shape, kernel, stride, padding, ties, layout):
    """With ties, and with pixels below the zeros that a convolution would pad with."""
    padding = tuple(p % k for p, k in zip(padding, kernel, strict=True))  # less than the kernel
    assume(all(s + 2 * p >= k for s, p, k in zip(shape[2:], padding, kernel, strict=True)))
    rng = np.random.default_rng(shape)
    x = rng.integers(-3, 0, shape).astype(float) if ties else rng.standard_normal(shape)
    window = {"kernel_size": kernel, "stride": stride, "padding": padding}
    assert_same_as_reference(*POOL, (in_layout(x, layout),), **window)


@pytest.mark.parametrize("window", [(3, 1, 0), ((3, 2), (1, 2), (1, 0)), ((2, 3), (3, 1), (4, 5))])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_im2col_and_col2im_are_those_of_ops(rng, window, layout):
    x = in_layout(rng.standard_normal((2, 3, 5, 4)), layout)
    cols = im2col.im2col(x, *window)
    assert np.array_equal(cols, ops.im2col(x, *window))
    c = rng.standard_normal(cols.shape)
    assert error(im2col.col2im(c, x.shape, *window), ops.col2im(c, x.shape, *window)) < 1e-14


def test_a_row_of_im2col_is_a_window_with_its_channels_last(rng):
    x = rng.standard_normal((2, 3, 5, 4))
    cols = im2col.im2col(x, (3, 2), stride=(1, 2), padding=(1, 0))
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (0, 0)))
    for row, (n, p, q) in zip(cols, np.ndindex(2, 5, 2), strict=True):
        window = padded[n, :, p : p + 3, 2 * q : 2 * q + 2]
        assert np.array_equal(row, window.transpose(1, 2, 0).ravel())


@pytest.mark.parametrize("window", [(3, 1, 1), (2, 3, 0), ((3, 2), (1, 2), (4, 0))])
def test_col2im_is_the_adjoint_of_im2col(rng, window):
    """⟨im2col(x), c⟩ = ⟨x, col2im(c)⟩ for any x and c."""
    x = rng.standard_normal((2, 3, 6, 5))
    cols = im2col.im2col(x, *window)
    c = rng.standard_normal(cols.shape)
    back = im2col.col2im(c, x.shape, *window)
    assert np.vdot(cols, c) == pytest.approx(np.vdot(x, back), rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), ((1, 3), (4, 2))])
@pytest.mark.parametrize("bias", [True, False])
def test_the_gradients_of_convolution_are_those_of_finite_differences(rng, stride, padding, bias):
    x, w = rng.standard_normal((2, 3, 6, 5)), rng.standard_normal((4, 3, 3, 2))
    b = rng.standard_normal(4) if bias else None
    result = gradcheck(im2col.conv2d, (x, w, b), tolerance=1e-7, stride=stride, padding=padding)
    assert result, str(result)


@pytest.mark.slow
@pytest.mark.parametrize("window", [(2,), (3, 2), (3, 1, 1), ((2, 4), (3, 1), (1, 3))])
def test_the_gradient_of_max_pooling_is_that_of_finite_differences(rng, window):
    x = rng.standard_normal((2, 3, 7, 6))
    result = gradcheck(im2col.max_pool2d, (x, *window), tolerance=1e-7)
    assert result, str(result)
    assert not sum(entry.kinks for entry in result.entries)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("options", [{}, {"stride": (2, 1), "padding": (1, 2)}])
def test_convolution_by_one_product_is_the_same_as_in_ops(rng, dtype, options):
    x, w = rng.standard_normal((2, 3, 9, 8), dtype), rng.standard_normal((5, 3, 3, 2), dtype)
    b = rng.standard_normal(5, dtype)
    y, saved = im2col.conv2d(x, w, b, **options)
    theirs, theirs_saved = ops.conv2d(x, w, b, algorithm="im2col", **options)
    dy = rng.standard_normal(y.shape, dtype)
    found = (y, *im2col.conv2d_backward(dy, saved))
    expected = (theirs, *ops.conv2d_backward(dy, theirs_saved))
    for mine, wanted in zip(found, expected, strict=True):
        assert error(mine, wanted) < 10 * np.finfo(dtype).eps


@pytest.mark.parametrize("padding", [0, 1])
def test_max_pooling_is_the_same_as_in_ops(rng, padding):
    x = rng.integers(-9, 0, (2, 3, 9, 8)).astype(np.float32)
    y, saved = im2col.max_pool2d(x, 3, 2, padding)
    theirs, theirs_saved = ops.max_pool2d(x, 3, 2, padding)
    dy = rng.integers(1, 9, y.shape).astype(np.float32)
    dx = im2col.max_pool2d_backward(dy, saved)
    assert np.array_equal(y, theirs)
    assert np.array_equal(dx, ops.max_pool2d_backward(dy, theirs_saved))


def test_a_tie_has_one_winner_the_first_row_by_row():
    y, saved = im2col.max_pool2d(np.ones((2, 2, 3, 4)), 2, stride=1, padding=1)
    dy = np.zeros_like(y)
    dy[1, 1, 0, 0], dy[1, 1, 2, 2] = 5, 7
    dx = im2col.max_pool2d_backward(dy, saved)
    assert dx[1, 1].tolist() == [[5, 0, 0, 0], [0, 7, 0, 0], [0, 0, 0, 0]]
    assert dx.sum() == 12


def test_not_a_number_is_not_hidden_by_a_larger_number():
    x = np.array([[[[1.0, np.nan, 3], [2, 0, 1]]]])
    y, _ = im2col.max_pool2d(x, (2, 1))
    assert np.isnan(y[0, 0, 0]).tolist() == [False, True, False]


def backward_and_forward(rng, dtype, spoil=lambda array: array):
    """All results of the file, for arrays that ``spoil`` may change first."""
    x, w, b = (spoil(rng.standard_normal(s, dtype)) for s in [(2, 3, 6, 5), (4, 3, 3, 2), (4,)])
    y, saved = im2col.conv2d(x, w, b, 2, 1)
    z, pool_saved = im2col.max_pool2d(x, 3, 2, 1)
    dy, dz = spoil(rng.standard_normal(y.shape, dtype)), spoil(rng.standard_normal(z.shape, dtype))
    cols = spoil(im2col.im2col(x, 3, 2, 1))
    convolved = (y, *im2col.conv2d_backward(dy, saved))
    pooled = (z, im2col.max_pool2d_backward(dz, pool_saved))
    return [*convolved, *pooled, cols, im2col.col2im(cols, x.shape, 3, 2, 1)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_results_have_the_dtype_of_the_arguments(rng, dtype):
    found = backward_and_forward(rng, dtype)
    assert [array.dtype for array in found] == [np.dtype(dtype)] * 8


def test_no_argument_is_written_into(rng):
    def read_only(array):
        given.append((array, array.copy()))
        array.flags.writeable = False  # NumPy raises if this array or a view of it is written to
        return array

    given = []
    backward_and_forward(rng, np.float64, read_only)
    assert len(given) == 6
    assert all(np.array_equal(array, before) for array, before in given)


IMAGES, FILTERS = np.zeros((1, 2, 5, 4)), np.zeros((3, 2, 3, 3))
SINGLE = np.zeros((1, 3, 3, 2), np.float32)  # float32, where the other arrays are float64


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: im2col.conv2d(IMAGES, FILTERS, groups=2), "see textbook/loops.py for groups=2"),
        (lambda: im2col.max_pool2d(IMAGES, 2, ceil_mode=True), "ceil_mode is False here; see text"),
        (lambda: im2col.im2col(IMAGES, 5), "kernel 5×5 is larger than padded image 5×4"),
        (lambda: im2col.col2im(FILTERS, IMAGES.shape, (6, 1)), "6×1 is larger than padded image 5"),
        (lambda: im2col.conv2d(IMAGES, FILTERS, padding=(0, -1)), "3×3 is larger than .* 5×2"),
        (lambda: im2col.max_pool2d(IMAGES, (2, 7), padding=(0, 1)), "2×7 is larger than .* 5×6"),
        (lambda: im2col.max_pool2d(IMAGES, 3, 1, (0, 3)), r"padding \(0, 3\) is not smaller .* 3"),
        (lambda: im2col.max_pool2d(IMAGES, 3, 1, (3, 0)), r"padding \(3, 0\) is not smaller .* 3"),
        (lambda: im2col.conv2d(IMAGES, FILTERS[:, :1]), "size 9 is different from 18"),
        (lambda: im2col.col2im(np.zeros((5, 8)), (1, 2, 3, 4), 2), "cannot reshape"),
    ],
)
def test_shapes_and_options_that_do_not_fit_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: im2col.im2col(IMAGES.astype(int), 2), "expected float32 or float64 .* got int64"),
        (lambda: im2col.col2im(np.zeros((6, 8), int), (1, 2, 3, 4), 2), "got int64"),
        (lambda: im2col.max_pool2d(IMAGES.astype(int), 2), "got int64"),
        (lambda: im2col.conv2d(IMAGES.astype(int), FILTERS), "got float64 and int64"),
        (lambda: im2col.conv2d(IMAGES, FILTERS, np.zeros(3, int)), "got float64 and int64"),
        (lambda: im2col.conv2d(IMAGES, FILTERS.astype("float32")), "got float32 and float64"),
        (lambda: im2col.conv2d_backward(SINGLE, im2col.conv2d(IMAGES, FILTERS)[1]), "got float32 "),
    ],
)
def test_integers_and_mixed_precision_are_refused(call, words):
    with pytest.raises(TypeError, match=words):
        call()


# ------------------------------------------------------------------------------- the file itself

TEXT = Path(im2col.__file__).read_text(encoding="utf-8")


def test_the_file_has_at_most_60_lines_of_code_beside_its_types():
    """Aliases of types do not count, and a signature is one line, however long its types."""
    tree = ast.parse(TEXT).body
    aliases = sum(isinstance(node, ast.Assign) for node in tree)
    functions = [node for node in tree if isinstance(node, ast.FunctionDef)]
    wrapped = sum(function.body[0].lineno - function.lineno - 1 for function in functions)
    assert code_lines(TEXT) - aliases - wrapped <= 60
    assert max(map(len, TEXT.splitlines())) <= 100


def test_the_file_imports_numpy_and_nothing_else():
    assert imported_modules(TEXT) == {"numpy"}


def test_the_examples_of_the_docstrings_run():
    result = doctest.testmod(im2col)
    assert result.attempted >= 8
    assert not result.failed


def test_only_lines_with_code_are_counted():
    assert code_lines('"""A file."""\n\n# a comment\nx = """one\n\nthree"""  # code\n') == 3
    assert code_lines('def f(\n    a,\n):\n    """Two\n    lines."""\n\n    return a\n') == 4


def test_imports_are_found_wherever_they_stand():
    text = "import a.b as c\n\ndef f():\n    from d import e\n    from . import g\n"
    assert imported_modules(text) == {"a.b", "d", "."}
