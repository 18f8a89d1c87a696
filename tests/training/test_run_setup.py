"""A new run has the settings that it is given, and those of what it starts from."""

import numpy as np
import pytest

import minivgg
from minivgg import data, models
from minivgg.training import run_setup
from minivgg.training.recipes import Recipe
from minivgg.training.run_setup import configure_run

PIXELS = np.random.default_rng(0).integers(0, 256, (20, 3, 8, 8), np.uint8)
PIXELS[:, 1] //= 2
PIXELS[:, 2] //= 4
IMAGES = data.ArrayDataset(PIXELS, np.arange(20) % 2, ["a", "b"])
RECIPE = Recipe([4, "M"], 5, (6,), batch_size=8)


def configured(folder="r", images=IMAGES, shape=(3, 8, 8), recipe=RECIPE, **options):
    return configure_run(folder, "photos", images, shape, recipe, **options)


def test_all_settings_of_a_run():
    found = configured(validation=0.5, seed=3, test=0.25).config
    train, _ = data.train_val_split(IMAGES, 0.5, 3)
    normalize = data.Normalize.from_dataset(train)
    assert found.pop("mean") == normalize.mean
    assert found.pop("std") == normalize.std
    assert found == RECIPE._asdict() | {
        "minivgg": minivgg.__version__, "data": "photos", "classes": ["a", "b"],
        "input_shape": [3, 8, 8], "validation": 0.5, "test": 0.25, "seed": 3, "init": None,
        "init_pixels": None, "freeze": None, "colors": None, "step_size": 2, "micro_batch": None,
        "mean_only": False,
    }  # fmt: skip
    usual = configured().config
    assert (usual["validation"], usual["seed"], usual["test"]) == (0.1, 0, None)
    folder = configured(validation="val", recipe=RECIPE._replace(color=0.5, mean_only=True)).config
    whole = data.Normalize.from_dataset(IMAGES, mean_only=True)
    assert (folder["mean"], folder["std"], folder["mean_only"]) == (whole.mean, whole.std, True)
    shift = data.PCAColorShift.from_dataset(IMAGES)
    assert folder["colors"] == [shift.values, shift.vectors]


@pytest.mark.parametrize("progress", [True, False])
def test_statistics_are_computed_once_with_a_bar_where_one_is_wanted(monkeypatch, progress):
    calls = []
    own, find = run_setup.data.statistics, run_setup.find_initial_weights

    def statistics(images, *bar):
        calls.append((len(images), *bar))
        return own(images, *bar)

    monkeypatch.setattr(run_setup.data, "statistics", statistics)
    monkeypatch.setattr(
        run_setup, "find_initial_weights", lambda *given: calls.append(given[2]) or find(*given)
    )
    configured(validation=0.5, progress=progress)
    assert calls[:2] == [progress, (10, progress)]


def test_too_few_images_or_classes_are_told_of():
    alone = data.ArrayDataset(PIXELS, [0] * 20, ["a"])
    with pytest.raises(ValueError, match="photos") as refused:
        configured(images=alone)
    assert str(refused.value) == (
        "photos has images of one class only, a: a net learns to tell at least two apart"
    )
    with pytest.raises(ValueError, match="validation") as refused:
        configured(validation=0.99)
    assert str(refused.value) == (
        "keeping a share of 0.99 for validation leaves none of the 20 images to train on"
    )
    assert len(configured(validation="val").config["classes"]) == 2


def started(tmp_path, net, preprocessing=None):
    """The name of a file of weights."""
    net.preprocessing = preprocessing
    models.save_weights(net, tmp_path / "w.safetensors")
    return str(tmp_path / "w.safetensors")


def test_images_with_other_channels_than_the_weights_are_told_of(tmp_path):
    net = models.vgg([4, "M"], 2, (3, 8, 8), (6,))
    file = started(tmp_path, net, data.Normalize((0.5,) * 3, (0.25,) * 3))
    assert configured(init=file).config["mean"] == (0.5,) * 3
    grey = data.ArrayDataset(PIXELS[:, :1], np.arange(20) % 2, ["a", "b"])
    with pytest.raises(ValueError, match="channels") as refused:
        configured(images=grey, shape=(1, 8, 8), init=file)
    assert str(refused.value) == f"{file} is for images with 3 channels, but these have 1"


def test_from_a_run_of_other_channels_the_pixels_are_not_taken(tmp_path):
    grey = data.ArrayDataset(PIXELS[:, :1], np.arange(20) % 2, ["a", "b"])
    configured(tmp_path / "grey", grey, (1, 8, 8)).create()
    found = configured(init=str(tmp_path / "grey")).config
    train, _ = data.train_val_split(IMAGES, 0.1, 0)
    assert found["mean"] == data.Normalize.from_dataset(train).mean
    dark = data.ArrayDataset(PIXELS[:, :1] // 4, np.arange(20) % 2, ["a", "b"])
    same = configured(images=dark, shape=(1, 8, 8), init=str(tmp_path / "grey")).config
    assert same["mean"] == configured("x", grey, (1, 8, 8)).config["mean"]


def test_a_run_in_another_unit_is_refused_with_the_option_that_fits(tmp_path):
    for mean_only, option in ((False, "--no-mean-only"), (True, "--mean-only")):
        folder = str(tmp_path / str(mean_only))
        configured(folder, recipe=RECIPE._replace(mean_only=mean_only)).create()
        configured(recipe=RECIPE._replace(mean_only=mean_only), init=folder)
        with pytest.raises(ValueError, match="unit") as refused:
            configured(recipe=RECIPE._replace(mean_only=not mean_only), init=folder)
        assert str(refused.value) == (
            f"{folder} was trained on colours in another unit (its input was about 60 times larger "
            f"or smaller): add {option}"
        )


def test_for_convolutions_in_pixels_all_channels_have_the_mean_std_of_the_images(tmp_path):
    net = models.vgg([4, "M"], 5, (3, 8, 8), (7,))
    file = started(tmp_path, net, data.Normalize((0.5,) * 3, (1 / 255,) * 3))
    found = configured(init=file, validation="val").config
    own = data.Normalize.from_dataset(IMAGES).std
    assert len({round(s, 3) for s in own}) == 3
    assert found["std"] == pytest.approx([sum(own) / 3] * 3)
    assert (found["mean"], found["mean_only"]) == ((0.5,) * 3, False)
    fits = configured(init=file, validation="val", recipe=RECIPE._replace(hidden=(7,))).config
    assert (fits["std"], fits["mean_only"]) == ((1 / 255,) * 3, True)
