"""What ``train`` says at its end."""

import errno
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from minivgg import data
from minivgg.cli import train_report
from minivgg.cli.train_report import (
    TABLE_HEAD,
    better_start,
    is_at_chance,
    print_header,
    print_result,
    print_row,
    print_stop,
)
from minivgg.evaluation.metrics import Evaluation
from minivgg.training.history import EpochRow
from minivgg.training.run import Run


def evaluation(labels, predicted):
    return Evaluation.from_probabilities(
        np.eye(2)[np.asarray(predicted, int)], np.array(labels), ["a", "b"]
    )


@pytest.mark.parametrize(
    ("labels", "predicted", "expected"),
    [
        ([0, 1] * 50, [0] * 100, True),  # 50 %, always the same class
        ([0, 1] * 50, [0] * 80 + [0, 1] * 10, True),  # 60 %: 0.5 + 2 · 0.05
        ([0, 1] * 50, [0] * 76 + [0, 1] * 12, False),  # 62 %
        ([0] * 90 + [1] * 10, [0] * 100, True),  # 90 %, as large as the largest class
        ([0] * 90 + [1] * 10, [0] * 92 + [1] * 8, False),  # 98 %
        ([0, 1] * 2, [0, 1] * 2, False),  # two of four by chance, but all are right
    ],
)
def test_chance_is_the_share_of_the_largest_class_and_its_spread(labels, predicted, expected):
    assert is_at_chance(evaluation(labels, predicted)) is expected


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "    7   1.2346     2.3457    12.3 %      45.7 %          0.015     1,235\n"),
        ({"validation_loss": None, "validation_accuracy": None},
         "    7   1.2346          –    12.3 %           –          0.015     1,235\n"),
        ({"train_accuracy": None, "images_per_second": None},
         "    7   1.2346     2.3457         –      45.7 %          0.015         0\n"),
    ],
)  # fmt: skip
def test_a_row_of_the_table(changes, line, capsys):
    row = {
        "epoch": 7, "loss": 1.23456, "validation_loss": 2.34567, "train_accuracy": 0.12345,
        "validation_accuracy": 0.45678, "learning_rate": 0.015, "images_per_second": 1234.6,
    }  # fmt: skip
    print_row(row | changes)
    assert capsys.readouterr().out == line
    assert len(line) == len(TABLE_HEAD) + 1


@pytest.mark.parametrize(("number", "is_raised"), [(errno.EIO, False), (errno.ENOSPC, True)])
def test_a_terminal_that_was_closed_ends_nothing(number, is_raised, monkeypatch):
    def write(line):
        raise OSError(number, "no")

    monkeypatch.setattr("tqdm.auto.tqdm.write", write)
    row = dict.fromkeys(EpochRow.__annotations__) | {"epoch": 1, "loss": 1.0, "learning_rate": 1.0}
    with pytest.raises(OSError, match="no") if is_raised else nullcontext():
        print_row(row)


def test_why_training_has_stopped_and_how_to_go_on(capsys, monkeypatch):
    monkeypatch.setattr("minivgg.cli.train_report.program", lambda: "minivgg")
    losses = [3.0, 1.0, 2.0]
    history = [{"epoch": k, "validation_loss": loss} for k, loss in enumerate(losses, 1)]
    print_stop(SimpleNamespace(folder=Path("a b")), history, "the reason")
    assert capsys.readouterr().out == (
        "\nstopped after epoch 3: the reason; best.safetensors has the weights after epoch 2, "
        "which has the lowest validation loss (minivgg evaluate 'a b' --best); to continue: "
        "minivgg train --resume 'a b' --early-stopping N, with a larger N, or 0 for none\n"
    )


def test_the_result_on_the_test_images(capsys):
    labels = np.zeros(2000, int)
    print_result(evaluation(labels, np.arange(2000) % 100 == 0))
    out = capsys.readouterr().out
    assert out.startswith("\ntest accuracy 99.00 % (20 of 2,000 images wrong), loss ")


SMALL = "or, with so few images, start from a trained net: minivgg train --data 'my photos' "
LARGE = "--size 224 224 --net vgg16 --init imagenet --freeze --batch-size 16 --lr 0.001"


@pytest.mark.parametrize(
    ("count", "changes", "shape", "expected"),
    [
        (999, {}, (3, 64, 64), f"{SMALL}--init cifar10 --freeze pool3"),
        (1000, {}, (3, 64, 64), None),
        (1, {"init": "x"}, (3, 64, 64), None),
        (1, {"data": "digits"}, (3, 64, 64), None),
        (1, {}, (1, 64, 64), None),
        (1, {}, (3, 128, 128), SMALL + LARGE),
        (1, {}, (3, 128, 127), f"{SMALL}--init cifar10 --freeze pool3"),
    ],
)
def test_few_images_of_ones_own_have_a_better_start(count, changes, shape, expected, monkeypatch):
    monkeypatch.setattr("minivgg.cli.train_report.program", lambda: "minivgg")
    run = SimpleNamespace(config={"init": None, "data": "my photos"} | changes, shape=shape)
    assert better_start(run, count) == expected


class Weights:
    """A net with one convolution of 6 numbers, of which 4 may be frozen, in a Sequential."""

    def __init__(self, is_frozen):
        self.values = {
            "a": SimpleNamespace(data=np.zeros(4), frozen=is_frozen),
            "b": SimpleNamespace(data=np.zeros(2), frozen=False),
        }

    def parameters(self):
        """Both."""
        return self.values


