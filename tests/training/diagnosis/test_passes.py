"""A recorded pass: what the net computes, layer by layer, and again after a change."""

import numpy as np
import pytest

from minivgg import backend, layers
from minivgg.training.diagnosis.passes import RecordedPass, innermost

from . import cases


def test_a_recorded_pass_computes_what_the_net_computes():
    arguments = cases.HEALTHY["residual net"]()
    net, (x, labels) = arguments["net"], next(iter(arguments["loader"]))
    recorded = RecordedPass(net, x)
    np.testing.assert_array_equal(recorded.output, net(x))
    loss = layers.losses.SoftmaxCrossEntropy()
    loss.forward(recorded.output, labels)
    RecordedPass(net, x).backward(loss.backward())
    found = {name: p.grad.copy() for name, p in net.parameters().items()}
    net.zero_grad()
    net(x)
    net.backward(loss.backward())
    for name, p in net.parameters().items():
        np.testing.assert_allclose(found[name], p.grad, atol=1e-6, rtol=1e-4)


def test_a_recorded_pass_goes_through_branches_side_by_side(rng):
    net = layers.Sequential(
        layers.Concat(
            layers.Conv2d(3, 2, 1), layers.Sequential(layers.ReLU(), layers.MaxPool2d(1))
        ),
        layers.Conv2d(5, 2, 1),
    )
    x = rng.standard_normal((2, 3, 4, 4), np.float32)
    recorded = RecordedPass(net, x)
    assert [layer.name for layer in recorded.layers] == ["0.0", "0.1.0", "0.1.1", "1"]
    np.testing.assert_array_equal(recorded.output, net(x))
    recorded.backward(np.ones_like(recorded.output))
    found = net[0][0].weight.grad.copy()
    net.zero_grad()
    net.backward(np.ones_like(recorded.output))
    np.testing.assert_array_equal(found, net[0][0].weight.grad)


def test_names_of_layers_in_containers(rng):
    net = layers.Sequential(
        layers.Linear(2, 2), layers.Residual(layers.Sequential(layers.Linear(2, 2), layers.ReLU()))
    )
    names = [name for name, _ in innermost(net)]
    assert names[0] == "0"
    assert all(name.startswith("1.") and ".." not in name for name in names[1:])
    x = rng.standard_normal((3, 2)).astype(np.float32)
    recorded = RecordedPass(net, x)
    assert [layer.name for layer in recorded.layers] == names
    assert recorded.output == pytest.approx(net(x))
    assert [name for name, _ in innermost(layers.ReLU())] == [""]


class _Noise(layers.Layer):
    """Adds random numbers; counts its calls."""

    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        return x + backend.rng().standard_normal(x.shape, np.float32)

    def backward(self, dy):
        return dy


def branches():
    backend.seed(0)
    return layers.Sequential(
        _Noise(),
        layers.Conv2d(3, 4, 1),
        layers.BatchNorm2d(4),
        layers.Concat(layers.Conv2d(4, 2, 1), layers.Sequential(_Noise(), layers.Conv2d(4, 2, 1))),
        layers.Residual(layers.Sequential(layers.Conv2d(4, 4, 1), _Noise()), layers.ReLU()),
        layers.Conv2d(4, 2, 1),
    )


@pytest.mark.parametrize("name", ["1.weight", "2.weight", "3.0.bias", "3.1.1.weight", "5.bias"])
def test_the_output_after_a_change_is_that_of_a_new_pass(rng, name):
    """Also with layers that draw: each draws the same, whatever else is computed."""
    net, x = branches(), rng.standard_normal((2, 3, 4, 4), np.float32)
    recorded = RecordedPass(net, x, seed=5)
    before = recorded.output.copy()
    parameter = net.parameters()[name]
    start = parameter.data.copy()
    parameter.data += 0.1
    found = recorded.output_with([parameter])
    assert (found != before).any()
    np.testing.assert_array_equal(found, RecordedPass(net, x, seed=5).output)
    parameter.data[...] = start
    np.testing.assert_array_equal(recorded.output_with([parameter]), before)


def test_layers_that_a_change_does_not_reach_are_not_computed_again(rng):
    net, x = branches(), rng.standard_normal((2, 3, 4, 4), np.float32)
    noise = [layer for layer in net.descendants() if isinstance(layer, _Noise)]
    recorded = RecordedPass(net, x)
    assert recorded.output_with([]) is recorded.output
    for name, calls in (
        ("5.weight", [1, 1, 1]), ("4.body.0.weight", [1, 1, 2]), ("3.0.weight", [1, 1, 3]),
        ("1.weight", [1, 2, 4]),
    ):  # fmt: skip
        recorded.output_with([net.parameters()[name]])
        assert [layer.calls for layer in noise] == calls
