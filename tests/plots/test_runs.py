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
    assert ("learning rate drops" in text) == (len(history) > 2)


def test_the_validation_loss_is_a_second_line_with_a_gap_for_epochs_without_one():
    rows = [row | {"validation_loss": 2.0} for row in HISTORY]
    rows[1] = rows[1] | {"validation_loss": None}
    axes = plots.curves(rows).axes[0]
    _, line = [
        line
        for line in axes.lines
        if line.get_label() in ("training (mean over the epoch)", "validation")
    ]
    np.testing.assert_array_equal(line.get_ydata(), [2.0, np.nan, 2.0, 2.0])
    assert axes.get_title() == "Loss"
    assert plots.curves(HISTORY).axes[0].get_title() == "Training loss"
    compared = plots.compared_curves({"a": rows, "b": rows})
    assert compared.axes[0].get_title() == "Validation loss"
    mixed = plots.compared_curves({"a": rows, "b": HISTORY})
    assert mixed.axes[0].get_title() == "Training loss"


def test_the_lowest_validation_loss_is_marked_and_options_of_the_loss_named():
    held_out = [3.0, 1.0, None, 2.0]
    rows = [row | {"validation_loss": x} for row, x in zip(HISTORY, held_out, strict=True)]
    figure = plots.curves(rows, "label smoothing")
    assert "lowest validation loss (epoch 2)" in words(figure)
    (point,) = [line for line in figure.axes[0].lines if "lowest" in line.get_label()]
    np.testing.assert_array_equal(point.get_xydata(), [[2, 1.0]])
    assert figure.axes[0].get_title() == "Loss with label smoothing"
    assert "lowest" not in words(plots.curves(rows[:1]))


def test_losses_that_are_not_finite_are_not_the_lowest():
    held_out = [np.nan, -np.inf, 1.0, 2.0]
    rows = [row | {"validation_loss": x} for row, x in zip(HISTORY, held_out, strict=True)]
    assert "lowest validation loss (epoch 3)" in words(plots.curves(rows))
    rows = [row | {"validation_loss": x} for row, x in zip(HISTORY, [np.nan] * 4, strict=True)]
    assert "lowest" not in words(plots.curves(rows))


def test_a_regression_shows_its_metric():
    regression = {
        "train_accuracy": None,
        "validation_accuracy": None,
        "validation_loss": 2.0,
        "metric": "mean_absolute_error",
        "train_metric": 0.25,
        "validation_metric": 0.5,
    }
    figure = plots.curves([row | regression for row in HISTORY])
    left, right = figure.axes
    assert right.get_title() == "Mean absolute error"
    assert [max(line.get_ydata()) for line in right.lines[:2]] == [0.25, 0.5]
    assert left.get_ylabel() == "loss (log scale)"


def history(losses, rates=None):
    """Rows with these losses and learning rates."""
    rates = rates or [0.1] * len(losses)
    new = [{"loss": x, "learning_rate": rate} for x, rate in zip(losses, rates, strict=True)]
    return [HISTORY[0] | row | {"epoch": e} for e, row in enumerate(new, 1)]


@pytest.mark.parametrize("low", [0.3, 0.11, 0.02, 0.0021, 1e-5])
@pytest.mark.parametrize("ratio", [4, 6, 9.9, 30, 99, 101, 1e4])
def test_axis_of_any_losses_has_labelled_ticks(low, ratio):
    figure = plots.curves(history([low * ratio, low]))
    figure.canvas.draw()
    axes = figure.axes[0]
    bottom, top = axes.get_ylim()
    labels = [
        text.get_text()
        for text in axes.get_yticklabels()
        if bottom <= text.get_position()[1] <= top
    ]
    assert len(set(labels)) >= 2
    assert all(labels)


def test_a_rate_that_falls_at_each_epoch_is_not_marked():
    losses = np.linspace(2, 1, 20)
    cosine = [1 + np.cos(np.pi * k / 20) for k in range(20)]
    assert "learning rate" not in words(plots.curves(history(losses, cosine)))
    steps = [0.1] * 8 + [0.01] * 8 + [0.001] * 4
    figure = plots.curves(history(losses, steps))
    marks = [line.get_xdata()[0] for line in figure.axes[0].lines[1:]]
    assert marks == [8.5, 16.5]


def test_texts_lie_beside_the_lines():
    """No legend and no text is within a panel, whatever the number of runs."""
    figures = [
        plots.curves(HISTORY),
        plots.compared_curves({f"a long name of a run {k}": HISTORY for k in range(8)}),
    ]
    for figure in figures:
        figure.canvas.draw()
        boxes = [text.get_window_extent() for text in figure.legends[0].get_texts()]
        for axes in figure.axes:
            assert axes.get_legend() is None
            assert not axes.texts
            assert not any(axes.get_window_extent().overlaps(box) for box in boxes)
            assert axes.get_window_extent().height > 0.4 * figure.bbox.height
        assert all(box.x0 >= 0 and box.x1 <= figure.bbox.width for box in boxes)


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


def test_the_diagonal_of_a_confusion_matrix_is_grey_and_mistakes_are_bold():
    (axes,) = plots.confusion(np.array([[5, 3], [0, 4]]), ["a", "b"]).axes
    assert [patch.get_xy() for patch in axes.patches] == [(-0.5, -0.5), (0.5, 0.5)]
    weights = {text.get_text(): text.get_weight() for text in axes.texts}
    assert weights == {"5": "normal", "3": "bold", "4": "normal"}


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
