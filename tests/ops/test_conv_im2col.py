"""The matrix of im2col has the windows in its rows, and col2im is its adjoint."""

import numpy as np
import pytest

from minivgg import ops
from minivgg.textbook import im2col as textbook


def test_im2col_rows_are_the_windows(rng):
    x = rng.standard_normal((2, 3, 5, 4))
    cols = ops.im2col(x, (3, 2), stride=(1, 2), padding=(1, 0))
    assert cols.shape == (2 * 5 * 2, 3 * 2 * 3)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (0, 0)))
    for row, (n, p, q) in zip(cols, np.ndindex(2, 5, 2), strict=True):
        window = padded[n, :, p : p + 3, 2 * q : 2 * q + 2]
        assert (row == window.transpose(1, 2, 0).ravel()).all()


@pytest.mark.parametrize("dilation", [1, (2, 1)])
def test_col2im_is_the_adjoint_of_im2col(rng, dilation):
    """⟨im2col(x), c⟩ = ⟨x, col2im(c)⟩ for all x and c."""
    x, windows = (
        rng.standard_normal((2, 3, 6, 5)),
        {"stride": 2, "padding": 1, "dilation": dilation},
    )
    cols = ops.im2col(x, 3, **windows)
    c = rng.standard_normal(cols.shape)
    assert np.vdot(cols, c) == pytest.approx(
        np.vdot(x, ops.col2im(c, x.shape, 3, **windows)), rel=1e-12
    )


@pytest.mark.parametrize("shape", [(2, 3, 8, 4), (2, 3, 4, 8)])
def test_im2col_of_high_and_wide_images_is_the_textbooks(rng, shape):
    x = rng.standard_normal(shape)
    assert (ops.im2col(x, (3, 2), 2, 1) == textbook.im2col(x, (3, 2), 2, 1)).all()


def test_im2col_with_a_dilation_leaves_pixels_out():
    x = np.arange(1.0, 26).reshape(1, 1, 5, 5)
    assert ops.im2col(x, 2, dilation=(3, 4)).tolist() == [[1, 5, 16, 20], [6, 10, 21, 25]]


def test_col2im_counts_the_windows_over_each_pixel():
    """A pixel comes back as often as a window saw it: adding, not assigning."""
    ones = np.ones((1, 1, 4, 4))
    counts = ops.col2im(ops.im2col(ones, 3), ones.shape, 3)[0, 0]
    assert counts.tolist() == [[1, 2, 2, 1], [2, 4, 4, 2], [2, 4, 4, 2], [1, 2, 2, 1]]


@pytest.mark.parametrize("shape", [(3, 5, 5), (1, 3, 0, 5), (1,), (2, 1, 3, 5, 5)])
def test_col2im_refuses_a_shape_that_images_cannot_have(shape):
    with pytest.raises(ValueError, match=r"col2im: .*images"):
        ops.col2im(np.zeros((9, 27)), shape, 3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kernel_size": 0}, "the kernel size must be at least 1, got 0"),
        ({"kernel_size": 2, "stride": 0}, "stride must be at least 1, got 0"),
        ({"kernel_size": 2, "padding": -1}, "padding must be at least 0, got -1"),
        ({"kernel_size": 2, "dilation": 0}, "dilation must be at least 1, got 0"),
    ],
)
def test_sizes_that_are_too_small_are_refused(options, words):
    with pytest.raises(ValueError, match=f"im2col: {words}"):
        ops.im2col(np.zeros((1, 1, 4, 4)), **options)
    with pytest.raises(ValueError, match=f"col2im: {words}"):
        ops.col2im(np.zeros((9, 4)), (1, 1, 4, 4), **options)
