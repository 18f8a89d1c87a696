"""A run's folder, network and loaders: what is refused, which weights are taken, and its name."""

import json

import numpy as np
import pytest
from PIL import Image

from minivgg import data, models, weights
from minivgg.evaluation.inference import inference_batch_size
from minivgg.training import run
from minivgg.training.recipes import Recipe
from minivgg.training.run import CONFIG, PACKAGED_RUNS, Run, display_name
from minivgg.training.run_setup import configure_run

IMAGES = data.ArrayDataset(
    np.random.default_rng(0).integers(0, 256, (10, 3, 12, 12), np.uint8),
    np.arange(10) % 2,
    ["a", "b"],
)


def configured(folder, shape=(3, 8, 6), **settings):
    return configure_run(
        folder, "photos", IMAGES, shape, Recipe([4, "M"], 5, (6,))._replace(**settings)
    )


def numbers(net):
    return {name: array.tolist() for name, array in net.state_dict().items()}


# --------------------------------------------------------------------------------------- the folder


def test_a_folder_in_use_is_not_written_into(tmp_path):
    new = configured(tmp_path / "runs" / "r")
    new.require_new()
    assert not new.folder.exists()
    new.create()
    with pytest.raises(FileExistsError) as refused:
        new.create()
    assert str(refused.value) == (
        f"{new.folder} already holds a run: choose another folder, or continue it with --resume "
        f"{new.folder}"
    )
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError) as refused:
        configured(tmp_path / "file").create()
    assert str(refused.value) == (
        f"{tmp_path / 'file'} is a file: choose another name for the run folder"
    )


@pytest.mark.parametrize(
    ("names", "is_free"),
    [
        ([], True), ([".lock"], True), ([".lock", ".config.json.tmp"], True),
        (["notes.txt"], False), ([".lock", "notes.txt"], False), ([".hidden"], False),
        (["config.json.tmp"], False), ([".config.json.tmp/"], False),
    ],
)  # fmt: skip
def test_only_the_leftovers_of_a_killed_start_may_be_in_a_new_folder(tmp_path, names, is_free):
    for name in names:
        if name.endswith("/"):
            (tmp_path / name).mkdir()
        else:
            (tmp_path / name).write_text("")
    new = configured(tmp_path)
    if is_free:
        new.require_new()
        return
    with pytest.raises(FileExistsError) as refused:
        new.require_new()
    words = "holds other files: choose an empty or a new folder for the run"
    assert str(refused.value) == f"{tmp_path} {words}"


def test_a_folder_with_the_name_of_a_packaged_run_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Run.open("cifar10").folder == PACKAGED_RUNS / "cifar10"
    (tmp_path / "cifar10").mkdir()
    assert Run.open("cifar10").folder == PACKAGED_RUNS / "cifar10"
    (tmp_path / "cifar10").rmdir()
    configured("cifar10").create()
    assert Run.open("cifar10").config["classes"] == ["a", "b"]
    assert Run.open("cifar10", best=True).best
    assert not Run("r", {}).best


def test_a_run_is_called_by_its_folder_unless_it_is_in_the_package(tmp_path):
    assert Run.open("cifar10").name == "cifar10"
    assert display_name(PACKAGED_RUNS / "other") == str(PACKAGED_RUNS / "other")
    assert display_name(tmp_path / "cifar10") == str(tmp_path / "cifar10")
    assert display_name("runs/r") == "runs/r"


# ----------------------------------------------------------------------------------- the transforms


def test_colours_are_shifted_along_the_vectors_of_the_config(tmp_path):
    found = configured(tmp_path, color=0.5, flip=True, crop=2)
    found.config = json.loads(json.dumps(found.config))
    values, vectors = found.config["colors"]
    *others, shift = found.augmentations()
    assert [type(t) for t in others] == [data.RandomCrop, data.RandomHorizontalFlip]
    assert repr(shift) == repr(data.PCAColorShift(tuple(values), tuple(map(tuple, vectors)), 0.5))


def test_a_loader_shows_images_as_in_a_test_unless_options_say_otherwise(tmp_path):
    found = configured(tmp_path)
    usual = found.loader(IMAGES)
    assert usual.batch_size == inference_batch_size((3, 8, 6))
    assert (usual.shuffle, usual.seed) == (False, 0)
    assert [repr(t) for t in usual.transforms] == [repr(found.normalize)]
    other = found.loader(IMAGES, batch_size=3, transforms=[], shuffle=True, seed=4)
    assert (other.batch_size, other.transforms, other.shuffle, other.seed) == (3, (), True, 4)
    scaled = configured(tmp_path, scale=9)
    assert [repr(t) for t in scaled.loader(IMAGES).transforms] == [
        "Rescale(smallest=9)", "CenterCrop(size=(8, 6))", repr(scaled.normalize),
    ]  # fmt: skip
    ((images, _),) = scaled.loader(IMAGES)
    assert images.shape == (10, 3, 8, 6)


