"""Layers that a user writes: their parameters and inner layers are found wherever they are kept."""

import collections
import copy

import numpy as np
import pytest

from minivgg import layers
from minivgg.analysis.gradcheck import gradcheck


class _Stack(layers.Layer):
    """Layers one after the other, kept in a list, a tuple or a dict."""

    def __init__(self, kept):
        self.steps = kept

    def _in_order(self):
        return list(self.steps.values() if isinstance(self.steps, dict) else self.steps)

    def forward(self, x):
        for step in self._in_order():
            x = step(x)
        return x

    def backward(self, dy):
        for step in reversed(self._in_order()):
            dy = step.backward(dy)
        return dy


class _Weighted(layers.Layer):
    """Σ wᵢ xⁱ with the weights wᵢ in a list."""

    def __init__(self, degree):
        self.weights = [layers.Parameter(np.ones(1, np.float32)) for _ in range(degree)]

    def forward(self, x):
        y = sum(w.array * x ** (i + 1) for i, w in enumerate(self.weights))
        return self.save_for_backward(y, x)

    def backward(self, dy):
        x = self.saved_for_backward()
        for i, w in enumerate(self.weights):
            w.add_grad((dy * x ** (i + 1)).sum().reshape(1))
        return dy * sum((i + 1) * w.array * x**i for i, w in enumerate(self.weights))


def two_layers():
    return layers.Linear(4, 4), layers.Linear(4, 2)


@pytest.mark.parametrize(
    ("kept", "names"),
    [
        (list(two_layers()), ["0", "1"]),
        (two_layers(), ["0", "1"]),
        (dict(zip(("hidden", "head"), two_layers(), strict=True)), ["hidden", "head"]),
    ],
)
def test_layers_in_a_list_tuple_or_dict_are_found(rng, kept, names):
    net = _Stack(kept)
    assert list(net.parameters()) == [
        f"steps.{name}.{kind}" for name in names for kind in ("weight", "bias")
    ]
    assert gradcheck(net, rng.standard_normal((3, 4)))
    assert not any(layer.training for layer in net.eval().descendants())
    other = _Stack(copy.deepcopy(kept))
    other.load_state_dict(net.state_dict())


def test_a_list_that_grows_after_it_was_assigned_is_found():
    net = _Stack([])
    net.steps.append(layers.Linear(4, 2))
    assert list(net.parameters()) == ["steps.0.weight", "steps.0.bias"]


def test_a_list_of_layers_that_are_attributes_as_well_names_them_once():
    net = _Stack([])
    net.hidden, net.head = two_layers()
    net.steps = [net.hidden, net.head]
    assert list(net.parameters()) == ["hidden.weight", "hidden.bias", "head.weight", "head.bias"]


def test_parameters_in_a_list_are_found_and_converted(rng):
    layer = _Weighted(3)
    assert list(layer.parameters()) == ["weights.0", "weights.1", "weights.2"]
    assert gradcheck(layer, rng.standard_normal((2, 3)))
    layer.to(dtype=np.float64)
    assert {a.dtype.name for a in layer.arrays().values()} == {"float64"}


def test_a_parameter_that_forward_saves_is_not_another_parameter():
    class Scale(layers.Layer):
        def __init__(self):
            self.factor = layers.Parameter(np.ones(1, np.float32))

        def forward(self, x):
            return self.save_for_backward(x * self.factor.array, (x, self.factor))

    layer = Scale()
    layer(np.ones(2, np.float32))
    assert list(layer.parameters()) == ["factor"]


def test_a_layer_needs_no_init():
    class Double(layers.Layer):
        def forward(self, x):
            return self.save_for_backward(2 * x, True)

        def backward(self, dy):
            self.saved_for_backward()
            return 2 * dy

    layer = Double()
    assert gradcheck(layer, np.ones(3))
    with pytest.raises(RuntimeError, match="needs a forward pass in training mode"):
        layer.eval().backward(layer(np.ones(3)))


class _Grid(layers.Layer):
    """Stages, each a list of layers one after the other."""

    def __init__(self):
        self.stages = [[layers.Linear(4, 4), layers.ReLU()], [{"head": layers.Linear(4, 2)}]]

    def _in_order(self):
        (linear, relu), [last] = self.stages
        return [linear, relu, last["head"]]

    forward, backward = _Stack.forward, _Stack.backward


def test_layers_in_lists_inside_lists_are_found(rng):
    net = _Grid()
    names = ["stages.0.0.weight", "stages.0.0.bias"]
    names += ["stages.1.0.head.weight", "stages.1.0.head.bias"]
    assert list(net.parameters()) == names
    assert gradcheck(net, rng.standard_normal((3, 4)))
    assert not any(layer.training for layer in net.eval().descendants())


@pytest.mark.parametrize("kind", [set, frozenset, collections.deque])
def test_layers_and_parameters_where_they_have_no_names_are_refused(kind):
    net = _Stack(kind(two_layers()))
    with pytest.raises(TypeError, match=f"in steps would not be learned .* a {kind.__name__} giv"):
        net.parameters()
    net = _Stack(kind([layers.Parameter(np.ones(1)), 3]))
    with pytest.raises(TypeError, match="use a list or a dict"):
        net.train()
    assert _Stack(kind([3, "a"])).parameters() == {}


def test_a_layer_beside_those_of_a_sequential_is_refused():
    class Branched(layers.Sequential):
        def __init__(self):
            super().__init__(layers.Linear(4, 2))
            self.more = [layers.Linear(4, 2)]

    with pytest.raises(TypeError, match=r"Branched: the layer more\.0 would not be learned"):
        Branched().parameters()


def test_gradcheck_says_why_a_hidden_layer_stays_in_float32(rng):
    class Hidden(layers.Layer):
        def __init__(self):
            inner = layers.Linear(4, 2)
            self.inner = lambda: inner

        def forward(self, x):
            return self.inner()(x)

        def backward(self, dy):
            return self.inner().backward(dy)

    with pytest.raises(
        TypeError, match=r"something in Hidden.* is float32: a layer or a Parameter"
    ):
        gradcheck(Hidden(), rng.standard_normal((3, 4)))
