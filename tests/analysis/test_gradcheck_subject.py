"""What is called in a gradient check, with which arguments, and what is said where that fails."""

from functools import partial

import numpy as np
import pytest

from minivgg import layers, ops
from minivgg.analysis.gradcheck import gradcheck
from minivgg.analysis.gradcheck_subject import Subject, is_float_array

X = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])


def subject(target, *inputs, backward=None, **options):
    return Subject(target, list(inputs or [X.copy()]), backward, options, 0, True)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (ops.relu, "relu"), (layers.Linear(3, 2), "Linear(3, 2)"),
        (layers.Sequential(layers.ReLU(), layers.ReLU()), "Sequential"),
    ],
)  # fmt: skip
def test_the_name_is_that_of_the_function_or_the_first_line_of_the_layer(target, name):
    assert subject(target).name == name


def test_gradients_that_a_layer_had_before_do_not_count():
    layer = layers.Linear(3, 2)
    layer.weight.grad = np.full((2, 3), 7, np.float32)
    assert gradcheck(layer, X)
    assert (layer.weight.grad == 7).all()


class Failing(layers.Layer):
    """Raises an error in its forward pass."""

    def __init__(self, message):
        super().__init__()
        self.message = message

    def forward(self, x):
        """Nothing."""
        raise TypeError(self.message)

    def backward(self, dy):
        """The same."""
        return dy


def test_only_errors_about_float32_are_explained():
    with pytest.raises(TypeError, match=r"^another reason$"):
        gradcheck(Failing("another reason"), X)
    with pytest.raises(TypeError) as explained:
        gradcheck(Failing("x is float32"), X)
    assert str(explained.value) == (
        "gradcheck computes in float64, but something in Failing() is float32: a layer or a "
        "Parameter that is neither an attribute nor in a list, tuple or dict that is one, so that "
        "it is not found, or an array that forward makes (x is float32)"
    )

    def function(x):
        raise TypeError("x is float32")

    with pytest.raises(TypeError, match=r"^x is float32$"):
        gradcheck(function, X, lambda dy, saved: dy)


class Returns(layers.Layer):
    """Returns what it is given as results."""

    def __init__(self, y, dx=None):
        super().__init__()
        self.y, self.dx = y, dx

    def forward(self, x):
        """The first result."""
        return self.y

    def backward(self, dy):
        """The second one."""
        return self.dx


@pytest.mark.parametrize(
    ("target", "backward", "message"),
    [
        (Returns(None), None, r"^gradcheck: forward of Returns\(\) returned None$"),
        (Returns(X, None), None, r"^gradcheck: backward of Returns\(\) returned None$"),
        (lambda x: (None, x), lambda dy, x: dy, "^gradcheck: forward of <lambda> returned None$"),
        (lambda x: (x, x, x), lambda dy, x: dy, r"^gradcheck: <lambda> must return \(y, saved\)$"),
        (lambda x: [x, x], lambda dy, x: dy, r"^gradcheck: <lambda> must return \(y, saved\)$"),
        (lambda x: (x, x), None, r"^gradcheck needs a layer, a loss, or a forward function with ba"
         r"ckward=\.\.\.; <lambda> has no backward$"),
        (lambda x: (x, x), lambda dy, x: (dy, dy),
         "^gradcheck: backward of <lambda> returned 2 gradients for 1 floating-point inputs$"),
    ],
)  # fmt: skip
def test_what_forward_and_backward_must_return(target, backward, message):
    with pytest.raises(TypeError, match=message):
        gradcheck(target, X, backward)


def test_backward_gets_what_it_asks_for():
    """The gradient and what was saved, or that alone; arguments with defaults are left out."""
    doubled = lambda x: ((2 * x).sum(), "saved")  # noqa: E731
    got = []

    def alone(saved):
        got.append((saved,))
        return np.full(X.shape, 2.0)

    def both(dy, saved, more="a default"):
        got.append((float(dy), saved, more))
        return np.full(X.shape, 2.0 * dy)

    for backward, expected in ((alone, ("saved",)), (both, (0.5, "saved", "a default"))):
        got.clear()
        examined = subject(doubled, backward=backward)
        assert examined.forward() == pytest.approx(2 * X.sum())
        ((name, array, gradient),), complaints = examined.gradients(np.array(0.5))
        assert (name, complaints, got) == ("dx", [], [expected])
        assert array is examined.inputs[0]
        assert gradient.shape == X.shape


def test_options_are_passed_on_and_inputs_have_the_names_of_the_arguments():
    def scaled(x, labels, w, factor=1.0):
        return factor * x * w, (x, w, factor)

    def back(dy, saved):
        x, w, factor = saved
        return dy * factor * w, None, dy * factor * x

    result = gradcheck(scaled, (X, np.array([0, 1]), X + 1), back, factor=3.0)
    assert result, str(result)
    assert [entry.name for entry in result.entries] == ["dx", "dw"]
    result = gradcheck(lambda *given: (given[0] * 2, None), X, lambda dy, saved: 2 * dy)
    assert [entry.name for entry in result.entries] == ["dinput 0"]


def test_the_backward_of_a_function_is_the_one_of_its_name_in_its_module():
    assert subject(ops.relu).back is ops.relu_backward
    other = lambda dy, saved: dy  # noqa: E731
    assert subject(ops.relu, backward=other).back is other
    assert subject(partial(ops.avg_pool2d, kernel_size=2), backward=other).back is other


def test_what_is_written_into_is_named_with_its_direction():
    def second(x, w):
        w[0] += 1
        return x * 1, None

    found = subject(second, X.copy(), X.copy(), backward=lambda dy, saved: (dy, 0 * dy))
    found.forward()
    (entry,) = found.modified_inputs("forward")
    assert (entry.name, entry.problem) == ("w", "forward writes into its argument w")
    assert found.modified_inputs("backward")[0].problem == "backward writes into its argument w"


def test_arrays_of_floats_alone_have_slopes():
    assert is_float_array(np.zeros(2, np.float16))
    for other in (np.zeros(2, int), np.zeros(2, complex), np.zeros(2, bool), 1.0, "f", None):
        assert not is_float_array(other)
    assert is_float_array(np.float64(1))
