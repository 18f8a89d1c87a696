"""Layers made of layers: names, order, errors that say where, shortcuts, branches."""

import numpy as np
import pytest
from support.compare import error

from minivgg import layers, models


def small_net():
    return layers.Sequential(
        {
            "features": layers.Sequential(
                layers.Conv2d(3, 4, 3, padding=1), layers.ReLU(), layers.MaxPool2d(2)
            ),
            "flatten": layers.Flatten(),
            "head": layers.Linear(16, 2),
        }
    )


def test_parameters_are_named_by_their_place_and_ordered():
    names = ["features.0.weight", "features.0.bias", "head.weight", "head.bias"]
    net = small_net()
    assert list(net.parameters()) == list(net.state_dict()) == names


def test_an_error_names_the_layer_it_happened_in():
    with pytest.raises(
        ValueError,
        match=r"features\.0 Conv2d\(3, 4, 3, padding=1\): conv2d: the input has 5 channels",
    ):
        small_net()(np.zeros((1, 5, 4, 4), np.float32))
    with pytest.raises(ValueError, match=r"head Linear\(16, 2\): linear: the input has 4 features"):
        small_net()(np.zeros((1, 3, 2, 2), np.float32))


def test_layers_by_index_and_name():
    net = small_net()
    assert isinstance(net["features"][-1], layers.MaxPool2d)
    assert net["features"]["0"] is net[0][0]
    assert len(net) == len(list(net)) == 3


@pytest.mark.parametrize("algorithm", ["im2col", "winograd", "direct"])
def test_fused_layers_do_what_they_do_alone(rng, algorithm):
    """ReLU with convolution and pooling, forward and backward, for every algorithm."""
    convolutions = [
        layers.Conv2d(*channels, 3, padding=1, algorithm=algorithm)
        for channels in ((3, 5), (5, 6), (6, 4))
    ]
    net = layers.Sequential(
        layers.ReLU(),
        convolutions[0],
        layers.ReLU(),
        convolutions[1],
        layers.ReLU(),
        layers.MaxPool2d(2),
        convolutions[2],
    )
    net.to(dtype="float64")
    x, dy = rng.standard_normal((2, 3, 6, 6)), rng.standard_normal((2, 4, 3, 3))
    y, dx = net(x), net.backward(dy)
    gradients = [p.grad for p in net.parameters().values()]
    net.zero_grad()
    one_by_one = x
    for layer in net:
        one_by_one = layer(one_by_one)
    for layer in reversed(list(net)):
        dy = layer.backward(dy)
    assert error(y, one_by_one) < 1e-14
    assert error(dx, dy) < 1e-14
    for found, p in zip(gradients, net.parameters().values(), strict=True):
        assert error(found, p.grad) < 1e-14


def test_train_and_eval_reach_every_layer():
    net = models.vgg([4, "M"], 2, (1, 4, 4), (3,))
    assert not net.eval()["classifier"][2].training
    assert net.train()["classifier"][2].training


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.pop("head.bias"), "lacks head.bias"),
        (lambda s: s.update(extra=np.zeros(1)), "has unknown extra"),
        (
            lambda s: s.update({"head.weight": np.zeros((2, 9))}),
            r"head.weight has shape \(2, 9\) here, expected \(2, 16\)",
        ),
    ],
)
def test_weights_of_another_net_are_refused_before_anything_changes(change, words):
    net, state = small_net(), small_net().state_dict()
    before = net.state_dict()
    change(state)
    with pytest.raises(ValueError, match=f"another network.*{words}"):
        net.load_state_dict(state)
    assert all((a == before[name]).all() for name, a in net.state_dict().items())


def test_loading_can_be_partial():
    net = small_net()
    net.load_state_dict({"head.bias": np.array([3.0, 4.0])}, strict=False)
    assert net.parameters()["head.bias"].data.tolist() == [3, 4]
    assert net.parameters()["head.bias"].data.dtype == np.float32


@pytest.mark.parametrize(
    "make",
    [
        lambda relu: layers.Sequential(layers.Linear(4, 4), relu, layers.Linear(4, 4), relu),
        lambda relu: layers.Sequential(relu, layers.Sequential(relu)),
        lambda relu: layers.Residual(relu, relu),
        lambda relu: layers.Concat(layers.Sequential(relu), relu),
    ],
)
def test_one_object_cannot_stand_in_two_places(make):
    """It remembers one forward pass: the gradient would silently be wrong."""
    with pytest.raises(ValueError, match=r"the same ReLU\(\) appears twice"):
        make(layers.ReLU())


def test_residual_adds_its_input(rng):
    block = layers.Residual(layers.Conv2d(3, 3, 3, padding=1, initializer="zeros"))
    x = rng.standard_normal((2, 3, 4, 4)).astype(np.float32)
    assert (block(x) == x).all()
    dy = rng.standard_normal(x.shape).astype(np.float32)
    assert (block.backward(dy) == dy).all()


def test_residual_refuses_ways_that_do_not_meet():
    with pytest.raises(
        ValueError, match=r"body ends in shape \(1, 4, 4, 4\), the shortcut in \(1, 3, 4, 4\)"
    ):
        layers.Residual(layers.Conv2d(3, 4, 3, padding=1))(np.zeros((1, 3, 4, 4), np.float32))


def test_the_gradient_goes_through_leading_layers_without_weights(rng):
    """Also in training mode, where leading layers that cannot learn would rest."""
    x = rng.standard_normal((2, 5), np.float32)
    net = layers.Sequential(layers.ReLU(), layers.Linear(5, 4)).train()
    y = net(x)
    dx = net.backward(np.ones_like(y))
    assert np.allclose(dx, (x > 0) * net[1].weight.data.sum(axis=0), atol=1e-6)


