"""Pooling: any window agrees with the loops; a tie has exactly one winner; no gradient is lost."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.compare import LAYOUTS, assert_same_as_reference, in_layout, on_device

from minivgg import ops
from minivgg.analysis.gradcheck import gradcheck
from minivgg.textbook import loops

MAX = (ops.max_pool2d, loops.max_pool2d, ops.max_pool2d_backward, loops.max_pool2d_backward)
AVG = (ops.avg_pool2d, loops.avg_pool2d, ops.avg_pool2d_backward, loops.avg_pool2d_backward)

kernels = st.tuples(st.integers(1, 4), st.integers(1, 4))
strides = st.one_of(st.none(), st.integers(1, 4), st.tuples(st.integers(1, 3), st.integers(1, 3)))


@given(
    n=st.integers(1, 3), channels=st.integers(1, 3), height=st.integers(1, 7),
    width=st.integers(1, 7), kernel=kernels, stride=strides,
    share=st.tuples(st.floats(0, 0.999), st.floats(0, 0.999)), ceil_mode=st.booleans(),
    count_include_pad=st.booleans(),
    layout=st.sampled_from(LAYOUTS), ties=st.booleans(), seed=st.integers(0, 99),
)  # fmt: skip
def test_any_window_agrees_with_the_reference(
    device,
    n,
    channels,
    height,
    width,
    kernel,
    stride,
    share,
    ceil_mode,
    count_include_pad,
    layout,
    ties,
    seed,
):
    padding = tuple(
        int(k * s) for k, s in zip(kernel, share, strict=True)
    )  # any padding smaller than the kernel
    assume(height + 2 * padding[0] >= kernel[0] and width + 2 * padding[1] >= kernel[1])
    rng = np.random.default_rng(seed)
    shape = (n, channels, height, width)
    x = in_layout(
        rng.integers(0, 3, shape).astype(float) if ties else rng.standard_normal(shape), layout
    )
    window = {"kernel_size": kernel, "stride": stride, "padding": padding, "ceil_mode": ceil_mode}
    assert_same_as_reference(*MAX, (x,), **window)
    assert_same_as_reference(*AVG, (x,), **window, count_include_pad=count_include_pad)


@pytest.mark.slow
@pytest.mark.parametrize(
    "window", [(2,), (3, 2), (3, 1, 1), ((3, 2), 2, 1, True), ((2, 4), (3, 1), (1, 3))]
)
@pytest.mark.parametrize("pool", [ops.max_pool2d, ops.avg_pool2d])
def test_gradients(rng, device, pool, window):
    result = gradcheck(pool, (on_device(rng.standard_normal((2, 3, 7, 6))), *window))
    assert result, str(result)
    assert not sum(entry.kinks for entry in result.entries)


@pytest.mark.parametrize("window", [(2, 2), (3, 1), (3, 2)])
def test_a_tie_goes_to_exactly_one_winner(window):
    """On a constant image every window is a tie: its whole gradient goes to one pixel."""
    x = np.ones((2, 3, 7, 6))
    y, saved = ops.max_pool2d(x, *window)
    for place in [(0, 0, 0, 0), (1, 2, y.shape[2] - 1, y.shape[3] - 1)]:
        dy = np.zeros_like(y)
        dy[place] = 5.0
        dx = ops.max_pool2d_backward(dy, saved)
        assert np.count_nonzero(dx) == 1
        assert dx.sum() == 5.0


@pytest.mark.parametrize(
    "window",
    [{"kernel_size": 2}, {"kernel_size": (2, 3)}, {"kernel_size": 3, "stride": 2, "padding": 1}],
)
@pytest.mark.parametrize("levels", [3, 1000])
def test_a_relu_before_taken_along_is_its_backward_afterwards(rng, window, levels):
    """With many ties and with hardly any, windows without a positive pixel, and a NaN."""
    x = np.maximum(rng.integers(-levels, levels, (3, 5, 9, 8)).astype(float), 0)
    x[:, 0], x[0, 1, 2, 2] = 0, np.nan
    y, saved = ops.max_pool2d(x, **window)
    dy = rng.standard_normal(y.shape)
    together, alone = (
        ops.max_pool2d_backward(dy, saved, relu=True),
        ops.max_pool2d_backward(dy, saved),
    )
    assert (together == ops.relu_backward(alone, x)).all()


def test_average_pooling_conserves_the_gradient(rng):
    y, saved = ops.avg_pool2d(rng.standard_normal((2, 3, 8, 6)), 2)
    dy = rng.standard_normal(y.shape)
    assert ops.avg_pool2d_backward(dy, saved).sum() == pytest.approx(dy.sum())


def test_a_window_of_minus_infinity_has_a_winner_too():
    """The border counts as −∞ as well, but must not win against a pixel."""
    y, saved = ops.max_pool2d(np.full((1, 1, 2, 2), -np.inf), 3, stride=2, padding=1)
    assert ops.max_pool2d_backward(np.ones_like(y), saved)[0, 0].tolist() == [[1, 0], [0, 0]]


def test_the_border_never_wins():
    """All pixels are negative: a border of zeros instead of −∞ would show up."""
    y, _ = ops.max_pool2d(np.full((1, 1, 4, 4), -3.0), 3, stride=2, padding=1)
    assert (y == -3).all()


def test_not_a_number_is_not_hidden():
    x = np.zeros((1, 1, 4, 4))
    x[0, 0, 1, 1] = np.nan
    y, _ = ops.max_pool2d(x, 2)
    assert np.isnan(y[0, 0, 0, 0])
    assert not np.isnan(y[0, 0, 1, 1])


@pytest.mark.parametrize("pool", [ops.max_pool2d, ops.avg_pool2d])
@pytest.mark.parametrize(
    ("x", "window", "error_type", "words"),
    [
        (
            np.zeros((1, 1, 3, 3)),
            {"kernel_size": 4},
            ValueError,
            "kernel 4×4 is larger than the padded input 3×3",
        ),
        (
            np.zeros((1, 1, 3, 3)),
            {"kernel_size": 2, "padding": 2},
            ValueError,
            "must be smaller than the kernel",
        ),
        (  # on one side only
            np.zeros((1, 1, 3, 3)),
            {"kernel_size": (2, 3), "padding": (0, 3)},
            ValueError,
            r"padding \(0, 3\) must be smaller than the kernel \(2, 3\)",
        ),
        (np.zeros((1, 1, 3, 3), int), {"kernel_size": 2}, TypeError, "x is int64"),
        (np.zeros((1, 3, 3)), {"kernel_size": 2}, ValueError, r"\(N, C, H, W\)"),
        (np.zeros((1, 1, 3, 3)), {"kernel_size": "2"}, TypeError, "kernel size must be an integer"),
    ],
)
def test_a_wrong_call_gets_one_clear_sentence(pool, x, window, error_type, words):
    with pytest.raises(error_type, match=words):
        pool(x, **window)


@pytest.mark.parametrize("pool", [ops.max_pool2d, ops.avg_pool2d])
@pytest.mark.parametrize("stride", [0, (1, 0), -1])
def test_a_stride_of_nothing_is_refused(pool, stride):
    with pytest.raises(ValueError, match="stride must be at least 1"):
        pool(np.zeros((1, 1, 4, 4)), 2, stride)


@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
@pytest.mark.parametrize(
    "shape", [(2, 1, 2, 2), (2, 3, 1, 2), (1, 3, 2, 2), (2, 3, 2), (1, 1, 1, 1)]
)
def test_a_gradient_that_could_be_repeated_to_fit_is_refused(name, shape):
    _, saved = getattr(ops, name)(np.zeros((2, 3, 4, 4)), 2)
    with pytest.raises(ValueError, match=r"dy must have shape \(2, 3, 2, 2\)"):
        getattr(ops, f"{name}_backward")(np.zeros(shape), saved)
