"""Parameters whose derived filters are forgotten in time, and steps that let go of what they kept."""

from itertools import pairwise

import numpy as np
import pytest

from minivgg import backend, layers, losses, models
from minivgg.backend.cpu import conv_winograd


@pytest.fixture
def transforms(monkeypatch):
    """A list that grows with every transformation of filters (without holding them)."""
    calls, original = [], conv_winograd.transform_filters

    def counted(*args, **options):
        calls.append("once more")
        return original(*args, **options)

    monkeypatch.setattr(conv_winograd, "transform_filters", counted)
    return calls


@pytest.fixture
def conv():
    return layers.Conv2d(16, 16, 3, padding=1, algorithm="winograd").eval()


@pytest.fixture
def x(rng):
    return rng.standard_normal((1, 16, 12, 12), np.float32)


def test_in_inference_filters_are_transformed_once(conv, x, transforms):
    first = conv(x)
    for _ in range(3):
        assert (conv(x) == first).all()
    assert len(transforms) == 1


def test_in_training_nothing_is_kept(conv, x, transforms):
    conv.train()
    conv(x)
    conv(x)
    assert len(transforms) == 2
    assert not conv.weight.unchanged()[1]


def change_in_place(conv):
    conv.weight.data *= 2


def change_one_number(conv):
    conv.weight.data[3, 2, 1, 0] += 1e-3


def change_by_a_new_array(conv):
    conv.weight.data = conv.weight.data * 2


def change_by_loading(conv):
    conv.load_state_dict({name: 2 * array for name, array in conv.state_dict().items()})


@pytest.mark.parametrize(
    "change", [change_in_place, change_one_number, change_by_a_new_array, change_by_loading]
)
def test_changed_weights_count(conv, x, change):
    before = conv(x)
    conv(x)
    change(conv)
    after = conv(x)
    assert not (after == before).all()
    fresh = layers.Conv2d(16, 16, 3, padding=1, algorithm="winograd").eval()
    fresh.load_state_dict(conv.state_dict())
    assert (fresh(x) == after).all()


HOLDERS = {
    "the array": lambda w: w,
    "a view": lambda w: w[0],
    "a view of a view": lambda w: w.T[1:][..., 2],
    "a memoryview": memoryview,
}


@pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS)
def test_who_holds_the_weights_may_change_them_at_any_time(conv, x, holder):
    """Between two calls, long after ``data`` was asked for, and also just before the view is dropped."""
    held = holder(conv.weight.data)
    view = np.asarray(held)
    outputs = [conv(x)]
    for _ in range(2):
        view[...] *= 2
        outputs.append(conv(x))
    view[...] *= 2
    del held, view
    outputs.append(conv(x))
    assert all(not (a == b).all() for a, b in pairwise(outputs))


def test_weights_in_somebody_elses_memory_are_never_trusted(conv, x, transforms):
    shared = np.frombuffer(bytearray(16 * 16 * 9 * 4), np.float32).reshape(16, 16, 3, 3)
    conv.weight.data = shared
    conv(x)
    conv(x)
    assert len(transforms) == 2


def test_a_net_alone_takes_relu_along_and_gives_the_same(rng):
    """Sequential's fused way against the layers one by one, outputs and gradients."""
    net = models.vgg([8, "M", 16], 5, (3, 8, 8), (7,), dropout=0.0)
    x, dy = rng.standard_normal((4, 3, 8, 8), np.float32), rng.standard_normal((4, 5), np.float32)
    fused, dx = net(x), net.backward(dy)
    gradients = {name: p.grad.copy() for name, p in net.parameters().items()}
    net.zero_grad()
    steps = [*net["features"], net["flatten"], *net["classifier"]]
    y = x
    for layer in steps:
        y = layer.forward(y)
    for layer in reversed(steps):
        dy = layer.backward(dy)
    assert (y == fused).all()
    assert (dy == dx).all()
    assert all((gradients[name] == p.grad).all() for name, p in net.parameters().items())


def test_a_relu_of_ones_own_is_not_taken_along(rng):
    class Leaky(layers.ReLU):
        def forward(self, x):
            return self._remember(np.where(x > 0, x, x * np.float32(0.1)), x)

    net = layers.Sequential(layers.Conv2d(3, 4, 3), Leaky())
    assert (net(rng.standard_normal((1, 3, 8, 8), np.float32)) < 0).any()


def test_backward_parameters_gives_the_same_gradients_and_lets_go(rng):
    body = layers.Sequential(layers.Conv2d(4, 4, 3, padding=1), layers.BatchNorm2d(4))
    net = layers.Sequential(
        layers.Sequential(layers.Conv2d(3, 4, 3), layers.ReLU(), layers.Residual(body)),
        layers.MaxPool2d(2),
        layers.Flatten(),
        layers.Linear(36, 5),
    )
    x, y, loss = (
        rng.standard_normal((2, 3, 8, 8), np.float32),
        np.array([1, 3]),
        losses.SoftmaxCrossEntropy(),
    )
    loss.forward(net(x), y)
    net.backward(loss.backward())
    expected = {name: p.grad for name, p in net.parameters().items()}
    net.zero_grad()
    assert net.backward_parameters(loss.backward()) is None
    assert all((expected[name] == p.grad).all() for name, p in net.parameters().items())
    with pytest.raises(RuntimeError, match="needs a forward pass"):
        net.backward(loss.backward())
    with pytest.raises(RuntimeError, match="needs a forward pass"):
        body.backward(x)


@pytest.mark.parametrize(
    "layer", [layers.Conv2d(3, 4, 3), layers.Linear(5, 4), layers.ReLU(), layers.Sequential()]
)
def test_any_layer_may_come_first(rng, layer):
    x = rng.standard_normal(
        (2, 5) if isinstance(layer, layers.Linear) else (2, 3, 5, 5), np.float32
    )
    y = layer(x)
    assert layer.backward_parameters(np.ones_like(y)) is None


def test_filters_lie_channels_last_in_memory_and_files_do_not_care(tmp_path):
    with backend.fixed_seed(0):
        conv = layers.Conv2d(3, 4, 3)
    assert conv.weight.data.transpose(2, 3, 1, 0).flags.c_contiguous
    assert conv.state_dict()["weight"].flags.c_contiguous
    with backend.fixed_seed(0):
        drawn = backend.rng("cpu").standard_normal((4, 3, 3, 3), np.float32) * np.float32(
            (2 / 27) ** 0.5
        )
    assert (conv.weight.data == drawn).all()
