"""Training by CUDA graphs takes the same steps as training without them."""

import numpy as np
import pytest

from minivgg import backend, data, layers, models, optim
from minivgg.training import graphed_pass
from minivgg.training.graphed_pass import GraphedPass
from minivgg.training.trainer import Trainer


def trained(device, cuda_graph, callbacks=(), **options):
    """(history without times, weights) of a few epochs with dropout, batch norm and momentum."""
    backend.seed(0)
    net = models.vgg(
        [4, "M"], classes=10, input_shape=(1, 8, 8), hidden=(8,), dropout=0.3, batch_norm=True
    ).to(device)
    digits = data.Subset(data.load("digits"), np.arange(110))
    loader = data.Loader(
        digits, 32, shuffle=True, seed=1, transforms=[data.Normalize.from_dataset(digits)]
    )
    optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3)
    schedule = optim.StepLR(optimizer, 1, 0.5)
    trainer = Trainer(
        net, optimizer, schedule=schedule, progress=False, cuda_graph=cuda_graph,
        callbacks=callbacks, **options,
    )  # fmt: skip
    history = trainer.fit(loader, epochs=4)
    rows = [{k: v for k, v in row.items() if k != "images_per_second"} for row in history]
    return rows, {name: backend.to_numpy(a) for name, a in net.state_dict().items()}


class FreezeLater:
    """Freezes the first convolution after the second epoch."""

    def on_epoch(self, trainer, row):
        """Freeze it."""
        if row["epoch"] == 2:
            next(iter(trainer.net.parameters().values())).frozen = True


@pytest.mark.parametrize("options", [{}, {"max_gradient_norm": 0.5}, {"micro_batch": 10}])
def test_steps_are_the_same(device, options):
    """Also of the last batch, which is smaller, and with another learning rate in each epoch."""
    (rows, weights), (expected_rows, expected) = (
        trained(device, cuda_graph, **options) for cuda_graph in (True, False)
    )
    assert rows == expected_rows
    for name in expected:
        np.testing.assert_array_equal(weights[name], expected[name], err_msg=name)


def test_a_layer_that_a_callback_freezes_stays(device):
    (_, weights), (_, expected) = (
        trained(device, cuda_graph, [FreezeLater()]) for cuda_graph in (True, False)
    )
    for name in expected:
        np.testing.assert_array_equal(weights[name], expected[name], err_msg=name)


def summed(net):
    """A pass whose loss is the sum of the outputs, over images times their labels."""

    def compute(images, labels):
        y = net(images * labels)
        net.backward_parameters(np.ones_like(y))
        return y.sum(), 7.0, len(images)

    return compute


@pytest.fixture
def linear():
    """Two layers; the first is frozen, and all have gradients of something else."""
    net = layers.Sequential(layers.Linear(2, 2), layers.Linear(2, 1, bias=False))
    net["0"].freeze()
    net["0"].weight.data[...], net["1"].weight.data[...] = np.eye(2), [[3, 5]]
    for p in net.parameters().values():
        p.add_grad(np.full(p.data.shape, 9, np.float32))
    return net


def test_a_pass_leaves_its_own_gradients_alone_and_returns_the_sums(linear):
    compute = GraphedPass(linear, summed(linear))
    x = np.array([[1, 0], [0, 2]], np.float32)
    for labels, loss, gradient in ((1, 3 + 10, [[1, 2]]), (2, 6 + 20, [[2, 4]])):
        assert compute(x, np.float32(labels)) == (loss, 7.0, 2)
        assert linear["1"].weight.grad.tolist() == gradient
        assert not linear["0"].weight.has_grad


def test_gradients_are_those_that_the_recording_keeps(linear, monkeypatch):
    """A launch writes into memory of its own, wherever the gradients of a parameter were before."""
    kept = np.full((1, 2), 4, np.float32)

    class Recorded:
        def __init__(self, function, depends_on):
            self.function = function

        def __call__(self, *arrays):
            sums, gradients = self.function(*arrays)
            assert len(gradients) == 1
            return sums, (kept,)

    monkeypatch.setattr(graphed_pass, "Graphed", Recorded)
    GraphedPass(linear, summed(linear))(np.ones((1, 2), np.float32), np.float32(1))
    assert linear["1"].weight.grad is kept


def test_a_pass_is_recorded_anew_after_a_change_of_what_it_uses(monkeypatch):
    net = models.vgg([2, "M"], 3, (1, 4, 4), (), batch_norm=True)
    asked = []
    monkeypatch.setattr(graphed_pass, "Graphed", lambda function, memory: asked.append(memory))
    GraphedPass(net, summed(net))

    def used():
        return [id(part) for part in asked[0]()]

    before = used()
    assert before == used()
    norm = next(layer for layer in net.descendants() if isinstance(layer, layers.BatchNorm2d))
    for change in (
        lambda: setattr(net["features"]["0"].weight, "data", net["features"]["0"].weight.data * 2),
        lambda: norm.freeze(),
        lambda: norm.eval(),
        lambda: setattr(norm, norm.buffers[0], getattr(norm, norm.buffers[0]).copy()),
        lambda: setattr(norm, norm.buffers[-1], getattr(norm, norm.buffers[-1]).copy()),
    ):
        change()
        assert used() != before
        before = used()


@pytest.mark.parametrize(("p", "started"), [(0.5, ["cpu"]), (None, [])])
def test_random_numbers_are_started_before_a_pass_that_draws_some(monkeypatch, p, started):
    net = layers.Sequential(layers.Linear(2, 1), *([layers.Dropout(p)] if p else []))
    asked = []
    monkeypatch.setattr(backend, "rng", lambda device: asked.append(device))
    compute = GraphedPass(net, lambda x, labels: (0.0, 0.0, len(x)))
    compute(np.ones((3, 2), np.float32), None)
    assert asked == started
