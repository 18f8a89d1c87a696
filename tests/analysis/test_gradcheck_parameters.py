"""The gradient check draws a layer's parameters: a mistake may not show at the initial ones."""

import numpy as np
import pytest

from minivgg import backend, layers
from minivgg.analysis.gradcheck import examples, gradcheck, loss_examples
from minivgg.analysis.gradcheck_subject import draw_parameters

X = np.random.default_rng(0).standard_normal((4, 3))


class _Scale(layers.Layer):
    """y = factor·x"""

    def __init__(self, factor=1.0):
        self.factor = layers.Parameter(np.full(1, factor, np.float32))

    def forward(self, x):
        return self.save_for_backward(x * self.factor.array, x)

    def backward(self, dy):
        self.factor.add_grad((dy * self.saved_for_backward()).sum().reshape(1))
        return dy * self.factor.array


class _FactorForgotten(_Scale):
    """Right where the factor is 1."""

    def backward(self, dy):
        super().backward(dy)
        return 1 * dy


class _GateForgotten(_Scale):
    """y = x + gate·x²; right where the gate is 0."""

    def __init__(self):
        super().__init__(0.0)

    def forward(self, x):
        return self.save_for_backward(x + self.factor.array * x * x, x)

    def backward(self, dy):
        x = self.saved_for_backward()
        self.factor.add_grad((dy * x * x).sum().reshape(1))
        return 1 * dy


class _GammaForgotten(layers.BatchNorm2d):
    """Right where γ is 1."""

    def backward(self, dy):
        return super().backward(dy) / self.weight.array.reshape(1, -1, 1, 1)


class _Twice(layers.Layer):
    """One object in two places: it keeps what it saved for the second one only."""

    def __init__(self):
        scale = _Scale()
        self.steps = [scale, layers.ReLU(), scale]

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return x

    def backward(self, dy):
        for step in reversed(self.steps):
            dy = step.backward(dy)
        return dy


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("layer", "x"),
    [
        (_FactorForgotten(), X),
        (_GateForgotten(), X),
        (_GammaForgotten(3), X.reshape(2, 3, 1, 2)),
        (_Twice(), X),
    ],
)
def test_a_mistake_that_hides_at_the_initial_parameters_is_found(layer, x, seed):
    assert not gradcheck(layer, x, seed=seed)
    assert gradcheck(layer, x, seed=seed, keep_parameters=True)


def test_the_layers_own_parameters_are_not_drawn():
    layer = _Scale()
    assert gradcheck(layer, X)
    assert layer.factor.data.tolist() == [1.0]


def test_keeping_the_parameters_finds_what_is_wrong_with_them():
    assert not gradcheck(_FactorForgotten(1.7), X, keep_parameters=True)


def test_drawn_parameters_differ_but_keep_their_size_sign_layout_and_dtype(device):
    layer = layers.Conv2d(4, 3, 3).to(device)
    layer.scale = layers.Parameter(backend.to_device(np.float32([-8, 1, 1e-3, 0]), device))
    before, strides = layer.state_dict(), layer.weight.array.strides
    draw_parameters(layer, 0)
    for name, array in layer.state_dict().items():
        old, new = backend.to_numpy(before[name]), backend.to_numpy(array)
        assert new.dtype == np.float32
        assert (new != old).all()
        assert (abs(new - old) <= 0.5 * np.where(old == 0, 1, abs(old))).all()
    assert layer.weight.array.strides == strides


def test_buffers_are_not_drawn():
    layer = layers.BatchNorm2d(3)
    draw_parameters(layer, 0)
    assert layer.running_mean.tolist() == [0, 0, 0]
    assert layer.running_var.tolist() == [1, 1, 1]


def test_a_seed_draws_the_same_parameters_each_time_and_another_seed_others():
    first, again, other = (
        {type(layer).__name__: layer.state_dict() for layer, _ in examples(seed)}
        for seed in (3, 3, 4)
    )
    for kind, state in first.items():
        for name, array in state.items():
            assert (array == again[kind][name]).all()
    for kind, name in (("BatchNorm2d", "weight"), ("BatchNorm2d", "bias"), ("Linear", "weight")):
        assert not (first[kind][name] == other[kind][name]).any()


def test_the_examples_of_layers_show_what_a_square_input_or_a_default_would_hide():
    """Maps with H ≠ W, several images, and windows that overlap and do not divide the maps."""
    assert [repr(layer) for layer, _ in examples()] == [
        "Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2)",
        "MaxPool2d(3, stride=2, padding=1, ceil_mode=True)",
        "AvgPool2d((3, 2), stride=2, padding=1, ceil_mode=True)",
        "GlobalAvgPool2d()",
        "GlobalMaxPool2d()",
        "SubsamplePad(4, 6, stride=2)",
        "ReLU()",
        "Dropout(0.3)",
        "LocalResponseNorm(5, alpha=0.1, beta=0.75, k=2)",
        "BatchNorm2d(4)",
        "Flatten()",
        "Linear(5, 3)",
        "Sequential(\n  (0): Conv2d(4, 3, 3, padding=1)\n  (1): ReLU()\n  (2): MaxPool2d(2)\n)",
        "Concat(\n  (0): Conv2d(4, 3, 3, padding=1)\n  (1): MaxPool2d(3, stride=1, padding=1)\n)",
        "Residual(Conv2d(4, 3, 3, stride=2, padding=1), Conv2d(4, 3, 1, stride=2))",
    ]
    assert {x.shape for _, x in examples()} == {(2, 4, 7, 6), (3, 5)}


def test_the_examples_of_losses_have_each_option_once():
    assert [(repr(loss), outputs.shape) for loss, (outputs, _) in loss_examples()] == [
        ("SoftmaxCrossEntropy()", (4, 3)),
        (
            "SoftmaxCrossEntropy(class_weights=[0.5, 2.0, 1.5], label_smoothing=0.2, "
            "ignore_index=1)",
            (4, 3),
        ),
        ("MSELoss()", (4, 3)),
    ]
    assert loss_examples()[1][1][1].tolist() == [0, 2, 1, 2], "one label is ignored"
    assert loss_examples()[2][1][1].shape == (4, 3)


def test_no_parameter_of_the_examples_is_0_or_1():
    for layer, _ in examples():
        for p in layer.parameters().values():
            assert not np.isin(p.array, (0, 1)).any(), layer


def test_a_forward_pass_that_changes_its_input_each_time_is_said_to_do_so():
    class Grows(layers.Layer):
        def forward(self, x):
            x *= 2
            return self.save_for_backward(x.copy(), True)

        def backward(self, dy):
            return 2 * dy

    result = gradcheck(Grows(), X)
    assert not result
    assert "forward writes into its argument x" in str(result)


def test_a_forward_pass_that_changes_its_parameters_is_refused():
    class Drifts(_Scale):
        def forward(self, x):
            self.factor.data *= 2
            return super().forward(x)

    with pytest.raises(ValueError, match="and do not write into its parameters"):
        gradcheck(Drifts(), X)