CONFIG = {"data": "d", "classes": ["a", "b"], "net": [4, "M"], "freeze": None, "init": None}


@pytest.mark.parametrize(
    ("freeze", "ranks", "device", "threads", "lines"),
    [
        (None, 1, "cpu", 2, ["on      cpu, 2 threads"]),
        (None, 3, "gpu", 2, ["on      3 ranks, each on gpu"]),
        ("", 1, "cpu", 1,
         ["frozen  4 of 1,234 parameters, all but the head", "on      cpu, 1 thread"]),
        ("pool1", 1, "gpu", 1, ["frozen  4 of 1,234 parameters, up to pool1", "on      gpu"]),
    ],
)  # fmt: skip
def test_the_head_of_the_table(freeze, ranks, device, threads, lines, capsys, monkeypatch):
    totals = SimpleNamespace(parameters=1234, macs=56789)
    monkeypatch.setattr(train_report.models, "summary", lambda net, shape: totals)
    monkeypatch.setattr(train_report.backend, "device", lambda: device)
    monkeypatch.setattr(train_report.backend, "get_num_threads", lambda: threads)
    run = SimpleNamespace(config=CONFIG | {"freeze": freeze}, shape=(3, 8, 9), folder="r")
    world = SimpleNamespace(size=ranks)
    print_header(run, Weights(freeze is not None), (1000, 200, 30), [], world)
    assert capsys.readouterr().out.splitlines() == [
        "data    d: 1,000 training, 200 validation and 30 test images of 3×8×9, 2 classes",
        "net     4,M: 1,234 parameters, 56,789 multiply-adds an image",
        *lines, "folder  r", "", TABLE_HEAD,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("started", "options", "kind", "ratio", "expected"),
    [
        (["conv1", "fc2", "fc3"], "", "run", None,
         ["from    start: 4,M at 8×9; 3 of 3 layers"]),
        (["conv1", "fc2"], "", "run", None,
         ["from    start: 4,M at 8×9; 2 of 3 layers; new: fc3 for 2 classes"]),
        (["conv1"], "", "file", None,
         ["from    start: a partial start: 4,M at 8×9; 1 of 3 layers; new: fc2, fc3 for 2 "
          "classes"]),
        (["conv1", "fc2"], "--net X", "run", None,
         ["from    start: a partial start: 4,M at 8×9; 2 of 3 layers; new: fc3 for 2 classes",
          "        start has another net: to take all of its layers, add --net X"]),
        (["conv1", "fc2", "fc3"], "--net X", "file", 60.0,
         ["from    start: 4,M at 8×9; 3 of 3 layers",
          "        its maps are in the unit of pixels: each convolution is divided by the size",
          "        of its output on training images, which changes its maps by one factor only"]),
    ],
)  # fmt: skip
def test_where_the_weights_are_from(started, options, kind, ratio, expected, capsys, monkeypatch):
    names = ["conv1", "bn1", "fc2", "fc3"]
    monkeypatch.setattr(train_report.models, "layer_names", lambda net: names)
    start = Run("x", {}) if kind == "run" else Path("x")
    monkeypatch.setattr(train_report, "display_name", lambda init: "start")
    monkeypatch.setattr(train_report, "find_initial_weights", lambda *a, progress: start)
    monkeypatch.setattr(train_report, "options_for_all_layers", lambda config, start: options)
    monkeypatch.setattr(train_report, "input_unit_ratio", lambda *a: ratio)
    config = CONFIG | {"init": "i", "batch_norm": False, "init_pixels": None}
    run = SimpleNamespace(config=config, shape=(3, 8, 9), normalize=None)
    train_report._print_start(run, None, started)
    assert capsys.readouterr().out.splitlines() == expected
    config["batch_norm"] = True
    train_report._print_start(run, None, started)
    assert "4,M with batch norm at 8×9; " in capsys.readouterr().out


def test_a_sample_of_each_class_is_written(tmp_path):
    labels = np.array([1, 0, 1, 11, 2])
    images = (np.arange(5 * 3 * 2 * 2).reshape(5, 3, 2, 2)).astype(np.uint8)
    names = ["a b", "c/d", "e", *(f"k{k}" for k in range(3, 12))]
    train_report._write_samples(tmp_path / "samples", data.ArrayDataset(images, labels, names))
    written = sorted(path.name for path in (tmp_path / "samples").iterdir())
    assert len(written) == 3  # of the first ten classes, those that have images
    assert {"a-b.png", "e.png"} < set(written)
    with Image.open(tmp_path / "samples" / "a-b.png") as picture:
        assert np.array_equal(np.asarray(picture).transpose(2, 0, 1), images[1])
    grey = data.ArrayDataset(images[:, :1], labels, names)
    train_report._write_samples(tmp_path / "samples", grey)
    with Image.open(tmp_path / "samples" / "a-b.png") as picture:
        assert np.array_equal(np.asarray(picture), images[1, 0])


def test_only_ten_samples_are_written(tmp_path):
    images = np.zeros((12, 1, 2, 2), np.uint8)
    train_report._write_samples(
        tmp_path, data.ArrayDataset(images, np.arange(12), [f"k{k}" for k in range(12)])
    )
    assert len(list(tmp_path.iterdir())) == 10
