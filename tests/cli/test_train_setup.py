"""From the options of ``train`` to the settings of a run, without a training."""

import re
import shutil
import warnings
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from minivgg.cli import parser, train_setup
from minivgg.cli.train_setup import new_run, resumed_run
from minivgg.training.initial_weights import StartingNet
from minivgg.training.recipes import Recipe
from minivgg.utils.notices import Notice

ENTRIES = (*Recipe._fields, "input_shape", "init", "init_pixels", "micro_batch", "freeze", "test",
           "validation", "seed", "step_size")  # fmt: skip
LAYERS = {  # of a list of layers and images of a folder, without options
    "net": [4, "M"], "hidden": (256,), "epochs": 20, "step_size": 8, "batch_size": 64, "lr": 0.01,
    "momentum": 0.9, "weight_decay": 0.0005, "dropout": 0.5, "batch_norm": False,
    "schedule": "step", "scale": None, "crop": 4, "flip": True, "color": 0.0, "mean_only": False,
    "initializer": "kaiming_normal", "optimizer": "sgd", "warmup": 0, "clip_norm": None,
    "label_smoothing": 0.0, "class_weights": None, "early_stopping": None,
    "input_shape": [3, 64, 64], "init": None, "init_pixels": None, "micro_batch": None,
    "freeze": None, "test": None, "validation": 0.1, "seed": 0,
}  # fmt: skip
AT_16 = LAYERS | {"input_shape": [3, 16, 16], "crop": 2}
SCALED = AT_16 | {"crop": 0}
DIGITS = LAYERS | {
    "net": "small-8x8", "hidden": None, "epochs": 30, "step_size": 12, "batch_size": 32, "lr": 0.02,
    "crop": 0, "flip": False, "input_shape": [1, 8, 8],
}  # fmt: skip
PAPER = LAYERS | {
    "net": "D", "hidden": None, "epochs": 74, "step_size": 30, "batch_size": 256, "scale": 256,
    "schedule": "plateau", "crop": 0, "color": 0.1, "mean_only": True, "input_shape": [3, 224, 224],
    "initializer": "xavier_uniform",
}  # fmt: skip
CIFAR10 = LAYERS | {
    "net": "medium-32x32", "hidden": None, "batch_size": 32, "lr": 0.003, "batch_norm": True,
    "schedule": "cosine", "input_shape": [3, 32, 32],
}  # fmt: skip


@pytest.fixture
def photos(tmp_path, monkeypatch, rng):
    """A folder of images of two sizes, in the current folder."""
    monkeypatch.chdir(tmp_path)
    for split, count in (("train", 4), ("test", 2)):
        for name in ("a", "b"):
            (tmp_path / "photos" / split / name).mkdir(parents=True)
            for i in range(count):
                pixels = rng.integers(0, 256, (20 + i % 2, 24, 3), np.uint8)
                Image.fromarray(pixels).save(tmp_path / "photos" / split / name / f"{i}.png")
    return tmp_path / "photos"


@pytest.fixture(scope="module")
def whole():
    return parser()


@pytest.fixture
def make(whole, tmp_path, monkeypatch):
    """From words to the run and its training images."""
    monkeypatch.chdir(tmp_path)
    return lambda words: new_run(whole.parse_args(f"train --run r {words}".split()), bars=False)


