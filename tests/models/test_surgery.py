"""Truncated nets end at a named layer, frozen layers stay, a new head is for other classes."""

import numpy as np
import pytest

from minivgg import layers, losses, models, optim
from minivgg.layers.containers import innermost_layers

SMALL = ([4, 4, "M", 6, "M"], 5, (3, 8, 8), (7, 6))


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("conv1_2", (4, 8, 8)),
        ("pool1", (4, 4, 4)),
        ("features.5", (6, 4, 4)),
        ("fc3", (7,)),
        ("fc5", (5,)),
    ],
)
def test_up_to_a_layer_and_its_relu(name, shape, rng):
    net = models.vgg(*SMALL).eval()
    part, x = models.truncate(net, name), rng.standard_normal((2, 3, 8, 8)).astype(np.float32)
    y = part(x)
    assert not part.training
    assert y.shape[1:] == shape
    assert name == "fc5" or y.min() >= 0
    if name == "fc5":
        assert (y == net(x)).all()
    if name == "conv1_2":
        assert (y == layers.Sequential(list(net["features"])[:4]).eval()(x)).all()


def test_an_unknown_layer_gets_the_nearest():
    with pytest.raises(
        ValueError, match=r"the net has no layer 'conv1-2': did you mean 'conv1_2'\?"
    ):
        models.truncate(models.vgg(*SMALL), "conv1-2")


def step(net, rng):
    """One step of training; returns which arrays have changed."""
    loss, sgd, before = (
        losses.SoftmaxCrossEntropy(),
        optim.SGD(net.parameters(), 0.1),
        net.state_dict(),
    )
    net.train()
    loss.forward(net(rng.standard_normal((4, 3, 8, 8)).astype(np.float32)), np.array([0, 1, 2, 1]))
    net.backward_parameters(loss.backward())
    sgd.step()
    return [name for name, array in net.arrays().items() if (array != before[name]).any()]


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize(
    ("until", "first"),
    [
        (None, "classifier.6"),
        ("fc3", "classifier.3"),
        ("pool2", "classifier.0"),
        ("conv1_2", "features."),
    ],
)
def test_frozen_layers_do_not_change_and_the_others_do(until, first, batch_norm, rng):
    net = models.freeze(models.vgg(*SMALL, batch_norm=batch_norm), until)
    frozen = {name for name, p in net.parameters().items() if p.frozen}
    changed = step(net, rng)
    assert not frozen & set(changed)
    assert {name for name, p in net.parameters().items() if not p.frozen} <= set(changed)
    assert changed[0].startswith(first)
    if until == "pool2":
        assert not any(
            "running" in name for name in changed
        )  # statistics of frozen batch norms stay, too


def test_up_to_its_last_layer_a_net_is_frozen_whole():
    net = models.freeze(models.vgg(*SMALL), "fc5")
    assert all(p.frozen for p in net.parameters().values())


def test_what_is_frozen_at_the_beginning_keeps_nothing_for_backward(rng):
    net = models.freeze(models.vgg(*SMALL), "pool2")
    net.train()
    net(rng.standard_normal((2, 3, 8, 8)).astype(np.float32))
    assert all(layer.saved is None for layer in net["features"])
    assert net["classifier"]["0"].saved is not None
    net["features"].freeze(False)
    assert len(step(net, rng)) == len(net.arrays())


def test_gradients_of_what_can_learn_are_the_same_as_without_freezing(rng):
    """Freezing leaves work out; what is left is computed as before."""
    x, dy = rng.standard_normal((2, 3, 8, 8)), rng.standard_normal((2, 5))
    net = models.vgg(*SMALL, dropout=0).to(dtype=np.float64)
    net.train()(x)
    net.backward_parameters(dy)
    whole = {name: p.grad.copy() for name, p in net.parameters().items()}
    net.zero_grad()
    models.freeze(net, "conv1_2").train()(x)
    net.backward_parameters(dy)
    for name, p in net.parameters().items():
        assert (p.grad == (0 if p.frozen else whole[name])).all()


def test_a_frozen_layer_in_the_middle_passes_gradients_on(rng):
    net = models.vgg(*SMALL)
    net["classifier"]["0"].freeze()
    changed = step(net, rng)
    assert "features.0.weight" in changed
    assert "classifier.0.weight" not in changed


@pytest.mark.slow
def test_a_new_head(rng):
    net = models.replace_head(models.vgg(*SMALL), 9)
    assert net(rng.standard_normal((2, 3, 8, 8)).astype(np.float32)).shape == (2, 9)
    bare = models.replace_head(models.vgg11(include_top=False, pooling="avg"), 2)
    assert bare.output_shape((3, 64, 64)) == (2,)
    with pytest.raises(ValueError, match="the net ends in a map"):
        models.replace_head(models.vgg11(include_top=False), 2)


