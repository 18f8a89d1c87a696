"""What ``train`` writes at its end: weights, figures, samples and the lines about them."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from minivgg import data, models, plots, weights
from minivgg.cli import train_report
from minivgg.evaluation.metrics import Evaluation
from minivgg.utils.files import TEMPORARY

CONFIG = {
    "data": "digits", "net": [4, "M"], "classes": ["a", "b"], "class_weights": None,
    "label_smoothing": 0.0, "init": None,
}  # fmt: skip
LABELS = np.array([0, 0, 1, 1, 0])
IMAGES = np.arange(5 * 2 * 3, dtype=np.uint8).reshape(5, 1, 2, 3)
TEST_SET = data.ArrayDataset(IMAGES, LABELS, ["a", "b"])


def result(predicted, confidences=(0.6, 0.7, 0.8, 0.9, 0.55)):
    """An evaluation with these answers, of which each has its probability."""
    probabilities = np.stack([1 - np.array(confidences)] * 2, axis=1)
    probabilities[np.arange(5), predicted] = confidences
    return Evaluation.from_probabilities(probabilities, LABELS, ["a", "b"], loss=0.5)


@pytest.fixture
def small():
    """A net with two convolutions."""
    return models.vgg([4, "M", 6, "M"], 2, (3, 8, 8), ())


def test_the_figures_show_the_mistakes_from_the_most_confident_on(small, monkeypatch):
    drawn = {}
    for name in ("curves", "confusion", "mistakes", "filters"):
        monkeypatch.setattr(plots, name, lambda *a, n=name, **o: drawn.update({n: (a, o)}) or n)
    answers = result([1, 0, 0, 1, 1])  # wrong: 0, 2 and 4
    found = train_report._figures(small, ["row"], answers, TEST_SET, "class weights")
    names = ["curves", "confusion", "mistakes", "filters"]
    assert found == {f"{name}.png": name for name in names}
    assert drawn["curves"] == ((["row"], "class weights"), {})
    assert drawn["confusion"][0][0].tolist() == [[1, 2], [1, 1]]
    assert drawn["confusion"][0][1] == ["a", "b"]
    (images, labels, predicted, confidences, classes), more = drawn["mistakes"]
    assert [image.tolist() for image in images] == [IMAGES[k].tolist() for k in (2, 0, 4)]
    assert (labels.tolist(), predicted.tolist()) == ([1, 0, 0], [0, 1, 1])
    assert confidences.tolist() == pytest.approx([0.8, 0.6, 0.55])
    assert (classes, more) == (["a", "b"], {"total": 3})
    ((filters,), _) = drawn["filters"]
    assert np.array_equal(filters, small["features"].parameters()["0.weight"].data)


def test_figures_of_a_net_without_convolutions_or_mistakes(monkeypatch):
    monkeypatch.setattr(plots, "mistakes", lambda images, *a, total: (images, total))
    monkeypatch.setattr(plots, "curves", lambda *a: "curves")
    part = SimpleNamespace(parameters=lambda: {"w": SimpleNamespace(data=np.zeros((2, 3)))})
    found = train_report._figures({"features": part}, [], result(LABELS), TEST_SET, "")
    assert found["mistakes.png"] == ([], 0)
    assert "filters.png" not in found


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ""),
        ({"class_weights": "balanced"}, "class weights"),
        ({"label_smoothing": 0.1}, "label smoothing"),
        ({"class_weights": "balanced", "label_smoothing": 0.1}, "class weights and label smoothi"),
    ],
)
def test_what_changes_the_loss_is_in_the_title(options, expected):
    found = train_report._loss_options(SimpleNamespace(config=CONFIG | options))
    assert found.startswith(expected)
    assert bool(found) == bool(expected)


@pytest.fixture
def finish(tmp_path, monkeypatch, small):
    """Write the results of a run whose figures and card are given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(train_report, "program", lambda: "minivgg")
    monkeypatch.setattr(train_report, "_figures", lambda *a: {"curves.png": a[4], "b.png": "x"})
    monkeypatch.setattr(train_report, "model_card", lambda run, *a: f"card of {a[2]} images\n")
    monkeypatch.setattr(plots, "save", lambda figure, path: path.write_text(figure))
    folder = Path("my run")
    folder.mkdir()

    def write(config, answers, trained_on=1234):
        normalize = data.Normalize((0.5,) * 3, (0.25,) * 3)
        run = SimpleNamespace(
            config=CONFIG | config, folder=folder, normalize=normalize, shape=(3, 8, 8)
        )
        train_report.write_results(run, small, ["row"] * 3, answers, TEST_SET, trained_on)
        return folder

    return write


TRY = "try     minivgg predict 'my run/samples' --run 'my run'\n"
WROTE = "history.csv, config.json, MODEL_CARD.md, curves.png, b.png, samples/\n"


def test_everything_that_is_written_is_named(finish, small, capsys):
    folder = finish({"class_weights": "balanced"}, result(LABELS))
    assert capsys.readouterr().out == f"wrote   my run: weights.safetensors, {WROTE}{TRY}"
    assert (folder / "curves.png").read_text() == "class weights"
    assert (folder / "MODEL_CARD.md").read_text() == "card of 1234 images\n"
    stored = weights.read(folder / "weights.safetensors")
    assert stored.metadata["epoch"] == "3"
    assert (stored.metadata["net"], stored.metadata["classes"]) == ("4,M", json.dumps(["a", "b"]))
    assert "checksum" in " ".join(stored.metadata)
    again = models.vgg([4, "M", 6, "M"], 2, (3, 8, 8), ())
    models.load_weights(again, folder / "weights.safetensors")
    assert again.preprocessing == data.Normalize((0.5,) * 3, (0.25,) * 3)
    assert sorted(path.name for path in (folder / "samples").iterdir()) == ["a.png", "b.png"]


def test_weights_of_the_best_epoch_chance_and_few_images(finish, capsys):
    (Path("my run") / "best.safetensors").write_text("")
    finish({"data": "photos"}, result([0, 0, 0, 0, 0]), trained_on=9)
    assert capsys.readouterr().out == (
        f"wrote   my run: weights.safetensors, best.safetensors, {WROTE}{TRY}"
        "        the test accuracy may be chance: to look for the cause, minivgg doctor 'my run'\n"
        "        or, with so few images, start from a trained net: minivgg train --data photos "
        "--init cifar10 --freeze pool3\n"
    )


def test_a_sample_is_the_first_image_of_its_class_and_leftovers_go(tmp_path):
    leftover = tmp_path / f"{TEMPORARY}0123456789abcdef.tmp"
    leftover.write_text("")
    train_report._write_samples(tmp_path, TEST_SET)
    for name, k in (("a", 0), ("b", 2)):
        with Image.open(tmp_path / f"{name}.png") as picture:
            assert np.array_equal(np.asarray(picture), IMAGES[k, 0])
    assert not leftover.exists()
