"""Run folders: how images are shown, runs of earlier versions, and the packaged network."""

import json
import os

import numpy as np
import pytest
from PIL import Image

from minivgg import data
from minivgg.cli import main
from minivgg.data.datasets import CIFAR10_CLASSES
from minivgg.evaluation.metrics import evaluate
from minivgg.training import run, run_weights
from minivgg.training.recipes import Recipe
from minivgg.training.run import PACKAGED_RUNS, PRETRAINED, Run
from minivgg.training.run_setup import configure_run

CROP = "RandomCrop(size=(8, 8), padding=0)"


def planned(**settings):
    images = data.ArrayDataset(np.zeros((10, 3, 12, 12), np.uint8), np.arange(10) % 2, ["a", "b"])
    recipe = Recipe([4, "M"], 5, ())._replace(**settings)
    return configure_run("r", "photos", images, (3, 8, 8), recipe)


@pytest.mark.parametrize(
    ("settings", "augmentations", "centre", "q"),
    [
        ({}, "no transforms", "no transforms", 8),
        ({"crop": 2}, "RandomCrop(size=(8, 8), padding=2)", "no transforms", 8),
        ({"flip": True}, "RandomHorizontalFlip(p=0.5)", "no transforms", 8),
        (
            {"scale": 9},
            f"Rescale(smallest=9)\n{CROP}",
            "Rescale(smallest=9)\nCenterCrop(size=(8, 8))",
            9,
        ),
        (
            {"scale": (9, 16)},
            f"Rescale(smallest=(9, 16))\n{CROP}",
            "Rescale(smallest=12)\nCenterCrop(size=(8, 8))",
            12,
        ),
    ],
)
def test_how_images_are_shown(settings, augmentations, centre, q):
    found = planned(**settings)
    found.config = json.loads(json.dumps(found.config))  # as it comes back from its file
    assert repr(found.augmentations()) == augmentations
    assert repr(found.centre()) == centre
    assert found.test_scale == q


def test_a_run_of_an_earlier_version_lacks_settings_that_came_later(tmp_path):
    config = planned().config
    for name in ("scale", "color", "mean_only", "initializer", "colors", "init"):
        config.pop(name)
    (tmp_path / run.CONFIG).write_text(json.dumps(config))
    opened = Run.open(tmp_path)
    assert opened.scale is None
    assert opened.config["initializer"] == "kaiming_normal"
    config.pop("net")
    (tmp_path / run.CONFIG).write_text(json.dumps(config))
    with pytest.raises(OSError, match="lacks 'net'"):
        Run.open(tmp_path)


# --------------------------------------------------------------------------- the packaged network


@pytest.mark.parametrize("name", PRETRAINED)
def test_the_net_in_the_package_is_small_and_whole(name):
    files = list((PACKAGED_RUNS / name).iterdir())
    assert sorted(file.name for file in files) == ["MODEL_CARD.md", run.CONFIG, run_weights.WEIGHTS]
    assert sum(file.stat().st_size for file in files) < 5_000_000
    opened = Run.open(name)
    assert opened.config["classes"] == list(CIFAR10_CLASSES)
    assert opened.net().output_shape(opened.shape) == (10,)


def test_predict_takes_it_where_there_is_no_run(tmp_path, monkeypatch, capsys):
    from PIL import Image

    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (50, 40, 3), np.uint8)).save(
        "photo.png"
    )
    assert main(["predict", "photo.png"]) == 0
    out = capsys.readouterr().out
    assert "by the net of cifar10" in out
    assert sum(name in out for name in CIFAR10_CLASSES) == 5


@pytest.mark.skipif(not os.environ.get("MINIVGG_DATA"), reason="needs CIFAR-10 in $MINIVGG_DATA")
def test_it_knows_what_is_on_cifars_test_images():
    opened = Run.open("cifar10")
    images = data.Subset(data.load("cifar10", "test", progress=False), np.arange(0, 10_000, 10))
    assert evaluate(opened.net(), opened.loader(images)).accuracy > 0.85


def test_images_for_other_scales_are_read_at_twice_the_largest(tmp_path, monkeypatch):
    """A tall image of the scale Q has more rows than Q: half its size would not do."""
    options = []

    class Loaded(Exception):
        pass

    def load(*_, **given):
        options.append(given)
        raise Loaded

    monkeypatch.setattr(run, "load", load)
    for name in ("train/a", "test/a"):
        (tmp_path / name).mkdir(parents=True)
        Image.new("RGB", (4, 4)).save(tmp_path / name / "1.png")
    with pytest.raises(Loaded):
        planned(scale=9).dataset("test", own_sizes=True, largest=50, data=tmp_path)
    assert [(o["shrink_to"], o["size"], o["in_memory"]) for o in options] == [(100, "own", False)]