def test_a_new_head_has_the_initializer():
    net = models.replace_head(models.vgg(*SMALL), 9, "ones")
    assert (net["classifier"]["6"].weight.data == 1).all()
    assert net["classifier"]["6"].weight.data.shape == (9, 6)
    features = models.vgg(*SMALL)["features"]
    for mode in (True, False):
        parts = {"features": features, "pool": layers.GlobalAvgPool2d()}
        pooled = models.Net(parts, SMALL[2]).to(dtype=np.float64).train(mode)
        models.replace_head(pooled, 2, "ones")
        (head,) = pooled["classifier"]
        assert head.weight.data.tolist() == [[1] * 6] * 2
        assert (head.weight.data.dtype, head.training) == (np.float64, mode)


def test_a_net_that_ends_in_a_map_has_no_head():
    with pytest.raises(ValueError, match="the net ends in a map: make it with pooling='avg'"):
        models.replace_head(models.Net({"features": models.vgg(*SMALL)["features"]}, SMALL[2]), 2)


def test_a_new_head_has_the_nets_dtype_and_mode():
    net = models.replace_head(models.vgg(*SMALL).to(dtype=np.float64).eval(), 9)
    assert net(np.zeros((1, 3, 8, 8))).dtype == np.float64
    assert not net["classifier"]["6"].training


def test_freezing_a_net_in_training_counts_at_once(rng):
    """Without another net.train(): statistics of frozen batch norms stay, wherever they are."""
    x = rng.standard_normal((4, 3, 8, 8)).astype(np.float32)
    net = models.freeze(models.vgg(*SMALL, batch_norm=True), "pool1")
    middle = models.vgg(*SMALL, batch_norm=True)
    middle["features"]["4"].freeze()
    for part, paths in ((net, ("1", "4")), (middle, ("4",))):
        before = {path: part["features"][path].running_mean.copy() for path in paths}
        part(x)
        assert all(
            (part["features"][path].running_mean == mean).all() for path, mean in before.items()
        )
    assert (middle["features"]["1"].running_mean != 0).any()
    models.freeze(net, "conv1_1")
    net.backward_parameters(net(x))


def test_layers_behind_dropout_that_are_frozen_compute_no_gradient(rng):
    net = models.freeze(models.vgg(*SMALL))
    net.backward_parameters(net(rng.standard_normal((2, 3, 8, 8)).astype(np.float32)))
    assert net["classifier"]["3"].weight._grad is None
    assert all(layer.saved is None for layer in net["classifier"])


def test_a_net_without_head_is_frozen_whole():
    net = models.freeze(models.vgg11(include_top=False))
    assert all(p.frozen for p in net.parameters().values())


def odd_net():
    """One convolution after the other, each followed by something else."""
    own = [
        layers.Conv2d(1, 2, 1), layers.BatchNorm2d(2), layers.ReLU(), layers.LocalResponseNorm(),
        layers.Conv2d(2, 2, 1), layers.LocalResponseNorm(), layers.ReLU(), layers.MaxPool2d(2),
        layers.BatchNorm2d(2), layers.Conv2d(2, 3, 1), layers.MaxPool2d(2), layers.ReLU(),
        layers.Conv2d(3, 3, 1),
    ]  # fmt: skip
    parts = {"features": layers.Sequential(*own), "flatten": layers.Flatten()}
    parts["classifier"] = layers.Sequential(layers.ReLU(), layers.Linear(12, 2))
    return models.Net(parts, (1, 8, 8))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("conv1_1", "features.2"), ("conv1_2", "features.6"), ("pool1", "features.7"),
        ("features.7", "features.7"), ("features.8", "features.8"), ("conv2_1", "features.9"),
        ("features.2", "features.2"), ("features.1", "features.2"), ("conv3_1", "features.12"),
        ("flatten", "flatten"), ("fc3", "classifier.1"),
    ],
)  # fmt: skip
def test_a_layer_puts_out_what_its_norms_and_its_relu_make_of_it(name, path):
    """A ReLU, a max-pool and a Flatten are followed by nothing of theirs."""
    net = odd_net()
    assert models.output_path(net, name) == path
    assert [*models.truncate(net, name).layers][-1] == path
    models.freeze(net, name)
    paths = [p for p, _ in innermost_layers(net)]
    frozen = {p for p, layer in innermost_layers(net) for q in layer.parameters().values()
              if q.frozen}  # fmt: skip
    learned = {p for p, layer in innermost_layers(net) if layer.parameters()} - frozen
    assert all(paths.index(p) <= paths.index(path) for p in frozen)
    assert all(paths.index(p) > paths.index(path) for p in learned)


def test_freezing_keeps_the_mode_and_returns_the_net():
    for training in (True, False):
        net = models.vgg(*SMALL, batch_norm=True).train(training)
        assert models.freeze(net, "pool1") is net
        assert net.training == training
        assert models.truncate(net, "pool1").training == training
    models.freeze(net, "conv1_1")
    assert not net["features"]["3"].weight.frozen  # later layers are learned again
    with pytest.raises(ValueError, match="the net has no layer 'conv9': "):
        models.freeze(net, "conv9")
