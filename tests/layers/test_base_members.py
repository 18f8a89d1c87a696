"""What a layer does to those inside it: modes, freezing, devices and dtypes, its own children."""

import numpy as np
import pytest

from minivgg import layers
from minivgg.layers import Layer, Parameter


class Blocks(Layer):
    """Layers in a list, of which ``children`` gives others names."""

    def __init__(self):
        super().__init__()
        self.blocks = [layers.Linear(2, 3), layers.Linear(3, 2, bias=False)]
        self.scale = Parameter(np.ones(2, np.float32))

    def children(self):
        """The last one first."""
        return {"last": self.blocks[1], "first": self.blocks[0]}

    def forward(self, x):
        """Not needed here."""
        raise NotImplementedError


def test_the_names_of_a_layers_own_children_are_those_of_its_parameters():
    net = Blocks()
    names = ["scale", "last.weight", "first.weight", "first.bias"]
    assert list(net.parameters()) == list(net.arrays()) == names
    assert list(net.descendants()) == [net, net.blocks[1], net.blocks[0]]
    outer = layers.Sequential(net)
    assert list(outer.parameters()) == [f"0.{name}" for name in names]


def test_freezing_is_undone_and_returns_the_layer():
    net = layers.Sequential(layers.Linear(2, 3), layers.Linear(3, 2))
    assert net.freeze() is net
    assert all(p.frozen for p in net.parameters().values())
    assert net.freeze(False) is net
    assert not any(p.frozen for p in net.parameters().values())
    net.freeze(frozen=True)
    assert net.is_fixed()


def test_training_changes_something_where_one_of_several_is_learned_or_random():
    linear = layers.Linear(2, 3)
    linear.weight.frozen = True
    assert not linear.is_fixed()  # the bias is learned
    linear.bias.frozen = True
    assert linear.is_fixed()
    assert not layers.Sequential(linear, layers.ReLU(), layers.Dropout(0.5)).is_fixed()
    assert layers.Sequential(linear, layers.ReLU()).is_fixed()


def test_modes_return_the_layer_and_training_is_the_default():
    net = layers.Sequential(layers.Linear(2, 3), layers.Dropout(0.5))
    assert net.eval() is net
    assert [layer.training for layer in net.descendants()] == [False] * 3
    assert net.train() is net
    assert [layer.training for layer in net.descendants()] == [True] * 3
    assert not net.train(False).training
    assert net.parameters()["0.weight"].read_only
    assert net.train(training=True).training
    assert not net.parameters()["0.weight"].read_only


@pytest.mark.parametrize("dtype", [np.float64, "float32"])
def test_floats_take_another_dtype_and_counters_keep_theirs(dtype):
    norm = layers.BatchNorm2d(3)
    assert norm.to(dtype=dtype) is norm
    kinds = {name: array.dtype.name for name, array in norm.arrays().items()}
    counters = {name for name, kind in kinds.items() if kind == "int64"}
    assert len(counters) == 1
    assert {kinds[name] for name in kinds.keys() - counters} == {np.dtype(dtype).name}


@pytest.mark.parametrize("dtype", [np.float16, "int64", bool])
def test_other_dtypes_are_refused(dtype):
    words = f"^a layer computes in float32 or float64, not {np.dtype(dtype).name}$"
    with pytest.raises(TypeError, match=words):
        layers.Linear(2, 2).to(dtype=dtype)


def test_a_dtype_that_is_there_already_copies_nothing():
    linear = layers.Linear(2, 2)
    array = linear.weight.data
    linear.to(dtype=np.float32)
    assert linear.weight.data is array
