"""The gradient check finds mistakes, names the worst element, and leaves all as it was."""

import re
from functools import partial

import numpy as np
import pytest

from minivgg import backend, layers, ops
from minivgg.analysis.gradcheck import gradcheck, loss_examples
from minivgg.layers import losses


def forward(x, w):
    return x * w, (x, w)


@pytest.mark.parametrize(
    ("backward", "words"),
    [
        (lambda dy, s: (dy * s[1], 2 * dy * s[0]), r"Look at dw\[.*ratio 2\)"),
        (lambda dy, s: (dy * s[1], -dy * s[0]), r"ratio -1\)"),
        (lambda dy, s: (dy, dy * s[0]), r"wrong  dx"),
        (
            lambda dy, s: (dy * s[1], (dy * s[0])[0]),
            r"gradient has shape \(3,\), its array \(2, 3\)",
        ),
        (lambda dy, s: (dy * s[1], dy * np.nan), "6 numbers that are not finite"),
    ],
)
def test_a_wrong_gradient_is_found_and_described(rng, backward, words):
    result = gradcheck(
        forward, (rng.standard_normal((2, 3)), rng.standard_normal((2, 3))), backward
    )
    assert not result
    assert "NOT RIGHT" in str(result)
    assert re.search(words, str(result)), str(result)


def test_arguments_written_into_are_found(rng):
    """Dividing dy in place would otherwise be judged against its own damage."""
    x, w = rng.standard_normal((4, 3)), rng.standard_normal((2, 3))

    def divides(dy, saved):
        dy /= dy.shape[0]
        return ops.linear_backward(dy, saved)

    assert "backward writes into the gradient that it is given" in str(
        gradcheck(ops.linear, (x, w), divides)
    )

    def clips(x):
        x[x < 0] = 0
        return x.copy(), x

    result = gradcheck(clips, x, lambda dy, x: dy * (x > 0))
    assert not result
    assert "forward writes into its argument x" in str(result)


def test_a_gradient_in_another_dtype_is_found(rng):
    result = gradcheck(
        forward,
        (rng.standard_normal(3), rng.standard_normal(3)),
        lambda dy, s: ((dy * s[1]).astype(np.float32), dy * s[0]),
    )
    assert "the gradient is float32, its array float64" in str(result)


def test_not_a_number_in_the_output_is_no_success():
    result = gradcheck(
        lambda x: (np.where(x > 0, x, np.nan), x), np.array([1.0, -1.0]), lambda dy, x: 7 * dy
    )
    assert not result
    assert "not finite" in str(result)


def test_not_a_number_in_an_input_is_not_taken_for_a_change():
    result = gradcheck(
        lambda x: (np.nan_to_num(x), x), np.array([1.0, np.nan]), lambda dy, x: dy * (x == x)
    )
    assert [entry.name for entry in result.entries] == ["dx"]
    assert not result, "there is no slope to compare with"
    assert "wrong  dx" in str(result)


def test_a_layer_that_writes_into_the_gradient_it_is_given_is_found(rng):
    class Divides(layers.Linear):
        def backward(self, dy):
            dx = super().backward(dy)
            dy /= 2
            return dx

    result = gradcheck(Divides(3, 2), rng.standard_normal((4, 3)))
    assert [entry.name for entry in result.entries if entry.problem] == ["dy"]


def test_gradients_that_are_all_zero_are_right():
    assert gradcheck(ops.relu, -1 - np.arange(4.0))
    assert gradcheck(layers.Dropout(1.0), np.ones((2, 3)))
    assert gradcheck(ops.softmax_cross_entropy, (np.array([[1e4, -1e4, 0.0]]), np.array([0])))


def test_an_empty_array_is_no_success():
    assert "no elements" in str(gradcheck(layers.Linear(4, 5), np.zeros((0, 4))))