def two_branches():
    """A convolution and a pool of the same input, side by side, in float64."""
    branches = {"left": layers.Conv2d(3, 4, 1), "right": layers.MaxPool2d(3, 1, padding=1)}
    return layers.Concat(branches).to(dtype="float64")


def test_concat_puts_the_channels_of_its_branches_side_by_side(rng):
    block, x = two_branches(), rng.standard_normal((2, 3, 5, 6))
    y = block(x)
    assert (y[:, :4] == block["left"](x)).all()
    assert (y[:, 4:] == block["right"](x)).all()
    assert block.output_shape((3, 5, 6)) == y.shape[1:] == (7, 5, 6)
    assert block.macs((3, 5, 6)) == 3 * 4 * 30
    assert list(block.parameters()) == ["left.weight", "left.bias"]


def test_concat_adds_up_the_gradients_of_its_branches(rng):
    block, x, dy = (
        two_branches(),
        rng.standard_normal((2, 3, 5, 6)),
        rng.standard_normal((2, 7, 5, 6)),
    )
    block(x)
    dx = block.backward(dy)
    assert error(dx, block["left"].backward(dy[:, :4]) + block["right"].backward(dy[:, 4:])) < 1e-15


def test_concat_joins_features_as_well_as_maps(rng):
    x = rng.standard_normal((2, 3))
    block = layers.Concat(layers.Linear(3, 2), layers.Sequential()).to(dtype="float64")
    assert (block(x)[:, 2:] == x).all()
    assert block.output_shape((3,)) == (5,)


def test_concat_in_eval_mode_saves_nothing_and_gives_the_same(rng):
    block, x = two_branches(), rng.standard_normal((2, 3, 5, 6))
    y = block(x)
    assert (block.eval()(x) == y).all()
    assert block.saved is None
    with pytest.raises(RuntimeError, match=r"Concat.backward\(\) needs a forward pass in training"):
        block.backward(y)


def test_a_net_that_is_frozen_up_to_a_concat_learns_from_there(rng):
    """The gradients are those of a net in which nothing is frozen, and nothing stays saved."""
    x = rng.standard_normal((2, 3, 6, 6), np.float32)
    net = layers.Sequential(
        layers.Conv2d(3, 3, 3, padding=1),
        layers.ReLU(),
        layers.Concat(layers.Conv2d(3, 2, 1), layers.Sequential(layers.Conv2d(3, 2, 1))),
        layers.Conv2d(4, 2, 1),
    )
    dy = net(x)
    net.backward_parameters(dy)
    gradients = {name: p.grad.copy() for name, p in net.parameters().items()}
    net.zero_grad()
    net[0].freeze()
    net.train()(x)
    net.backward_parameters(dy)
    assert not net[0].weight.grad.any()
    for name, p in list(net.parameters().items())[2:]:
        assert (p.grad == gradients[name]).all()
    assert all(layer.saved is None for layer in net.descendants())


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: layers.Concat(), "Concat: give it at least one branch"),
        (lambda: layers.Concat({"a": np.zeros(3)}), "Concat: 'a' is not a minivgg Layer"),
    ],
)
def test_concat_refuses_what_are_no_branches(make, words):
    with pytest.raises((ValueError, TypeError), match=words):
        make()


def test_concat_refuses_branches_that_do_not_fit_side_by_side():
    net = layers.Sequential({"block": layers.Concat(layers.MaxPool2d(2), layers.ReLU())})
    words = "Concat: the branches end in maps that cannot lie side by side: 0 in 3×2×2, 1 in 3×4×4"
    with pytest.raises(ValueError, match=f"block.{words}"):
        net(np.zeros((1, 3, 4, 4), np.float32))
    with pytest.raises(ValueError, match=words):
        net.output_shape((3, 4, 4))


def test_concat_refuses_a_branch_that_loses_images():
    class First(layers.Layer):
        def forward(self, x):
            return x[:1]

    with pytest.raises(ValueError, match=r"Concat: the branches return \[2, 1\] images each"):
        layers.Concat(layers.ReLU(), First())(np.zeros((2, 3), np.float32))


def test_an_error_in_a_branch_names_the_branch():
    net = layers.Sequential(
        {"block": layers.Concat({"left": layers.Sequential(layers.ReLU(), layers.Conv2d(3, 2, 1))})}
    )
    with pytest.raises(
        ValueError, match=r"block\.left\.1 Conv2d\(3, 2, 1\): conv2d: the input has 5"
    ):
        net(np.zeros((1, 5, 4, 4), np.float32))
    y = net(np.zeros((1, 3, 4, 4), np.float32))
    with pytest.raises(
        ValueError, match=r"block.Concat backward: dy must have shape \(1, 2, 4, 4\)"
    ):
        net.backward(y[:, :1])


def test_concat_refuses_gradients_that_cannot_be_added():
    class Wide(layers.Layer):
        """A branch whose gradient has a shape of its own."""

        def forward(self, x):
            return x

        def backward(self, dy):
            return dy[:, :, :-1]

    net = layers.Concat({"left": layers.ReLU(), "right": Wide()})
    net(np.ones((1, 2, 3), np.float32))
    words = r"^right .*: the gradient has shape \(1, 2, 2\), those of the branches before it have "
    with pytest.raises(ValueError, match=words + r"\(1, 2, 3\): they cannot be added$"):
        net.backward(np.ones((1, 4, 3), np.float32))
