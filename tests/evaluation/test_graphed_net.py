"""A graphed net returns what the net returns in eval mode, whatever happens to its weights."""

import numpy as np
import pytest

from minivgg import backend, models
from minivgg.evaluation import graphed_net
from minivgg.evaluation.graphed_net import GraphedNet
from minivgg.layers import eval_mode


@pytest.fixture
def net(device):
    backend.seed(0)
    return models.vgg(
        [8, "M", 16], classes=5, input_shape=(3, 8, 8), hidden=(12,), batch_norm=True
    ).to(device)


def assert_equal(net, predict, rng, calls=4):
    for _ in range(calls):
        x = backend.to_device(rng.standard_normal((1, 3, 8, 8)).astype(np.float32))
        with eval_mode(net):
            expected = net(x)
        np.testing.assert_array_equal(backend.to_numpy(predict(x)), backend.to_numpy(expected))


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_outputs_are_those_of_eval_mode(net, rng, mode):
    getattr(net, mode)()
    assert_equal(net, GraphedNet(net), rng)
    assert net.training == (mode == "train")


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_weights_may_change(net, rng, mode):
    """In eval mode transformed filters are kept, which belong to the weights that they are of."""
    getattr(net, mode)()
    predict = GraphedNet(net)
    assert_equal(net, predict, rng)
    net.load_state_dict({name: 2 * a for name, a in net.state_dict().items()})
    assert_equal(net, predict, rng)
    net.to(dtype=np.float64).to(dtype=np.float32)  # other arrays
    net.train()
    for p in net.parameters().values():
        p.data[...] *= 0.5
    net.eval()
    assert_equal(net, predict, rng)


def test_launches_depend_on_weights_their_filters_and_the_statistics(monkeypatch):
    """Once one of these is another object than before, a net is recorded anew."""
    net = models.vgg([2, "M"], 3, (1, 4, 4), (), batch_norm=True)
    asked = []
    monkeypatch.setattr(graphed_net, "Graphed", lambda function, memory: asked.append(memory))
    GraphedNet(net)
    parameters = list(net.parameters().values())
    for p in parameters:
        p.cache = object()
    expected = [part for p in parameters for part in (p.array, p.cache)]
    expected += [getattr(layer, name) for layer in net.descendants() for name in layer.buffers]
    assert len(expected) > 2 * len(parameters)
    found = list(asked[0]())
    assert len(found) == len(expected)
    assert all(a is b for a, b in zip(found, expected, strict=True))