def test_one_large_input_does_not_hide_a_wrong_gradient_of_the_others():
    result = gradcheck(
        lambda x: (x * x, x),
        np.array([1e9, 1.0, 2.0]),
        lambda dy, x: dy * np.where(x > 10, 2 * x, 3 * x),
    )
    assert not result


@pytest.mark.parametrize("seed", [0, 5])
def test_a_fresh_dropout_mask_in_backward_is_found(rng, seed):
    backend.seed(seed)
    assert not gradcheck(
        lambda x: ops.dropout(x, 0.3),
        rng.standard_normal((5, 5)),
        lambda dy, saved: ops.dropout(dy, 0.3)[0],
    )


def test_a_random_forward_pass_is_refused(rng):
    fresh = np.random.default_rng(1)
    with pytest.raises(
        ValueError, match=r"different results each time: draw its random numbers from backend\.rng"
    ):
        gradcheck(lambda x: (x * fresh.random(x.shape), x), np.ones(3), lambda dy, x: dy)


def test_overwriting_the_gradient_instead_of_adding_is_found(rng):
    class Overwrites(layers.Linear):
        def backward(self, dy):
            self.zero_grad()
            return super().backward(dy)

    assert "must add to Parameter.grad" in str(
        gradcheck(Overwrites(3, 2), rng.standard_normal((4, 3)))
    )


def test_natural_subjects(rng):
    """Partial functions, plain numbers as loss or input, losses with only forward and backward."""
    x = rng.standard_normal((2, 3, 5, 5))
    assert gradcheck(partial(ops.avg_pool2d, kernel_size=2), x, ops.avg_pool2d_backward)
    assert gradcheck(lambda x: (float((x * x).sum()), x), x[0, 0], lambda dy, x: dy * 2 * x)
    assert gradcheck(lambda x: ((x * x).sum(), x), np.float64(3.0), lambda x: 2 * x)

    class Squares:
        def forward(self, x):
            self.x = x.copy()
            return (x * x).sum()

        def backward(self):
            return 2 * self.x

    assert gradcheck(Squares(), x[0, 0])


def test_one_wrong_element_among_many_is_found(rng):
    def backward(dy, saved):
        dx, dw = dy * saved[1], dy * saved[0]
        dw[3, 4] *= 1 + 1e-5
        return dx, dw

    result = gradcheck(
        forward, (rng.standard_normal((5, 6)), rng.standard_normal((5, 6))), backward
    )
    assert not result
    assert result.worst.name == "dw"
    assert result.worst.index == (3, 4)


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


def test_sampling_nothing_is_refused():
    with pytest.raises(ValueError, match="samples must be at least 1, got 0"):
        gradcheck(ops.relu, np.ones(3), samples=0)


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


def test_every_loss_of_the_package_has_an_example_and_the_right_gradient():
    examples = loss_examples()
    kinds = {value for value in vars(losses).values() if hasattr(value, "backward")}
    assert {type(loss) for loss, _ in examples} == kinds
    for loss, inputs in examples:
        result = gradcheck(loss, inputs)
        assert result, str(result)


def test_of_a_loss_the_outputs_are_checked_and_not_the_targets(rng):
    class Doubled(losses.MSELoss):
        def backward(self):
            return 2 * super().backward()

    result = gradcheck(Doubled(), (rng.standard_normal((2, 3)), rng.standard_normal((2, 3))))
    assert not result
    assert [entry.name for entry in result.entries] == ["doutputs"]
    assert "ratio 2" in str(result)


def test_a_single_element_can_be_sampled(rng):
    assert gradcheck(ops.relu, rng.standard_normal(9) + 3, samples=1)


def test_sampled_elements_are_different_ones(rng):
    x, changed = rng.standard_normal(12), set()

    def triple(y):
        changed.update(np.flatnonzero(np.abs(y - x) > 1e-12).tolist())
        return 3 * y, None

    assert gradcheck(triple, x, backward=lambda dy, _: 3 * dy, samples=11)
    assert len(changed) == 11
