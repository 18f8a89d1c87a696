"""Plain and residual nets differ by their shortcuts alone."""

import numpy as np
import pytest

from minivgg import layers, models
from minivgg.analysis.gradcheck import gradcheck
from minivgg.models.pretrained.file_net import net_in_file


@pytest.mark.parametrize(("depth", "parameters"), [(20, 269_722), (56, 853_018)])
def test_parameters_to_the_last_digit_and_as_many_in_the_plain_net(depth, parameters):
    for residual in (True, False):
        net = models.cifar_net(depth, residual, initializer="zeros")
        assert models.summary(net, net.input_shape).parameters == parameters
        assert sum(p.data.ndim > 1 for p in net.parameters().values()) == depth


def test_a_shortcut_changes_the_map_only_where_the_body_does():
    def kinds(widths):
        blocks = models.cifar_net(14, widths=widths, initializer="zeros")["features"]
        return [b.shortcut is not None for b in blocks if isinstance(b, layers.Residual)]

    assert kinds((2, 3, 4)) == [False, False, True, False, True, False]
    assert kinds((2, 2, 2)) == [False, False, True, False, True, False]  # halved


@pytest.mark.parametrize("residual", [True, False])
def test_the_initializer_reaches_every_layer(residual):
    net = models.cifar_net(8, residual, initializer="ones")
    weights = [p.data for p in net.parameters().values() if p.data.ndim > 1]
    assert len(weights) == 8
    assert all((array == 1).all() for array in weights)


def test_maps_are_halved_twice():
    net = models.cifar_net(14)
    assert net["features"].output_shape((3, 32, 32)) == (64, 8, 8)
    assert sum(isinstance(layer, layers.Residual) for layer in net["features"]) == 6
    assert not any(
        isinstance(layer, layers.Residual)
        for layer in models.cifar_net(14, residual=False)["features"]
    )


def test_shortcut_is_all_that_differs(rng):
    """With bodies that give 0 a residual net passes its first map on; a plain one loses it."""
    x = rng.standard_normal((2, 3, 8, 8)).astype(np.float32)
    answers = {}
    for residual in (True, False):
        net = models.cifar_net(8, residual, input_shape=(3, 8, 8))
        for name, array in net.arrays().items():
            if name.endswith("4.weight") and array.ndim == 1:  # the last batch norm of each body
                array[...] = 0
        answers[residual] = net.eval()["features"](x)
    assert np.abs(answers[True]).max() > 0
    assert np.abs(answers[False]).max() == 0


@pytest.mark.slow
def test_gradients(rng):
    net = models.cifar_net(8, input_shape=(3, 6, 7), widths=(2, 3, 4), classes=3)
    assert gradcheck(net, rng.standard_normal((3, 3, 6, 7)))


@pytest.mark.parametrize("depth", [2, 7, 9, 13, 21, 0, -4])
def test_other_depths_are_refused(depth):
    with pytest.raises(ValueError, match=r"the depth is 6n \+ 2: 8, 14, 20"):
        models.cifar_net(depth)


def test_saved_weights_are_loaded_again(tmp_path):
    """Convolutions before batch norm have no biases, in the net and in the file."""
    net = models.cifar_net(8)
    models.save_weights(net, tmp_path / "w.safetensors")
    again = models.load_weights(
        models.cifar_net(8), tmp_path / "w.safetensors", mean=(0.5,), std=(0.5,)
    )
    theirs = net.arrays()
    assert all((a == theirs[name]).all() for name, a in again.arrays().items())


def test_a_file_of_a_residual_net_is_not_taken_for_one_of_a_vgg_net(tmp_path):
    path = tmp_path / "w.safetensors"
    models.save_weights(models.cifar_net(8), path)
    with pytest.raises(ValueError, match=r"it has features\.3\..*, which belongs to no layer of a"):
        net_in_file(path)


def test_the_net_of_the_paper_unless_other_sizes_are_given():
    net = models.cifar_net(8, initializer="zeros")
    assert net.input_shape == (3, 32, 32)
    assert net["features"].output_shape((3, 32, 32)) == (64, 8, 8)
    assert net["classifier"][0].out_features == 10
    assert sum(isinstance(layer, layers.Residual) for layer in net["features"]) == 3
    other = models.cifar_net(8, False, 4, (1, 12, 20), (2, 3, 5), initializer="zeros")
    assert other.input_shape == (1, 12, 20)
    assert other["features"].output_shape((1, 12, 20)) == (5, 3, 5)
    assert other["features"][0].in_channels == 1
    assert other.output_shape((1, 12, 20)) == (4,)
    strides = [c.stride[0] for c in other.descendants() if isinstance(c, layers.Conv2d)]
    assert strides == [1, 1, 1, 2, 1, 2, 1]