def settings(run):
    return {name: run.config[name] for name in ENTRIES}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--net 4,M --size 16", AT_16),
        ("--net 4,M --size 16 --hidden", AT_16 | {"hidden": []}),
        ("--net 4,M --size 16 20 --crop 15", AT_16 | {"input_shape": [3, 16, 20], "crop": 15}),
        ("--net 4,M --size 128", LAYERS | {"input_shape": [3, 128, 128], "hidden": (4096, 4096)}),
        ("--net 4,M --size 128 127", LAYERS | {"input_shape": [3, 128, 127]}),
        ("--net 4,M --size 16 --channels 1", AT_16 | {"input_shape": [1, 16, 16]}),
        (
            "--net 4,M --size 16 --epochs 3 --warmup 2 --early-stopping 1 --batch-size 1 --seed 3",
            AT_16 | {"epochs": 3, "step_size": 1, "warmup": 2, "early_stopping": 1, "seed": 3}
            | {"batch_size": 1},
        ),
        (
            "--net 4,M --size 16 --clip-norm .01 --label-smoothing .9 --color .1 --validation 0",
            AT_16 | {"clip_norm": 0.01, "label_smoothing": 0.9, "color": 0.1, "validation": 0.0},
        ),
        ("--net 4,M --size 16 --scale 16", SCALED | {"scale": 16}),
        ("--net 4,M --size 16 --scale 64", SCALED | {"scale": 64}),
        ("--net 4,M --size 16 20 --scale 32 80",
         SCALED | {"scale": (32, 80), "input_shape": [3, 16, 20]}),
        ("--net 4,M --size 16 20 --scale 80",
         SCALED | {"scale": 80, "input_shape": [3, 16, 20]}),
        ("--net 4,M --size 16 --scale 32 --crop 3", SCALED | {"scale": 32, "crop": 3}),
        ("--recipe cifar10 --net 4,M --size 16 --scale 32",
         SCALED | {"scale": 32, "crop": 4, "epochs": 60, "step_size": 24, "batch_norm": True}
         | {"batch_size": 128, "lr": 0.05, "dropout": 0.3}),
        ("--recipe paper-256", PAPER),
        ("--recipe paper-256 --scale 300 --net vgg16", PAPER | {"scale": 300, "net": "vgg16"}),
        ("--net vgg16 --scale 256",
         PAPER | {"net": "vgg16", "color": 0.0, "mean_only": False, "schedule": "step"}
         | {"initializer": "kaiming_normal", "epochs": 20, "step_size": 8, "batch_size": 64}),
        ("--init cifar10", CIFAR10),
        ("--init cifar10 --optimizer adam",
         CIFAR10 | {"optimizer": "adam", "lr": 0.0001, "weight_decay": 0.0}),
        ("--init cifar10 --size 16", CIFAR10 | {"input_shape": [3, 16, 16], "crop": 2}),
        ("--init cifar10 --freeze pool3 --net A --size 32",
         LAYERS | {"net": "A", "hidden": None, "batch_norm": True, "freeze": "pool3"}
         | {"input_shape": [3, 32, 32]}),
    ],
)  # fmt: skip
def test_settings_of_a_new_run(words, expected, photos, make):
    run, images = make(f"--data photos {words}")
    found = settings(run)
    if "--init" in words:
        assert Path(found["init"]).name == "cifar10"
        expected = expected | {"init": found["init"]}
    assert found == expected
    assert run.config["data"] == str(photos)
    assert len(images) == 8
    assert images.shape == (
        found["input_shape"][0],
        *(2 * [None] if found["scale"] else found["input_shape"][1:]),
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", DIGITS),
        ("--micro-batch 4 --validation .3 --seed 2",
         DIGITS | {"micro_batch": 4, "validation": 0.3, "seed": 2}),
        ("--optimizer adam", DIGITS | {"optimizer": "adam", "lr": 0.001, "weight_decay": 0.0}),
        ("--momentum .5 --optimizer sgd", DIGITS | {"momentum": 0.5}),
        ("--net 4,M --no-batch-norm", DIGITS | {"net": [4, "M"], "hidden": (256,)}),
    ],
)  # fmt: skip
def test_settings_for_a_dataset_by_its_name(words, expected, make):
    run, images = make(words)
    assert settings(run) == expected
    assert (run.config["data"], images.shape, len(images)) == ("digits", (1, 8, 8), 1438)


@pytest.mark.parametrize(
    ("words", "size"),
    [("--net 4,M", (64, 64)), ("--net vgg16", (224, 224)), ("", (64, 64)),
     ("--recipe cifar10", (32, 32)), ("--recipe cifar10 --net vgg11", (224, 224))],
)  # fmt: skip
def test_images_of_several_sizes_are_brought_to_that_of_the_net(words, size, photos, make):
    with pytest.warns(Notice) as notices:
        run, images = make(f"--data photos {words}")
    assert images.shape == (3, *size)
    assert run.shape == (3, *size)
    (notice,) = map(str, (n.message for n in notices))
    assert "the first image 20×24" in notice
    assert f"all images are brought to {size[0]}×{size[1]} (--size chooses" in notice


