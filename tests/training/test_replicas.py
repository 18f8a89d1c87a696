"""Replicas begin with the weights of rank 0; running statistics are means over the ranks."""

import zlib
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import data, layers, models, optim
from minivgg.training import replicas


class Ranks:
    """The first rank, where there is another one."""

    rank, size = 0, 2

    def __init__(self, *states, factor=3):
        self.states, self.factor, self.own, self.sums = list(states), factor, {}, []

    def broadcast(self, value):
        """What the first rank has."""
        return self.states.pop(0)

    def require_same(self, values):
        """Keep them."""
        self.own |= values

    def sum(self, values):
        """What both ranks have together, if the other has ``factor − 1`` times as much."""
        self.sums.append(values.copy())
        return self.factor * values.astype(np.float64)


def parts(count=10):
    pixels = np.arange(count * 4, dtype=np.uint8).reshape(count, 1, 2, 2)
    images = data.ArrayDataset(pixels, np.zeros(count, int), ["a"])
    net = layers.Sequential(layers.Flatten(), layers.Linear(4, 3, bias=False))
    optimizer = optim.SGD(net.parameters(), 0.25, momentum=0.9)
    return pixels, net, optimizer, data.Loader(images, 2, share=(0, 2))


def test_weights_and_velocities_are_those_of_the_first_rank():
    pixels, net, optimizer, loader = parts()
    weights = {"1.weight": np.full((3, 4), 5, np.float32)}
    velocity = {"1.weight": np.full((3, 4), 7, np.float32)}
    world = Ranks(weights, velocity)
    replicas.synchronize(world, net, optimizer, loader, {"seed": 4})
    assert (net["1"].weight.data == 5).all()
    assert (optimizer.state_dict()["1.weight"] == 7).all()
    assert world.own == {
        "seed": 4, "net": {"1.weight": ["float32", 3, 4]}, "lr": 0.25,
        "pixels": zlib.crc32(pixels[:8].tobytes()),
    }  # fmt: skip


def test_a_single_process_keeps_what_it_has():
    _, net, optimizer, loader = parts()
    alone = SimpleNamespace(size=1)
    before = {name: array.copy() for name, array in net.state_dict().items()}
    replicas.synchronize(alone, net, optimizer, loader, {})
    replicas.average_buffers(alone, net)
    assert all((array == before[name]).all() for name, array in net.state_dict().items())


def test_running_statistics_are_averaged_and_nothing_else():
    net = models.vgg([2, "M"], 3, (1, 4, 4), (), batch_norm=True)
    before = {name: array.copy() for name, array in net.state_dict().items()}
    world = Ranks()
    replicas.average_buffers(world, net)
    floats = [n for n in before if n not in net.parameters() and before[n].dtype.kind == "f"]
    assert len(world.sums) == len(floats) >= 2
    for name, array in net.state_dict().items():
        factor = 1.5 if name in floats else 1
        assert array.dtype == before[name].dtype
        np.testing.assert_allclose(array, factor * before[name], err_msg=name)


def test_counts_are_those_of_each_rank_and_without_statistics_nothing_is_loaded():
    """The mean of two counts may be no integer."""
    state, loaded = {"w": np.ones(2), "count": np.array(3)}, []
    net = SimpleNamespace(
        state_dict=lambda: dict(state), parameters=lambda: {"w": None},
        load_state_dict=loaded.append,
    )  # fmt: skip
    replicas.average_buffers(Ranks(), net)
    assert loaded == []
    state["mean"] = np.float32([2, 4])
    replicas.average_buffers(Ranks(), net)
    assert {name: array.tolist() for name, array in loaded[0].items()} == {
        "w": [1, 1], "count": 3, "mean": [3, 6],
    }  # fmt: skip


@pytest.mark.parametrize("share", [(1, 2), (0, 3), (0, 1)])
def test_a_loader_of_another_share_is_named(share):
    _, net, optimizer, loader = parts()
    other = data.Loader(loader.dataset, 2, share=share)
    message = rf"^Trainer: rank 0 of 2 has a loader of the share \({share[0]}, {share[1]}\)$"
    with pytest.raises(ValueError, match=message):
        replicas.synchronize(Ranks(), net, optimizer, other, {})
