"""The gradient check finds mistakes, names the worst element, and is not fooled by kinks or fresh dropout masks."""

import re

import numpy as np
import pytest

from minivgg import layers, ops
from minivgg.gradcheck import gradcheck


def forward(x, w):
    return x * w, (x, w)


@pytest.mark.parametrize(
    ("backward", "words"),
    [
        (lambda dy, s: (dy * s[1], 2 * dy * s[0]), r"Look at dw\[.*ratio 2\)"),
        (lambda dy, s: (dy * s[1], -dy * s[0]), r"ratio -1\)"),
        (lambda dy, s: (dy, dy * s[0]), r"wrong  dx"),
        (lambda dy, s: (dy * s[1], (dy * s[0])[0]), r"gradient has shape \(3,\), its array \(2, 3\)"),
        (lambda dy, s: (dy * s[1], dy * np.nan), "6 numbers that are not finite"),
    ],
)
def test_a_wrong_gradient_is_found_and_described(rng, backward, words):
    result = gradcheck(forward, (rng.standard_normal((2, 3)), rng.standard_normal((2, 3))), backward)
    assert not result
    assert "WRONG" in str(result)
    assert re.search(words, str(result)), str(result)


def test_one_wrong_element_among_many_is_found(rng):
    def backward(dy, saved):
        dx, dw = dy * saved[1], dy * saved[0]
        dw[3, 4] *= 1 + 1e-5
        return dx, dw

    result = gradcheck(forward, (rng.standard_normal((5, 6)), rng.standard_normal((5, 6))), backward)
    assert not result
    assert result.worst.name == "dw"
    assert result.worst.place == (3, 4)


def test_a_kink_is_reported_and_not_called_wrong():
    x = np.array([1.0, 0.0, -1.0])
    result = gradcheck(ops.relu, x)
    assert result
    assert result.entries[0].kinks == 1
    assert "1 at a kink" in str(result)


def test_a_wrong_gradient_at_a_kink_is_still_wrong():
    """Between the slopes 0 and 1 anything is fair; 3 is not."""
    result = gradcheck(ops.relu, np.array([1.0, 0.0, -1.0]), lambda dy, y: np.where(y > 0, dy, 3 * dy))
    assert not result


def test_nothing_but_kinks_is_no_success():
    result = gradcheck(ops.relu, np.zeros(3))
    assert not result
    assert "all 3 elements stand at a kink" in str(result)


def test_dropout_drops_the_same_elements_each_time(rng):
    assert gradcheck(layers.Dropout(0.5), rng.standard_normal((4, 5)))


def test_the_layer_and_the_input_are_left_as_they_were(rng):
    layer, x = layers.Conv2d(2, 3, 3), rng.standard_normal((1, 2, 5, 5)).astype(np.float32)
    before, kept = layer.state_dict(), x.copy()
    assert gradcheck(layer, x)
    assert (x == kept).all()
    assert layer.weight.data.dtype == np.float32
    assert all((a == before[name]).all() for name, a in layer.state_dict().items())
    assert not layer.weight.grad.any()


def test_large_arrays_can_be_sampled(rng):
    result = gradcheck(layers.Linear(30, 20), rng.standard_normal((4, 30)), samples=7)
    assert result
    assert [entry.compared for entry in result.entries] == [7, 7, 7]


def test_a_gradient_that_is_zero_but_for_rounding_passes(rng):
    """A bias before batch norm changes nothing; both sides see only noise."""
    net = layers.Sequential(layers.Conv2d(2, 3, 3, padding=1), layers.BatchNorm2d(3))
    result = gradcheck(net, rng.standard_normal((2, 2, 5, 4)))
    assert result, str(result)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((lambda x: (x, x), np.ones(3)), "has no backward"),
        ((lambda x: x, np.ones(3), lambda dy, s: dy), r"must return \(y, saved\)"),
        ((forward, (np.ones(3), np.ones(3)), lambda dy, s: dy), "returned 1 gradients for 2"),
        ((ops.relu, np.ones(3, int)), "at least one floating-point array"),
        ((ops.relu, [1.0, 2.0]), "got list"),
    ],
)
def test_what_cannot_be_checked_is_refused(arguments, words):
    with pytest.raises(TypeError, match=words):
        gradcheck(*arguments)