def test_images_to_be_rescaled_are_read_no_larger_than_needed(photos, make):
    Image.new("RGB", (400, 500)).save(photos / "train" / "a" / "0.png")
    _, images = make("--data photos --net 4,M --size 16 --scale 20 30")
    assert max(images[0][0].shape[1:]) < 400
    assert min(images[0][0].shape[1:]) >= 30


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--scale 15", "--scale 15 is smaller than the net's input, 16×16: no crop would fit"),
        ("--scale 65", "--scale 65 is far larger than the net's input, 16×16"),
        ("--scale 1 2 3", "--scale must be 1 or 2 numbers, each at least 1, got 1 2 3"),
        ("--scale 0", "--scale must be 1 or 2 numbers, each at least 1, got 0"),
        ("--scale 40 0", "--scale must be 1 or 2 numbers, each at least 1, got 40 0"),
        ("--crop 16", "--crop 16 could shift all of a 16×16 image away: use less than 16"),
        ("--size 16 20 --crop 16", "away: use less than 16"),
        ("--size 20 16 --crop 16", "could shift all of a 20×16 image away: use less than 16"),
        ("--crop -1", "--crop must be at least 0, got -1"),
        ("--batch-size 0", "--batch-size must be at least 1, got 0"),
        ("--epochs 0", "--epochs must be at least 1, got 0"),
        ("--color -.1", "--color must be at least 0, got -0.1"),
        ("--color .1 --channels 1", "--color shifts colours, and these images are grey"),
        ("--epochs 3 --warmup 3", "--warmup must be at least 0 and smaller than --epochs (3), got"),
        ("--warmup -1", "--warmup must be at least 0 and smaller than --epochs (20), got -1"),
        ("--clip-norm 0", "--clip-norm must be a number above 0, got 0.0"),
        ("--clip-norm inf", "--clip-norm must be a number above 0, got inf"),
        ("--label-smoothing 1", "--label-smoothing must be at least 0 and below 1, got 1.0"),
        ("--label-smoothing -.1", "--label-smoothing must be at least 0 and below 1, got -0.1"),
        ("--early-stopping 0", "--early-stopping must be at least 1, got 0"),
        ("--seed -1", "--seed must be at least 0, got -1"),
        ("--test .3", "photos has the folders train, test"),
        (
            "--freeze pool1",
            "--freeze keeps weights unchanged, but those of a new net are untrained",
        ),
        ("--std .5", "--std says what the weights of --init expect: without --init"),
        ("--optimizer adam --momentum .5", "--momentum is for --optimizer sgd: Adam has its own"),
        ("--data digits", "--size and --channels are for a folder or zip of images: digits has"),
    ],
)
def test_settings_that_make_no_sense(words, sentence, photos, whole):
    start = f"train --run r --data photos --net 4,M --size 16 {words}"
    words = start.split() + [""] * words.endswith(" ")
    with pytest.raises(ValueError, match=re.escape(sentence)):
        new_run(whole.parse_args(words), bars=False)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--channels 3", "--size and --channels are for a folder or zip of images: digits has"),
        ("--data digits --size 8", "--size and --channels are for a folder or zip of images: dig"),
        ("--test .2", "--test is for a folder of images without a test: digits has its own"),
        ("--data photos --net 4,M --scale 32", "--scale needs the size of the crops"),
        ("--data photos --net 4,M --size 16 20 --scale 19", "smaller than the net's input, 16×20"),
    ],
)
def test_options_for_images_of_ones_own(words, sentence, photos, make):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        make(words)


@pytest.mark.parametrize(
    ("folders", "words", "validation", "test", "notice"),
    [
        ("train test", "", 0.1, None, ""),
        ("train val test", "", "val", None, ""),
        ("train val test", "--validation .5", 0.5, None, ""),
        ("train val", "", "val", "val", "photos has no test images: the accuracy on val is"),
        ("train val", "--validation .5", 0.5, "val", "photos has no test images"),
        ("", "", 0.1, 0.2, "20 % of the images of each class are test images"),
        ("", "--test .5", 0.1, 0.5, "50 % of the images of each class are test images"),
    ],
)
def test_what_is_held_out(folders, words, validation, test, notice, photos, make):
    folders = folders.split()
    if not folders:
        photos = photos.rename(photos.with_name("other")) / "train"
        photos.rename(photos.parent.with_name("photos"))
    elif "val" in folders:
        shutil.copytree(photos / "test", photos / "val")
        if "test" not in folders:
            shutil.rmtree(photos / "test")
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        run, _ = make(f"--data photos --net 4,M --size 16 {words}")
    assert (run.config["validation"], run.config["test"]) == (validation, test)
    assert [notice in str(w.message) for w in given] == [True] * bool(notice)


