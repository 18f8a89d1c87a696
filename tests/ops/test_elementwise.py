"""ReLU, dropout and the linear layer against the reference and by their properties."""

import numpy as np
import pytest
from support.compare import assert_same_as_reference, error, on_device

from minivgg import backend, ops
from minivgg.analysis.gradcheck import gradcheck
from minivgg.textbook import loops


def test_relu_agrees_with_the_reference(rng, device):
    x = rng.standard_normal((2, 3, 5, 4))
    x[0, 0, 0] = 0.0
    assert_same_as_reference(ops.relu, loops.relu, ops.relu_backward, loops.relu_backward, (x,))
    assert gradcheck(ops.relu, (on_device(rng.standard_normal((3, 4))),))


def test_relu_passes_negative_gradients():
    """The mask comes from the input's sign, not from the gradient's."""
    _, saved = ops.relu(np.array([2.0, -2.0, 0.0]))
    assert ops.relu_backward(np.array([-7.0, -7.0, -7.0]), saved).tolist() == [-7, 0, 0]
    assert ops.relu_backward(np.array([1.0, np.inf, 1.0]), saved).tolist() == [1, 0, 0]


def test_relu_lets_not_a_number_through():
    assert np.isnan(ops.relu(np.array([np.nan]))[0][0])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("p", [0.0, 0.3, 0.8])
def test_dropout_agrees_with_the_reference(rng, p, dtype):
    x = rng.standard_normal((4, 6)).astype(dtype)
    y, saved = ops.dropout(x, p, np.random.default_rng(1))
    expected, slow_saved = loops.dropout(x, p, np.random.default_rng(1))
    few = 1e-15 if dtype == "float64" else 1e-6
    assert error(y, expected) < few
    dy = rng.standard_normal(x.shape).astype(dtype)
    assert error(ops.dropout_backward(dy, saved), loops.dropout_backward(dy, slow_saved)) < few


def test_dropout_drops_its_share_and_keeps_the_mean(device):
    """p = 0.2 is the probability to drop, not to keep; rows of a batch have masks of their own."""
    y = backend.to_numpy(ops.dropout(on_device(np.ones((200, 500))), 0.2)[0])
    assert (y == 0).mean() == pytest.approx(0.2, abs=0.005)
    assert y.mean() == pytest.approx(1, abs=0.01)
    assert sorted(np.unique(y)) == [0, 1.25]
    assert (y[0] != y[1]).any()


def test_dropout_everything_and_nothing(device):
    x = on_device(np.ones((3, 3)))
    assert not ops.dropout(x, 1.0)[0].any()
    assert (ops.dropout(x, 0.0)[0] == 1).all()


def test_dropout_backward_uses_the_mask_of_forward(rng):
    x = rng.standard_normal((5, 5))
    y, saved = ops.dropout(x, 0.5)
    assert np.allclose(ops.dropout_backward(x, saved), y)


def test_dropout_is_seeded():
    backend.seed(3)
    first, _ = ops.dropout(np.ones((4, 4)))
    second, _ = ops.dropout(np.ones((4, 4)))
    backend.seed(3)
    again, _ = ops.dropout(np.ones((4, 4)))
    assert (first == again).all()
    assert (first != second).any()


@pytest.mark.parametrize("p", [-0.5, 1.5])
def test_dropout_refuses_what_is_no_probability(p):
    with pytest.raises(ValueError, match=f"p must be between 0 and 1, got {p}"):
        ops.dropout(np.ones(3), p)


@pytest.mark.parametrize("bias", [True, False])
def test_linear_agrees_with_the_reference(rng, device, bias):
    x, w, b = (
        rng.standard_normal((3, 5)),
        rng.standard_normal((4, 5)),
        rng.standard_normal(4) if bias else None,
    )
    assert_same_as_reference(
        ops.linear, loops.linear, ops.linear_backward, loops.linear_backward, (x, w, b)
    )
    assert gradcheck(ops.linear, tuple(map(on_device, (x, w, b))))


def test_the_gradients_of_the_weights_of_linear_can_be_left_out(rng):
    x, w, b = rng.standard_normal((3, 5)), rng.standard_normal((4, 5)), rng.standard_normal(4)
    y, saved = ops.linear(x, w, b)
    dx, dw, db = ops.linear_backward(y, saved, need_dw=False)
    assert (dx == ops.linear_backward(y, saved)[0]).all()
    assert dw is None
    assert db is None


@pytest.mark.parametrize(
    ("x", "w", "error_type", "words"),
    [
        (np.zeros((2, 3, 4, 4)), np.zeros((5, 48)), ValueError, "put a Flatten before it"),
        (np.zeros((2, 3)), np.zeros((5, 4)), ValueError, "3 features .* expect 4"),
        (np.zeros((2, 4), int), np.zeros((5, 4)), TypeError, "x is int64"),
        (np.zeros((2, 4), np.float16), np.zeros((5, 4)), TypeError, "x is float16"),
    ],
)
def test_a_wrong_call_of_linear_gets_one_clear_sentence(x, w, error_type, words):
    with pytest.raises(error_type, match=words):
        ops.linear(x, w)
