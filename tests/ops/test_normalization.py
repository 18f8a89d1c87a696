"""Local response and batch normalisation against the reference, and their gradients."""

import numpy as np
import pytest
from support.compare import LAYOUTS, assert_same_as_reference, in_layout, on_device

from minivgg import backend, ops
from minivgg.analysis.gradcheck import gradcheck
from minivgg.textbook import loops

LRN = (
    ops.local_response_norm,
    loops.local_response_norm,
    ops.local_response_norm_backward,
    loops.local_response_norm_backward,
)
BN = (ops.batch_norm2d, loops.batch_norm2d, ops.batch_norm2d_backward, loops.batch_norm2d_backward)


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 20])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_local_response_norm_agrees_with_the_reference(rng, device, size, layout):
    """Even and odd windows, and one wider than all channels.

    With a large alpha: with a small one k would hide a mistake in the sum.
    """
    x = in_layout(rng.standard_normal((2, 7, 3, 4)), layout)
    assert_same_as_reference(*LRN, (x,), size=size, alpha=0.3, beta=0.75, k=1.5)
    result = gradcheck(ops.local_response_norm, (on_device(x),), size=size, alpha=0.3)
    assert result, str(result)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("fixed", [False, True])
def test_batch_norm_agrees_with_the_reference(rng, device, layout, fixed):
    x = in_layout(rng.standard_normal((3, 4, 5, 2)) * 3 + 1, layout)
    statistics = {"mean": rng.standard_normal(4), "var": rng.random(4) + 0.5} if fixed else {}
    weight, bias = rng.standard_normal(4), rng.standard_normal(4)
    assert_same_as_reference(*BN, (x, weight, bias), **statistics)
    result = gradcheck(
        ops.batch_norm2d,
        tuple(map(on_device, (x, weight, bias))),
        **{name: on_device(value) for name, value in statistics.items()},
    )
    assert result, str(result)


def test_batch_norm_of_a_constant_channel_is_finite(device):
    y, saved = ops.batch_norm2d(
        *map(on_device, (np.full((2, 1, 3, 3), 7.0), np.ones(1), np.zeros(1)))
    )
    assert not y.any()
    assert np.isfinite(
        backend.to_numpy(ops.batch_norm2d_backward(on_device(np.ones(y.shape)), saved)[0])
    ).all()


@pytest.mark.parametrize(
    "op", [ops.local_response_norm, lambda x: ops.batch_norm2d(x, np.ones(3), np.zeros(3))]
)
def test_integers_are_refused(op):
    with pytest.raises(TypeError, match="int64"):
        op(np.zeros((1, 3, 2, 2), int))


def test_one_value_has_no_variance():
    with pytest.raises(ValueError, match="one value per channel"):
        ops.batch_norm2d(np.zeros((1, 3, 1, 1)), np.ones(3), np.zeros(3))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"bias": np.zeros(1)}, r"bias must have shape \(3,\), got \(1,\)"),
        ({"mean": np.zeros(3)}, "both mean and var, or neither"),
        ({"var": np.ones(3)}, "both mean and var, or neither"),
    ],
)
def test_batch_norm_refuses_what_does_not_fit(arguments, words):
    with pytest.raises(ValueError, match=words):
        ops.batch_norm2d(np.zeros((2, 3, 4, 4)), np.ones(3), **({"bias": np.zeros(3)} | arguments))


def test_the_number_of_channels_must_fit():
    with pytest.raises(ValueError, match=r"2 channels .* but 3 are expected"):
        ops.batch_norm2d(np.zeros((1, 2, 4, 4)), np.ones(3), np.zeros(3))


@pytest.mark.parametrize("size", [0, -1])
def test_a_window_of_no_channels_is_refused(size):
    with pytest.raises(ValueError, match=f"size must be at least 1 channel, got {size}"):
        ops.local_response_norm(np.zeros((1, 3, 2, 2)), size)
