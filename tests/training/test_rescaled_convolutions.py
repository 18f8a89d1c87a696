"""Convolutions in the unit of pixels, rescaled for the start of a training."""

import numpy as np
import pytest

from minivgg import data, models, weights
from minivgg.layers import Conv2d, Dropout, ReLU, Sequential
from minivgg.training.initial_weights import input_unit_ratio, needs_rescaling
from minivgg.training.recipes import Recipe
from minivgg.training.rescaled_convolutions import (
    HEAD_INPUT_LENGTH,
    is_in_pixels,
    rescale_convolutions,
)
from minivgg.training.run import Run
from minivgg.training.run_setup import configure_run
from minivgg.training.training_plan import plan_training


@pytest.fixture
def images(rng):
    pixels = rng.integers(0, 256, (20, 3, 8, 8), np.uint8)
    return data.ArrayDataset(pixels, np.arange(20) % 2, ["a", "b"])


def maps(net, x):
    with_all = []
    for layer in net["features"].children().values():
        x = layer(x)
        with_all.append(x)
    return with_all


def test_maps_are_the_same_but_for_one_factor_and_have_size_one(rng):
    net = models.vgg([4, 6, "M", 5, "M"], 3, (3, 8, 8), (), initializer="kaiming_normal").eval()
    with net.writable():
        for p in net["features"].parameters().values():
            p.data[...] = rng.normal(1, 3, p.data.shape)  # also biases
    x = rng.normal(0, 60, (5, 3, 8, 8)).astype(np.float32)
    before = maps(net, x)
    rescale_convolutions(net["features"], x / 60, 60)
    after = maps(net.eval(), x / 60)
    for old, new in zip(before, after, strict=True):
        factor = np.abs(new).max() / np.abs(old).max()
        np.testing.assert_allclose(new, old * factor, atol=1e-4 * np.abs(new).max())
    assert np.sqrt((after[1] ** 2).mean()) == pytest.approx(1, rel=1e-4)
    assert np.sqrt((after[3] ** 2).mean()) == pytest.approx(1, rel=1e-4)
    length = np.sqrt((after[-1] ** 2).sum(axis=(1, 2, 3)).mean())
    assert length == pytest.approx(HEAD_INPUT_LENGTH, rel=1e-4)


def test_a_layer_without_output_is_left_alone():
    net = models.vgg([4, "M"], 3, (3, 8, 8), (), initializer="zeros")
    rescale_convolutions(net["features"], np.ones((2, 3, 8, 8), np.float32), 1.0)
    assert all((p.data == 0).all() for p in net["features"].parameters().values())


def test_a_training_from_the_authors_convolutions_is_in_units_of_the_images(tmp_path, images):
    recipe = Recipe([64, 64, "M", 128, 128, "M", 256, 256, 256, "M"], 2, (), batch_size=8)
    run = configure_run(
        tmp_path / "r", "photos", images, (3, 8, 8), recipe, init="vgg16-pool3", freeze="pool3"
    )
    expected = models.packaged_net("vgg16-pool3").preprocessing
    assert is_in_pixels(expected)
    assert run.config["mean"] == expected.mean
    assert run.config["std"] == pytest.approx([0.29] * 3, abs=0.01)  # of uniform numbers
    assert len(set(run.config["std"])) == 1
    assert not run.config["mean_only"]
    found = plan_training(run, images, progress=False)
    assert found.initialized_layers[-1] == "conv3_3"
    x = run.normalize(images.batch(np.arange(4)))
    theirs = models.packaged_net("vgg16-pool3")(expected(images.batch(np.arange(4))))
    ours = found.trainer.net.eval()["features"](x)
    factor = ours.max() / theirs.max()
    assert factor < 0.1
    np.testing.assert_allclose(ours, theirs * factor, atol=1e-4 * ours.max())
    run.create()
    history = found.trainer.fit(found.train_loader, None, epochs=2)
    assert history[-1]["loss"] < 5