@pytest.fixture
def resume(make, whole, tmp_path):
    """From words to the resumed run, of the digits."""
    make("")[0].create()
    return lambda words: resumed_run(whole.parse_args(f"train --resume r {words}".split()), False)


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("", {}),
        ("--epochs 100", {"epochs": 100, "step_size": 40}),
        ("--epochs 1", {"epochs": 1, "step_size": 1}),
        ("--early-stopping 3", {"early_stopping": 3}),
        ("--early-stopping 0", {"early_stopping": None}),
        ("--micro-batch 8", {"micro_batch": 8}),
    ],
)
def test_settings_that_can_change_when_a_run_is_resumed(words, changes, resume):
    run, images = resume(words)
    assert settings(run) == DIGITS | changes
    assert len(images) == 1438


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--epochs 0", "--epochs must be at least 1, got 0"),
        ("--early-stopping -1", "--early-stopping must be at least 1, or 0 for none, got -1"),
        ("--batch-size 3", "--batch-size cannot change in the middle of a run; with --resume only"),
        ("--lr 1 --data d", "--lr cannot change in the middle of a run"),
        ("--seed 0", "--seed cannot change in the middle of a run"),
        ("--no-flip", "--flip cannot change in the middle of a run"),
        ("--resume cifar10", "cifar10 comes with the package and stays as it is: start from it"),
        ("--resume r/config.json", "r/config.json is a file of the run"),
        ("--resume r/checkpoints/x", "r/checkpoints/x is a file of the run"),
        ("--resume w.PTH", "w.PTH is a file of weights: start from it with --init w.PTH"),
        ("--resume no.txt", "no.txt"),
    ],
)
def test_settings_that_cannot(words, sentence, resume, tmp_path):
    Path("w.PTH").write_bytes(b"")
    Path("no.txt").write_bytes(b"")
    Path("r/checkpoints").mkdir(exist_ok=True)
    Path("r/checkpoints/x").write_bytes(b"")
    with pytest.raises((ValueError, OSError), match=re.escape(sentence)) as error:
        resume(words)
    assert ("continue that with --resume" in str(error.value)) == ("/" in words)


START = StartingNet("A", (7,), True, True, 1, (8, 9))
NOT_GIVEN = ("recipe", "net", "hidden", "batch_norm", "mean_only", "size", "channels")
TAKEN = {"net": "A", "hidden": (7,), "batch_norm": True, "mean_only": True}


@pytest.mark.parametrize(
    ("given", "init", "is_folder", "expected", "is_whole"),
    [
        ({}, "run", True, TAKEN | {"size": [8, 9], "channels": 1}, True),
        ({}, "file", True, TAKEN | {"size": [8, 9], "channels": 1}, True),
        ({"net": "B"}, "run", True, TAKEN | {"net": "B", "size": [8, 9], "channels": 1}, False),
        ({"net": "B"}, "file", True, {"net": "B"}, False),
        ({"recipe": "x"}, "run", True, {"recipe": "x", "size": [8, 9], "channels": 1}, False),
        ({"recipe": "x"}, "file", True, {"recipe": "x"}, False),
        ({}, "run", False, {}, False),
        ({}, "file", False, {}, False),
        ({"batch_norm": False, "hidden": [3], "size": [4, 4], "channels": 3}, "run", True,
         TAKEN | {"batch_norm": False, "hidden": [3], "size": [4, 4], "channels": 3}, True),
    ],
)  # fmt: skip
def test_what_is_taken_from_the_start(
    given, init, is_folder, expected, is_whole, tmp_path, monkeypatch
):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr(train_setup, "starting_net", lambda init: START)
    args = Namespace(**(dict.fromkeys(NOT_GIVEN) | given))
    start = train_setup._take_from_start(args, str(tmp_path / init), is_folder)
    assert vars(args) == dict.fromkeys(NOT_GIVEN) | expected
    assert start == (START if is_whole else None)


def test_a_start_that_takes_any_size_or_tells_no_net(monkeypatch):
    args = Namespace(**dict.fromkeys(NOT_GIVEN))
    monkeypatch.setattr(train_setup, "starting_net", lambda init: None)
    assert train_setup._take_from_start(args, "x", True) is None
    assert vars(args) == dict.fromkeys(NOT_GIVEN)
    monkeypatch.setattr(train_setup, "starting_net", lambda init: START._replace(size=None))
    train_setup._take_from_start(args, "x", True)
    assert args.size is None


def test_the_name_of_a_start_is_valid_in_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w.pth").write_bytes(b"")
    names = ["imagenet", "vgg16-pool3", "vgg16", "w.pth"]
    expected = [*names[:3], str(tmp_path / "w.pth")]
    assert list(map(train_setup._absolute_init, names)) == expected
    (tmp_path / "vgg16").write_bytes(b"")
    assert train_setup._absolute_init("vgg16") == str(tmp_path / "vgg16")


@pytest.mark.parametrize(
    ("given", "init", "expected"),
    [
        ({}, "x", None),
        ({}, None, None),
        ({"pixels": "bgr", "std": [1.0]}, "x", {"pixels": "bgr", "std": [1.0]}),
    ],
)
def test_pixels_that_a_file_expects(given, init, expected):
    args = Namespace(**(dict.fromkeys(("pixels", "mean", "std")) | given))
    assert train_setup._pixel_options(args, init) == expected
