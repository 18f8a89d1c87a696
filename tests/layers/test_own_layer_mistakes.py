"""Mistakes in layers that a user writes: each gets a sentence that says where it is."""

import re

import numpy as np
import pytest

from minivgg import layers
from minivgg.analysis.gradcheck import gradcheck


class _Identity(layers.Layer):
    """What the layers below are like but for one method."""

    def forward(self, x):
        return x

    def backward(self, dy):
        return dy


class _NoForward(layers.Layer):
    def backward(self, dy):
        return dy


class _NoBackward(layers.Layer):
    def forward(self, x):
        return x


class _ForwardReturnsNone(_Identity):
    def forward(self, x):
        x + 1


class _BackwardReturnsNone(_Identity):
    def backward(self, dy):
        dy + 1


class _Crops(_Identity):
    def backward(self, dy):
        return dy[:, :, :2]


class _Doubles(_Identity):
    def backward(self, dy):
        return dy.astype(np.float64)


MISTAKES = [
    (_NoForward, NotImplementedError, "_NoForward has no forward"),
    (_NoBackward, NotImplementedError, "_NoBackward has no backward"),
    (_ForwardReturnsNone, TypeError, "features.1 _ForwardReturnsNone(): forward returned None"),
    (_BackwardReturnsNone, TypeError, "features.1 _BackwardReturnsNone(): backward returned None"),
    (
        _Crops,
        ValueError,
        "features.0 Conv2d(1, 2, 3): conv2d_backward: dy must have shape (2, 2, 4, 4), "
        "got (2, 2, 2, 4); dy is what backward of the next layer, _Crops(), returned",
    ),
    (_Doubles, TypeError, "dy is what backward of the next layer, _Doubles(), returned"),
]


def net_with(layer):
    return layers.Sequential(
        {
            "features": layers.Sequential(layers.Conv2d(1, 2, 3), layer),
            "flatten": layers.Flatten(),
            "head": layers.Linear(32, 2),
        }
    )


@pytest.mark.parametrize("method", ["backward", "backward_parameters"])
@pytest.mark.parametrize(("kind", "error", "words"), MISTAKES)
def test_a_training_step_says_which_layer_is_wrong(kind, error, words, method):
    net = net_with(kind())
    with pytest.raises(error, match=re.escape(words)):
        getattr(net, method)(np.ones_like(net(np.ones((2, 1, 6, 6), np.float32))))


@pytest.mark.parametrize("outer", [layers.Sequential, layers.Residual])
def test_a_wrong_gradient_is_traced_into_and_out_of_containers(outer):
    """The convolution is the last layer of one container, the culprit the first of another."""
    net = layers.Sequential(outer(layers.Conv2d(1, 1, 1)), layers.Sequential(_Crops()))
    with pytest.raises(ValueError, match=r"the next layer, _Crops\(\), returned$"):
        net.backward(np.ones_like(net(np.ones((2, 1, 4, 4), np.float32))))


def test_an_error_that_is_not_about_the_gradient_blames_no_other_layer():
    class Fails(_Identity):
        def backward(self, dy):
            raise ValueError("no luck")

    net = layers.Sequential(Fails(), _Identity())
    with pytest.raises(ValueError, match=r"^0 Fails\(\): no luck$"):
        net.backward(net(np.ones((2, 3), np.float32)))


@pytest.mark.parametrize(
    ("branches", "error", "words"),
    [
        ((_ForwardReturnsNone(),), TypeError, "body _ForwardReturnsNone(): forward returned None"),
        (
            (_Identity(), _BackwardReturnsNone()),
            TypeError,
            "shortcut _BackwardReturnsNone(): backward",
        ),
        ((_Crops(),), ValueError, "gradient of the body has shape (2, 1, 2, 4), that of the short"),
    ],
)
def test_a_residual_names_the_branch(branches, error, words):
    block, x = layers.Residual(*branches), np.ones((2, 1, 4, 4), np.float32)
    with pytest.raises(error, match=re.escape(words)):
        block.backward(block(x))


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        (_NoBackward, NotImplementedError, "_NoBackward has no backward"),
        (
            _ForwardReturnsNone,
            TypeError,
            "gradcheck: forward of _ForwardReturnsNone() returned None",
        ),
        (_BackwardReturnsNone, TypeError, "backward of _BackwardReturnsNone() returned None"),
    ],
)
def test_the_gradient_check_says_what_is_missing(kind, error, words):
    with pytest.raises(error, match=re.escape(words)):
        gradcheck(kind(), np.ones((2, 2, 3, 3)))


class Foreign:
    """As a layer of another library."""


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: layers.Sequential(layers.ReLU(), Foreign()),
            rf"Sequential: '1' is not a minivgg Layer, but an object of class {__name__}.Foreign",
        ),
        (
            lambda: layers.Sequential(layers.ReLU),
            "not a minivgg Layer, but the class minivgg.layers.activation.ReLU: call it",
        ),
        (lambda: layers.Sequential([layers.ReLU()], [layers.ReLU()]), "'0' is .* of class list"),
        (lambda: layers.Sequential().replace("relu", None), "'relu' is .* of class NoneType"),
        (lambda: layers.Residual(Foreign()), "Residual: 'body' is not a minivgg Layer"),
        (lambda: layers.Residual(layers.ReLU(), Foreign()), "Residual: 'shortcut' is not"),
    ],
)
def test_what_is_no_layer_is_refused_when_the_net_is_built(make, words):
    with pytest.raises(TypeError, match=words):
        make()


@pytest.mark.parametrize(
    ("gradient", "error", "words"),
    [
        (np.float32(3), ValueError, r"the gradient has shape \(\), the parameter \(4,\)"),
        (np.ones((2, 4), np.float32), ValueError, r"shape \(2, 4\), the parameter \(4,\)"),
        (np.ones(4), TypeError, "the gradient is float64, the parameter float32"),
        (3.0, TypeError, "the gradient must be an array, got float"),
    ],
)
@pytest.mark.parametrize("earlier", [0, 1])
def test_a_gradient_that_does_not_fit_its_parameter_is_refused(gradient, error, words, earlier):
    """Neither the first one, which is kept, nor a later one, which is added."""
    p = layers.Parameter(np.ones(4, np.float32))
    for _ in range(earlier):
        p.add_grad(np.ones(4, np.float32))
    with pytest.raises(error, match=words):
        p.add_grad(gradient)
    assert (p.grad == earlier).all()


def test_a_net_says_which_layer_has_the_gradient_that_does_not_fit():
    class Scale(layers.Layer):
        def __init__(self):
            self.factor = layers.Parameter(np.ones(3, np.float32))

        def forward(self, x):
            return self.save_for_backward(x * self.factor.array, x)

        def backward(self, dy):
            self.factor.add_grad((dy * self.saved_for_backward()).sum())
            return dy * self.factor.array

    for method in ("backward", "backward_parameters"):
        net = layers.Sequential(Scale())
        y = net(np.ones((2, 3), np.float32))
        with pytest.raises(ValueError, match=r"^0 Scale\(\): add_grad: the gradient has shape"):
            getattr(net, method)(y)
