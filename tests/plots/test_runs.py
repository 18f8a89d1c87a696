"""Figures of a run are drawn from any sizes without a warning, and say what they show."""

import numpy as np
import pytest
from PIL import Image
from support.figure_text import words

from minivgg import plots

HISTORY = [
    {
        "epoch": e,
        "loss": 1 / e,
        "train_accuracy": 0.5,
        "validation_accuracy": 0.6,
        "learning_rate": 0.1 if e < 3 else 0.01,
        "images_per_second": 1,
    }
    for e in range(1, 5)
]


@pytest.mark.parametrize(
    "history", [HISTORY, HISTORY[:1], [row | {"validation_accuracy": None} for row in HISTORY]]
)
def test_curves(history):
    text = words(plots.curves(history))
    assert "cross-entropy (nats" in text
    assert ("validation" in text) == (history[0]["validation_accuracy"] is not None)
    assert ("learning rate falls" in text) == (len(history) > 2)


def test_curves_of_several_runs():
    without = [row | {"validation_accuracy": None} for row in HISTORY]
    text = words(plots.compared_curves({"a": HISTORY, "b": without, "c": HISTORY[:1]}))
    assert "Validation images misclassified" in text
    assert "b (training)" in text
    assert "a (training)" not in text
    only_training = words(plots.compared_curves({"b": without}))
    assert "Validation" not in only_training


@pytest.mark.parametrize("k", [2, 10, 60])
def test_confusion(k):
    matrix = np.diag(np.full(k, 5))
    matrix[0, 1] = 3
    assert f"3 of {5 * k + 3} images misclassified" in words(
        plots.confusion(matrix, [f"class {i}" for i in range(k)])
    )


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1, 1, 3, 3), (32, 3, 3, 3), (5, 7, 5, 5)])
def test_filters(rng, shape):
    assert f"The {shape[0]} filters" in words(plots.filters(rng.standard_normal(shape)))
    plots.filters(np.zeros(shape))


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1, 9, 50])
@pytest.mark.parametrize("channels", [1, 3])
def test_mistakes(rng, count, channels):
    images = rng.integers(0, 256, (count, channels, 8, 8), np.uint8)
    labels = np.zeros(count, int)
    text = words(
        plots.mistakes(images, labels, labels + 1, np.linspace(0.5, 1, count), ["cat", "dog"])
    )
    assert ("cat → dog" in text) == bool(count)
    assert ("No image was misclassified" in text) == (not count)


def test_saving_replaces_a_file_whole(tmp_path):
    plots.save(plots.curves(HISTORY), tmp_path / "curves.png")
    with Image.open(tmp_path / "curves.png") as image:
        assert image.format == "PNG"
    assert [p.name for p in tmp_path.iterdir()] == ["curves.png"]


def test_names_that_are_long_or_look_like_formulas(tmp_path):
    classes = ["$x_{$", "a" * 100, "gr\udcfcn"]
    figure = plots.confusion(np.ones((3, 3), int), classes)
    assert "a" * 19 + "…" in words_quietly(figure)
    assert "gr�n" in words_quietly(figure)  # bytes that are not UTF-8
    plots.save(figure, tmp_path / "x.png")
    plots.save(
        plots.mistakes(
            np.zeros((1, 1, 4, 4), np.uint8), np.array([0]), np.array([2]), np.array([1.0]), classes
        ),
        tmp_path / "y.png",
    )


def words_quietly(figure):
    return " ".join(
        text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))
    )
