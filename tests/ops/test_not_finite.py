"""A NaN or an infinity is in the same results whichever algorithm convolves."""

import numpy as np
import pytest

from minivgg import ops
from minivgg.backend import tuning
from minivgg.backend.conv_algorithms import Algorithm

WINOGRAD = [algorithm for algorithm in Algorithm if algorithm.family == "winograd"]


def gradients_and_output(arrays, algorithm, padding, relu):
    x, w, b, dy = arrays["x"], arrays["w"], arrays["b"], arrays["dy"]
    y, saved = ops.conv2d(x, w, b, padding=padding, algorithm=algorithm, relu=relu)
    return y, *ops.conv2d_backward(dy, saved, relu=relu)


def in_the_same_places(found, expected):
    """NaN and ±∞ exactly, and the other numbers nearly, as far as they are ordinary."""
    finite = np.isfinite(expected)
    return np.array_equal(found[~finite], expected[~finite], equal_nan=True) and np.allclose(
        found[finite], expected[finite], atol=1e-4
    )


@pytest.mark.parametrize("algorithm", WINOGRAD)
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("where", ["x", "w", "b", "dy"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_winograd_is_not_finite_where_im2col_is_not(rng, algorithm, shared, where, value):
    """In one of several blocks of an image, in several images, with and without ReLU."""
    arrays = {
        "x": np.maximum(rng.standard_normal((3, 5, 9, 6), np.float32), 0),
        "w": rng.standard_normal((7, 5, 3, 3), np.float32),
        "b": rng.standard_normal(7, np.float32),
        "dy": rng.standard_normal((3, 7, 9, 6), np.float32),
    }
    arrays[where].flat[arrays[where].size // 2] = value
    limits = {"min_shared_filters": 0, "min_shared_sum_filters": 0} if shared else {}
    with tuning.tuned(block_bytes=3000, shared_tile_bytes=9000, **limits):
        for relu in (False, True):
            with np.errstate(invalid="ignore"):  # ∞ − ∞, ∞ · 0
                found = gradients_and_output(arrays, algorithm, 1, relu)
                expected = gradients_and_output(arrays, "im2col", 1, relu)
            for name, a, b in zip(("y", "dx", "dw", "db"), found, expected, strict=True):
                assert in_the_same_places(a, b), name


def test_one_bad_image_leaves_the_others_as_they_were(rng):
    """Bit for bit: an image in another block is computed by Winograd's algorithm as before."""
    x, w = rng.standard_normal((4, 8, 12, 12), np.float32), rng.standard_normal((8, 8, 3, 3))
    w = w.astype(np.float32)
    with tuning.tuned(block_bytes=1):
        before, _ = ops.conv2d(x, w, padding=1, algorithm="winograd")
        x[2, 3, 5, 5] = np.nan
        after, _ = ops.conv2d(x, w, padding=1, algorithm="winograd")
    assert np.array_equal(before[[0, 1, 3]], after[[0, 1, 3]])
    assert np.isnan(after[2]).sum() == 8 * 9  # the windows that hold the pixel, of each filter


def test_winograd_adds_no_warning_to_those_of_im2col(rng):
    """A NaN alone is quiet; ∞ · 0 is a warning of NumPy with both, or with neither."""
    x, w = rng.standard_normal((1, 4, 8, 8), np.float32), np.ones((4, 4, 3, 3), np.float32)
    for value in (np.nan, np.inf):
        x[0, 0, 4, 4] = value
        with np.errstate(all="raise"):
            for algorithm in ("im2col", "winograd"):
                y, _ = ops.conv2d(x, w, padding=1, algorithm=algorithm)
                assert not np.isfinite(y).all()
