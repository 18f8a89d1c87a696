"""Which layers are computed together is decided when a Sequential is built."""

import numpy as np
import pytest

from minivgg import layers
from minivgg.layers.fusion import plan_steps


class NamedConv(layers.Conv2d):
    """A subclass that computes what a convolution computes."""

    def __init__(self, *sizes, note=""):
        super().__init__(*sizes)
        self.note = note


class ScaledConv(layers.Conv2d):
    """A subclass that does something of its own after the convolution."""

    def forward(self, x):
        """Minus the convolution."""
        return -super().forward(x)

    def backward(self, dy):
        """Its gradient."""
        return super().backward(-dy)


def fused(*net):
    """For each layer the names of what is computed together with its neighbours."""
    steps = plan_steps({str(i): layer for i, layer in enumerate(net)})
    return [{name for name in step._fields[2:] if getattr(step, name)} for step in steps]


@pytest.mark.parametrize("conv", [layers.Conv2d, NamedConv])
def test_a_convolution_applies_the_relu_after_it_and_the_slope_of_the_one_before(conv):
    found = fused(conv(3, 4, 3), layers.ReLU(), conv(4, 4, 3), layers.ReLU(), layers.MaxPool2d(2))
    relu = {"applied_by_previous", "slope_applied_by_next"}
    both = {"applies_next_relu", "applies_previous_slope"}
    pool = {"applies_previous_slope"}
    assert found == [
        {"applies_next_relu"},
        relu,
        *({*names, "pooled"} for names in (both, relu, pool)),
    ]


def test_other_neighbours_are_computed_alone():
    assert (
        fused(layers.Conv2d(3, 4, 3), layers.BatchNorm2d(4), layers.ReLU(), layers.Flatten())
        == [set()] * 4
    )
    assert fused(layers.Conv2d(3, 4, 3), layers.MaxPool2d(2), layers.Conv2d(4, 4, 3)) == [set()] * 3


def test_a_subclass_with_its_own_forward_is_computed_alone(rng):
    assert fused(layers.ReLU(), ScaledConv(3, 4, 3), layers.ReLU()) == [set()] * 3
    scaled = ScaledConv(3, 4, 3)
    net, x = layers.Sequential(scaled, layers.ReLU()), rng.standard_normal((1, 3, 5, 5), "f")
    assert (net(x) == np.maximum(-layers.Conv2d.forward(scaled, x), 0)).all()


@pytest.mark.parametrize("pool", [(3, 2), (2, 1), (2, 2, 1), (2, 2, 0, True), ((1, 2),)])
def test_no_other_pooling_is_computed_by_the_convolution(pool):
    found = fused(layers.Conv2d(3, 4, 3), layers.ReLU(), layers.MaxPool2d(*pool))
    assert not any("pooled" in names for names in found)


@pytest.mark.parametrize("side", [12, 15])
def test_in_eval_mode_a_convolution_pools_and_the_numbers_are_the_same(rng, side):
    conv, relu, pool = layers.Conv2d(3, 16, 3, padding=1), layers.ReLU(), layers.MaxPool2d(2)
    net, x = layers.Sequential(conv, relu, pool), rng.standard_normal((2, 3, side, side), "f")
    y = net(x)
    assert pool.saved is not None
    net.clear_saved()
    net.eval()
    assert np.array_equal(net(x), y)
    pool.train()
    assert np.array_equal(net(x), y)
    assert pool.saved is not None  # one of the three learns, so each computes its own part


def test_a_map_that_is_too_small_to_pool_is_refused_in_both_modes(rng):
    net = layers.Sequential(layers.Conv2d(1, 1, 3), layers.ReLU(), layers.MaxPool2d(2))
    for mode in (net.train, net.eval):
        mode()
        with pytest.raises(ValueError, match="max_pool2d: the kernel 2×2 is larger"):
            net(rng.random((1, 1, 3, 5), "f"))


def test_a_replaced_layer_is_planned_anew(rng):
    net, x = layers.Sequential(layers.Conv2d(3, 4, 3), layers.ReLU()), rng.random((1, 3, 5, 5), "f")
    net.replace("1", layers.Flatten())
    assert net(x).shape == (1, 36)
    net.replace("last", layers.Linear(36, 2))
    assert net(x).shape == (1, 2)
    assert list(net.layers) == ["0", "1", "last"]
    with pytest.raises(TypeError):
        net.layers["1"] = layers.ReLU()
    with pytest.raises(ValueError, match="appears twice"):
        net.replace("0", net["last"])
