"""Nets start from the weights of others by the paper's names of layers."""

import numpy as np
import pytest

from minivgg import models
from minivgg.models.configurations import ALIASES, CONFIGURATIONS


def net(name, classes=4, hidden=(16, 16)):
    """A net of Table 1 with an eighth of the channels."""
    letter = ALIASES.get(name.removesuffix("_bn"), name)
    layers = [narrow(layer) for layer in CONFIGURATIONS[letter].layers]
    return models.vgg(layers, classes, (3, 32, 32), hidden, batch_norm=name.endswith("_bn"))


def narrow(layer):
    if isinstance(layer, tuple):
        channels, *rest = layer
        return (channels // 8, *rest)
    return layer // 8 if isinstance(layer, int) else layer


@pytest.mark.slow
@pytest.mark.parametrize("deeper", ["B", "C", "D", "E"])
def test_the_deeper_nets_start_from_four_convolutions_and_the_fully_connected_layers_of_a(deeper):
    """Positions do not match (3→8→16→32→32 against 3→8→8→16→16): block and index do."""
    a, mine = net("A"), net(deeper)
    before, source = mine.state_dict(), a.state_dict()
    copied = models.transfer_weights(mine, a)
    assert copied == ["conv1_1", "conv2_1", "conv3_1", "conv3_2", "fc6", "fc7", "fc8"]
    to, from_ = models.layer_names(mine), models.layer_names(a)
    for name, path in to.items():
        expected = source[f"{from_[name]}.weight"] if name in copied else before[f"{path}.weight"]
        assert (mine.state_dict()[f"{path}.weight"] == expected).all()


@pytest.mark.slow
def test_a_net_of_the_same_kind_starts_from_every_layer_that_fits():
    e, other = net("E"), net("E", classes=9)
    assert models.transfer_weights(e, other) == list(models.layer_names(e))[:-1]
    fits = {k: a for k, a in other.state_dict().items() if not k.startswith("classifier.6")}
    assert all((e.state_dict()[k] == a).all() for k, a in fits.items())


@pytest.mark.slow
def test_batch_norm_goes_with_its_convolution():
    a, d = net("vgg11_bn"), net("vgg16_bn")
    a["features"]["1"].running_mean[...] = 3
    copied = models.transfer_weights(d, a)
    assert [name for name in copied if name.startswith("bn")] == [
        "bn1_1",
        "bn2_1",
        "bn3_1",
        "bn3_2",
    ]
    assert (d["features"]["1"].running_mean == 3).all()


def small(layers, classes=4, hidden=(6,), **options):
    return models.vgg(layers, classes, (3, 8, 8), hidden, **options)


def test_of_another_net_four_convolutions_and_their_norms_are_taken():
    a = small([2, 2, "M", 3, 3, 3], batch_norm=True)
    b = small([2, 2, 2, "M", 3, 3, 3], batch_norm=True)
    norms = [layer for layer in a["features"] if hasattr(layer, "running_mean")]
    for layer in norms:
        layer.running_mean[...] = 3
    before = b.state_dict()
    names = [f"{kind}{n}" for n in ("1_1", "1_2", "2_1", "2_2") for kind in ("conv", "bn")]
    copied = models.transfer_weights(b, a)
    assert copied == [*names, "fc2", "fc3"]
    mine, theirs = models.layer_names(b), models.layer_names(a)
    for name, path in mine.items():
        for key, array in b.layers["features"].state_dict().items():
            if f"features.{key}".startswith(f"{path}."):
                expected = (
                    a.state_dict()[f"{theirs[name]}.{key.rpartition('.')[2]}"]
                    if name in copied
                    else before[f"features.{key}"]
                )
                assert (array == expected).all(), name


def test_a_layer_of_another_width_is_left_whole():
    """Although its counter of batches, one number, would fit."""
    a, b = (small([2, "M", width], hidden=(), batch_norm=True) for width in (3, 4))
    a["features"]["1"].num_batches_tracked[...] = a["features"]["5"].num_batches_tracked[...] = 7
    assert models.transfer_weights(b, a) == ["conv1_1", "bn1_1"]
    counters = [b["features"][place].num_batches_tracked for place in ("1", "5")]
    assert counters == [7, 0]


def test_of_a_net_of_the_same_kind_all_that_fits_is_taken():
    layers = [2, 2, "M", 3, 3, 3]
    mine, other = small(layers), small(layers, classes=9)
    assert models.transfer_weights(mine, other) == list(models.layer_names(mine))[:-1]
    assert models.transfer_weights(small(layers), other) == list(models.layer_names(other))[:-1]
    same = small(layers)
    assert models.transfer_weights(mine, same) == list(models.layer_names(mine))
    same["features"]["0"].weight.data[...] = np.nan
    assert np.isfinite(mine["features"]["0"].weight.data).all()


def test_nets_without_a_common_layer_are_refused():
    with pytest.raises(ValueError, match="no layer of either net fits the other"):
        models.transfer_weights(net("A"), models.vgg([5, "M"], 3, (1, 8, 8), hidden=()))


@pytest.mark.slow
def test_the_copy_is_a_copy():
    a, b = net("A"), net("A")
    models.transfer_weights(b, a)
    a["features"]["0"].weight.data[...] = np.nan
    assert np.isfinite(b["features"]["0"].weight.data).all()
