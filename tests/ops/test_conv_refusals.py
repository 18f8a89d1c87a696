"""A wrong call of convolution gets one clear sentence."""

import numpy as np
import pytest

from minivgg import ops

X, W = np.zeros((1, 3, 5, 5)), np.zeros((2, 3, 3, 3))


@pytest.mark.parametrize(
    ("x", "w", "options", "error_type", "words"),
    [
        (np.zeros((1, 4, 5, 5)), W, {}, ValueError, "4 channels .* expect 3"),
        (
            np.zeros((1, 3, 2, 9)),
            np.zeros((2, 3, 5, 5)),
            {"padding": 1},
            ValueError,
            "kernel 5×5 is larger than the padded input 4×11",
        ),
        (
            np.zeros((1, 3, 5, 5), np.uint8),
            W,
            {},
            TypeError,
            "x is uint8, expected float32 or float64",
        ),
        (np.zeros((1, 3, 5, 5), np.float32), W, {}, TypeError, "x is float32, w is float64"),
        (
            np.zeros((3, 5, 5)),
            W,
            {},
            ValueError,
            r"\(N, C, H, W\), got an array of shape \(3, 5, 5\)",
        ),
        (np.zeros((1, 3, 0, 5)), W, {}, ValueError, "images are empty"),
        (X, np.zeros((2, 3, 3)), {}, ValueError, "filters have shape"),
        (X, np.zeros((0, 3, 3, 3)), {}, ValueError, "filters have shape"),
        (
            np.zeros((1, 4, 5, 5)),
            np.zeros((3, 2, 3, 3)),
            {"groups": 2},
            ValueError,
            "3 filters cannot be split into 2 groups",
        ),
        (X, W, {"b": np.zeros(3)}, ValueError, r"b must have shape \(2,\), got \(3,\)"),
        (X, W, {"stride": 0}, ValueError, "stride must be at least 1, got 0"),
        (X, W, {"stride": 1.5}, TypeError, "stride must be an integer or a pair"),
        (X, W, {"padding": (1, -1)}, ValueError, "padding must be at least 0"),
        (
            X,
            W,
            {"padding": "valid"},
            ValueError,
            r"padding must be a number of pixels, a pair \(height, width\) or 'same', got 'valid'",
        ),
        (
            X,
            W,
            {"padding": "same", "stride": 2},
            ValueError,
            r"padding 'same' is for stride 1, but the stride is \(2, 2\): give the padding in",
        ),
        (
            X,
            W,
            {"dilation": 3},
            ValueError,
            r"kernel 7×7 \(spread by the dilation \(3, 3\)\) is larger than the padded input 5×5",
        ),
        (X, W, {"dilation": 0}, ValueError, "dilation must be at least 1, got 0"),
        ([[1.0]], W, {}, TypeError, "expected a NumPy or CuPy array, got list"),
    ],
)
def test_a_wrong_call_gets_one_clear_sentence(x, w, options, error_type, words):
    with pytest.raises(error_type, match=words):
        ops.conv2d(x, w, **options)


def test_a_gradient_of_the_wrong_shape_is_refused(rng):
    _, saved = ops.conv2d(rng.standard_normal((1, 3, 5, 5)), rng.standard_normal((2, 3, 3, 3)))
    with pytest.raises(ValueError, match=r"dy must have shape \(1, 2, 3, 3\), got \(1, 2, 5, 5\)"):
        ops.conv2d_backward(np.zeros((1, 2, 5, 5)), saved)