# ------------------------------------------------------------------------------- the other images


@pytest.mark.parametrize(
    ("name", "asked", "split"),
    [
        ("digits", "test", "test"), ("split", "train", "train"), ("whole", "test", "all"),
        ("none", "test", "test"),
    ],
)  # fmt: skip
def test_other_images_count_as_a_whole_unless_they_have_splits(
    tmp_path, monkeypatch, name, asked, split
):
    monkeypatch.chdir(tmp_path)
    for file in ("digits/a/1.png", "split/train/a/1.png", "split/test/a/1.png", "whole/a/1.png"):
        (tmp_path / file).parent.mkdir(parents=True)
        Image.fromarray(IMAGES.images[0].transpose(1, 2, 0)).save(tmp_path / file)
    calls = []

    def load(name, split, **options):
        calls.append((name, split, options["progress"]))
        return data.ArrayDataset(IMAGES.images, IMAGES.labels, ["b", "a"])

    monkeypatch.setattr(run, "load", load)
    found = configured("r").dataset(asked, data=name)
    assert calls == [(name, split, False)]
    assert found.classes == ["a", "b"]
    assert found.labels.tolist() == [1, 0] * 5
    assert np.array_equal(found.images, IMAGES.images)


def test_other_images_of_a_class_that_the_run_does_not_know(tmp_path, monkeypatch):
    monkeypatch.setattr(
        run,
        "load",
        lambda *_, **options: data.ArrayDataset(IMAGES.images, IMAGES.labels, ["b", "c"]),
    )
    with pytest.raises(ValueError, match="digits"):
        configured(tmp_path).dataset("test", data="digits")


def test_images_that_are_gone_are_told_of_with_the_ways_out(tmp_path):
    found, gone = configured(tmp_path / "r"), str(tmp_path / "gone")
    found.config["data"] = gone
    with pytest.raises(FileNotFoundError) as refused:
        found.dataset("test")
    assert str(refused.value) == (
        f"the images that {tmp_path / 'r'} was trained on are no longer at {gone}: move them back, "
        f'or write where they are now as "data" into {tmp_path / "r" / CONFIG} (to test the net on '
        "other images: --data)"
    )


# -------------------------------------------------------------------------------------- the network


def test_a_new_net_is_that_of_the_settings(tmp_path):
    settings = {"dropout": 0.25, "batch_norm": True, "initializer": "zeros", "hidden": (6, 5)}
    net = configured(tmp_path, **settings).new_net()
    assert list(models.layer_names(net)) == ["conv1_1", "bn1_1", "fc2", "fc3", "fc4"]
    assert net.output_shape((3, 8, 6)) == (2,)
    assert "Dropout(0.25)" in repr(net)
    assert not net.parameters()["features.0.weight"].data.any()
    other = configured(tmp_path, **settings).new_net("kaiming_normal")
    assert other.parameters()["features.0.weight"].data.any()
    assert net.training


def test_a_trained_net_is_in_eval_mode_and_knows_its_pixels(tmp_path):
    found = configured(tmp_path)
    found.create()
    with pytest.raises(FileNotFoundError) as refused:
        found.net()
    assert str(refused.value) == (
        f"{tmp_path} has no weights yet: train it for at least one epoch first"
    )
    assert found.weights_file() is None
    expected = found.new_net()
    models.save_weights(expected, tmp_path / "weights.safetensors")
    net = found.net()
    assert numbers(net) == numbers(expected)
    assert not net.training
    assert repr(net.preprocessing) == repr(found.normalize)
    found.best = True
    assert found.weights_file() is None
    models.save_weights(expected, tmp_path / "best.safetensors")
    assert found.weights_file() == tmp_path / "best.safetensors"


def test_weights_of_another_net_are_named(tmp_path):
    configured(tmp_path).create()
    weights.save(tmp_path / "weights.safetensors", {"w": np.ones(1, np.float32)})
    with pytest.raises(ValueError, match="another network") as refused:
        Run.open(tmp_path).net()
    assert str(refused.value).startswith(f"{tmp_path / 'weights.safetensors'}: ")


@pytest.mark.parametrize("flip", [True, False])
def test_mirror_images_are_tested_where_they_were_trained_on(tmp_path, flip):
    found = configured(tmp_path, flip=flip)
    found.create()
    models.save_weights(found.new_net(), tmp_path / "weights.safetensors")
    tested = found.model_under_test()
    assert (tested.shape, tested.mirror) == ((3, 8, 6), flip)
    assert repr(tested.normalize) == repr(found.normalize)
