"""How ``train`` reads the images of a run: all that it asks of ``data.load``."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from minivgg.cli import parser, train_setup
from minivgg.cli.train_setup import new_run, resumed_run
from minivgg.training.run import Run
from minivgg.utils.notices import Notice


@pytest.fixture
def photos(tmp_path, monkeypatch, rng):
    """A folder without splits, of images of two sizes, in the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for i in range(6):
            pixels = rng.integers(0, 256, (20 + i % 2, 24, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{i}.png")
    return tmp_path / "photos"


@pytest.fixture
def asked(monkeypatch):
    """The arguments with which images are loaded; no bars are shown."""
    calls, load = [], train_setup.data.load

    def noted(name, *split, **options):
        calls.append((Path(name).name, *split, options))
        return load(name, *split, **options | {"progress": False})

    monkeypatch.setattr(train_setup.data, "load", noted)
    return calls


PLAIN = {"size": None, "channels": 3, "progress": True, "test_share": 0.2, "seed": 0}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--size 8", [("photos", PLAIN | {"size": (8, 8)})]),
        (
            "--test .5 --seed 3 --channels 1",
            [
                ("photos", PLAIN | {"test_share": 0.5, "seed": 3, "channels": 1}),
                ("photos", PLAIN | {"test_share": 0.5, "seed": 3, "channels": 1, "size": (64, 64)}),
            ],
        ),
        (
            "--size 8 --scale 10 --seed 3 --test .25",
            [("photos", "train",
              PLAIN | {"size": "own", "in_memory": False, "shrink_to": 32, "seed": 3}
              | {"test_share": 0.25})],
        ),
    ],
)  # fmt: skip
def test_every_option_reaches_the_images(words, expected, photos, asked):
    args = parser().parse_args(f"train --run r --data photos --net 4,M {words}".split())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Notice)
        new_run(args, bars=True)
    assert asked == expected


def test_notices_about_images_are_given_once_where_they_are_read_twice(photos):
    args = parser().parse_args(["train", "--run", "r", "--data", "photos", "--net", "4,M"])
    with pytest.warns(Notice) as given:
        new_run(args, bars=False)
    sentences = sorted(str(notice.message) for notice in given)
    assert ["all images are brought to 64×64" in text for text in sentences].count(True) == 1
    assert len(sentences) == len(set(sentences)) == 2


def test_a_run_folder_that_is_there_is_not_used_again(photos):
    (photos.parent / "r").mkdir()
    (photos.parent / "r" / "config.json").write_text("{}")
    args = parser().parse_args(["train", "--run", "r", "--net", "4,M"])
    with pytest.raises(FileExistsError, match="r"):
        new_run(args, bars=False)


@pytest.mark.parametrize("bars", [True, False])
def test_bars_are_shown_for_the_images_of_a_resumed_run(bars, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["train", "--run", "r"]
    new_run(parser().parse_args(words), bars=False)[0].create()
    monkeypatch.setattr(Run, "dataset", lambda self, *given: given)
    assert resumed_run(parser().parse_args(["train", "--resume", "r"]), bars)[1] == ("train", bars)


@pytest.mark.parametrize(("name", "is_of_the_run"), [("r/a/x", True), ("r/a/b/x", False)])
def test_a_file_at_most_one_folder_down_is_of_the_run(name, is_of_the_run, tmp_path, monkeypatch):
    """As checkpoints are."""
    monkeypatch.chdir(tmp_path)
    Path(name).parent.mkdir(parents=True)
    Path(name).write_bytes(b"")
    Path("r/config.json").write_text("{}")
    with pytest.raises((ValueError, OSError)) as error:
        resumed_run(parser().parse_args(["train", "--resume", name]), False)
    assert (" is a file of the run " in str(error.value)) is is_of_the_run


def test_a_folder_of_weights_in_several_files_is_no_start(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("w").mkdir()
    Path("w/model.safetensors.index.json").write_text("{}")
    with pytest.raises(FileNotFoundError, match="to start from them, name their index"):
        train_setup._absolute_init("w")