def test_a_run_gives_its_normalisation_and_a_file_what_the_user_says(tmp_path, images, rng):
    recipe = Recipe([4, "M"], 1, (6,), batch_size=8)
    first = configure_run(tmp_path / "a", "photos", images, (3, 8, 8), recipe)
    first.create()
    models.save_weights(first.new_net(), first.folder / "weights.safetensors")
    dark = data.ArrayDataset(images.batch(np.arange(20)) // 4, images.labels, images.classes)
    second = configure_run(
        tmp_path / "b", "photos", dark, (3, 8, 8), recipe, init=str(tmp_path / "a")
    )
    assert (second.config["mean"], second.config["std"]) == (
        first.config["mean"],
        first.config["std"],
    )
    net = first.new_net()
    weights.save(tmp_path / "w.safetensors", net.arrays(), {})
    said = {"pixels": "bgr", "mean": [0.1, 0.2, 0.3], "std": [0.4, 0.5, 0.6]}
    file = str(tmp_path / "w.safetensors")
    third = configure_run(
        tmp_path / "c", "photos", dark, (3, 8, 8), recipe, init=file, init_pixels=said
    )
    assert list(third.config["mean"]) == said["mean"]
    assert list(third.config["std"]) == said["std"]
    third.create()
    third = Run.open(third.folder)
    started = plan_training(third, dark, progress=False).trainer.net
    kernel = "features.0.weight"
    assert (started.arrays()[kernel] == net.arrays()[kernel][:, ::-1]).all()
    with pytest.raises(ValueError, match="is a run, which knows its pixels"):
        configure_run(
            tmp_path / "d",
            "photos",
            dark,
            (3, 8, 8),
            recipe,
            init=str(tmp_path / "a"),
            init_pixels=said,
        )


@pytest.mark.parametrize(
    ("std", "in_pixels"),
    [
        ((1 / 255,) * 3, True), ((1.00009 / 255, 1 / 255), True), ((0.99991 / 255,), True),
        ((1.00011 / 255, 1 / 255), False), ((1 / 255, 0.99989 / 255), False),
        ((1 / 255, 0.3), False), ((0.3,), False),
    ],
)  # fmt: skip
def test_all_channels_must_be_in_the_unit_of_pixels(std, in_pixels):
    assert is_in_pixels(data.Normalize((0.5,) * len(std), std)) == in_pixels


def test_convolutions_with_batch_norm_or_a_head_that_fits_need_no_rescaling(tmp_path):
    """Batch norm brings any maps to one size, and a head that is taken knows the maps."""
    net = models.vgg([4, "M"], 2, (3, 8, 8), (6,))
    net.preprocessing = data.Normalize((0.5,) * 3, (1 / 255,) * 3)
    file = tmp_path / "w.safetensors"
    models.save_weights(net, file)
    other = models.vgg([4, "M"], 2, (3, 8, 8), (7,))
    assert needs_rescaling(other, file, None)
    assert not needs_rescaling(models.vgg([4, "M"], 5, (3, 8, 8), (6,)), file, None)
    assert not needs_rescaling(
        models.vgg([4, "M"], 2, (3, 8, 8), (7,), batch_norm=True), file, None
    )
    unit = data.Normalize((0.5,) * 3, (0.25,) * 3)
    assert input_unit_ratio(other, file, unit, None) == pytest.approx(0.25 * 255)
    assert input_unit_ratio(other, file, net.preprocessing, None) is None
    assert input_unit_ratio(other, None, unit, None) is None
    net.preprocessing = unit
    models.save_weights(net, file)
    assert not needs_rescaling(other, file, None)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_weights_that_are_not_finite_are_refused(value):
    net = models.vgg([2, "M"], 3, (1, 4, 4), ())
    net["features"]["0"].weight.data[0] = value
    with pytest.raises(ValueError, match="the weights to start from give NaN or infinity"):
        rescale_convolutions(net["features"], np.ones((2, 1, 4, 4), np.float32), 1.0)


def test_convolutions_without_biases_and_layers_that_are_in_training_mode():
    """Its outputs are those of eval mode; the mode and frozen layers stay as they were."""
    net = Sequential(
        Conv2d(1, 2, 1, bias=False), ReLU(), Dropout(0.5), Conv2d(2, 1, 1, bias=False), ReLU()
    )
    net["0"].weight.data[...], net["3"].weight.data[...] = 2, 1
    net["0"].freeze()
    rescale_convolutions(net, np.full((2, 1, 2, 3), 3, np.float32), 7.0)
    # a map of 6 is made one of 1, by a factor of 1/6; then the vector of 6 numbers has length 32
    assert net["0"].weight.data.ravel() == pytest.approx([1 / 3] * 2)
    assert net["3"].weight.data.ravel() == pytest.approx([32 / 6**0.5 / 2] * 2)
    assert net.training
    assert net["0"].weight.frozen
