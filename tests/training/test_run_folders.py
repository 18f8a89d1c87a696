"""Which run is the newest, which folder is free, and what is said of paths that are no run."""

import os

import numpy as np
import pytest

from minivgg import data, models
from minivgg.training import run, run_weights
from minivgg.training.recipes import Recipe
from minivgg.training.run import Run
from minivgg.training.run_folders import free_folder, newest_run
from minivgg.training.run_setup import configure_run

IMAGES = data.ArrayDataset(np.zeros((10, 3, 12, 12), np.uint8), np.arange(10) % 2, ["a", "b"])


def configured(folder, shape=(3, 8, 8), **settings):
    options = {"validation": settings.pop("validation", 0.1), "test": settings.pop("test", None)}
    recipe = Recipe([4, "M"], 5, ())._replace(**settings)
    found = configure_run(folder, "photos", IMAGES, shape, recipe, **options)
    found.create()
    return found


def test_the_newest_run_with_weights(tmp_path):
    with pytest.raises(FileNotFoundError, match="there are no runs in "):
        newest_run(tmp_path)
    for number, name in enumerate(("b", "a", "c")):
        made = configured(tmp_path / name)
        if name != "c":
            models.save_weights(made.new_net(), made.folder / run_weights.WEIGHTS)
        os.utime(made.folder / run.CONFIG, (number, number))
    assert newest_run(tmp_path) == tmp_path / "a"


def test_a_free_folder_has_the_next_number(tmp_path):
    for expected in ("x", "x-2", "x-3"):
        assert free_folder("x", tmp_path) == tmp_path / expected
        (tmp_path / expected).mkdir()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "the name of a run folder is empty"),
        ("runs/one/weights.safetensors", "is a file, not a run folder: its run is runs/one"),
        ("runs/one/checkpoints/x/model", "is a file, not a run folder: its run is runs/one"),
        ("runs/one/checkpoints/x/y/model", "y/model is a file, not a run folder"),
        ("notes.txt", "notes.txt is a file, not a run folder"),
        ("runs", "runs is a folder of run folders: name one of them, such as runs/another"),
        ("empty", "empty is not a run folder: it has no config.json"),
        ("runs/oen", "there is no folder runs/oen: did you mean runs/one?"),
        ("oen", "there is no folder oen: did you mean runs/one?"),
        ("elsewhere/ONE", "there is no folder elsewhere/ONE: did you mean runs/one?"),
        ("other\\sub\\oen", "there is no folder other/sub/oen: did you mean other/sub/own?"),
        ("zzzzzz", "there is no folder zzzzzz: the runs are cifar10"),
    ],
)
def test_what_is_no_run_is_told_what_it_is(tmp_path, monkeypatch, path, words):
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("one", "another")):
        configured(f"runs/{name}")
        os.utime(f"runs/{name}/config.json", (number, number))
    configured("other/sub/own")
    for name in (
        "runs/one/weights.safetensors", "runs/one/checkpoints/x/model",
        "runs/one/checkpoints/x/y/model", "notes.txt",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "empty").mkdir()
    with pytest.raises((FileNotFoundError, OSError)) as refused:
        Run.open(path)
    found = str(refused.value).replace("\\", "/")
    assert words in found
    assert found.endswith(words) or "the runs are" in words
    assert ("its run is" in found) == ("its run is" in words)


def test_of_many_runs_six_are_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(8):
        configured(f"runs/{number}")
    with pytest.raises(FileNotFoundError) as refused:
        Run.open("zzzzzz")
    found = str(refused.value).replace("\\", "/")
    named = "the runs are cifar10, runs/0, runs/1, runs/2, runs/3, runs/4 and 3 more"
    assert found == f"there is no folder zzzzzz: {named}"


@pytest.mark.parametrize(
    ("scale", "shape", "q", "largest"),
    [
        (None, (3, 8, 10), 10, 40), (None, (3, 10, 8), 10, 40), (9, (3, 8, 8), 9, 32),
        ((9, 40), (3, 8, 8), 24, 80), (50, (3, 8, 8), 50, 100),
    ],
)  # fmt: skip
def test_scales_of_the_test_and_of_reading(tmp_path, scale, shape, q, largest):
    found = configured(tmp_path / "r", shape, scale=scale)
    found.config["scale"] = list(scale) if isinstance(scale, tuple) else scale
    assert (found.test_scale, found.max_smaller_side) == (q, largest)
    assert found.centre() == (
        data.Compose([data.Rescale(q), data.CenterCrop(shape[1:])]) if scale else data.Compose()
    )


@pytest.fixture
def loaded(monkeypatch):
    """What datasets were asked for, with which options."""
    asked = []
    monkeypatch.setattr(
        run, "load", lambda name, split, **options: asked.append((name, split, options))
    )
    return asked


@pytest.mark.parametrize(
    ("settings", "asked", "split", "options"),
    [
        ({}, "test", "test", {}), ({"test": "val"}, "test", "val", {}),
        ({"test": "val"}, "train", "train", {}),
        ({"test": 0.25}, "test", "test", {"test_share": 0.25, "seed": 0}),
        ({"test": 0.25}, "train", "train", {"test_share": 0.25, "seed": 0}),
    ],
)  # fmt: skip
def test_the_images_of_a_run(tmp_path, loaded, settings, asked, split, options):
    found = configured(tmp_path / "r", (3, 8, 6), **settings)
    found.config["data"] = str(tmp_path)
    found.dataset(asked, progress=True)
    assert loaded == [
        (str(tmp_path), split,
         {"size": (8, 6), "channels": 3, "in_memory": True, "progress": True, "shrink_to": None}
         | options),
    ]  # fmt: skip


def test_images_that_are_rescaled_keep_their_sizes(tmp_path, loaded):
    found = configured(tmp_path / "r", scale=20)
    found.config["data"] = str(tmp_path)
    for arguments, shrink in (({}, 40), ({"largest": 30}, 60), ({"own_sizes": False}, None)):
        found.dataset("train", **arguments)
        options = loaded.pop()[2]
        assert options["shrink_to"] == shrink
        assert (options["size"], options["in_memory"]) == (
            ((8, 8), True) if shrink is None else ("own", False)
        )


def test_images_that_are_no_longer_there_are_told_of(tmp_path, loaded):
    found = configured(tmp_path / "r")
    found.config["data"] = str(tmp_path / "gone")
    with pytest.raises(FileNotFoundError, match=r"r was trained on are no longer at .*gone: move"):
        found.dataset("train")
    found.config["data"] = "digits"
    found.dataset("train")
    assert loaded[0][:2] == ("digits", "train")
    found.config["data"] = str(tmp_path / "gone")
    with pytest.raises(AttributeError):  # the stand-in for other images has no classes
        found.dataset("test", data="digits")
    assert loaded[1][:2] == ("digits", "test")


def test_images_of_the_validation_are_a_share_or_a_folder(tmp_path, loaded):
    train, held = configured(tmp_path / "r", validation=0.2).training_sets(IMAGES)
    assert (len(train), len(held)) == (8, 2)
    found = configured(tmp_path / "s", validation="val")
    found.config["data"] = str(tmp_path)
    assert found.training_sets(IMAGES, progress=True) == (IMAGES, None)
    assert loaded[0][1] == "val"
    assert loaded[0][2]["progress"]
