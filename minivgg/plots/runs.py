"""Figures of a training run: learning curves, confusion matrix, mistakes, first filters."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil, isfinite, nan, sqrt
from typing import Any, Literal, NotRequired, TypedDict

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, LogLocator, MaxNLocator

from minivgg.backend import Array
from minivgg.plots.figure import (
    BLUE,
    GREEN,
    GREY,
    LIGHT_BLUE,
    ORANGE,
    Figure,
    blank_panels,
    remove_box,
    shorten,
    show_image,
)

LOG_SCALE_RATIO = 5  # of the largest to the smallest loss, beyond which the axis is logarithmic
MAX_CLASSES_WITH_COUNTS = 25  # in whose confusion matrix the counts are written
MAX_CLASS_TICKS = 40
MAX_MISTAKES = 40  # images that are shown
LEGEND_COLUMNS = 3  # that fit below two panels
MEAN_OF_EPOCH = "training (mean over the epoch)"  # with dropout; the validation comes after it

COLOURS = (BLUE, ORANGE, GREEN, GREY, "#CC79A7", LIGHT_BLUE, "#E69F00")  # of several runs

PALE_GREY = "#dddddd"
NATS = "nats"  # the unit of the cross-entropy

TRAINING = " (training)"  # behind the name of a run without validation images


class HistoryRow(TypedDict):
    """What ``curves`` reads of an epoch: a part of a row of history.csv."""

    epoch: int
    learning_rate: float
    loss: float
    validation_loss: float | None
    train_accuracy: float | None
    validation_accuracy: float | None
    metric: NotRequired[str]
    train_metric: NotRequired[float | None]
    validation_metric: NotRequired[float | None]


def curves(history: Sequence[HistoryRow], loss_options: str = "") -> Figure:
    """Loss and error by epoch, of the training and the validation images.

    A point marks the lowest validation loss: a loss that rises after it is a sign of overfitting.
    Dotted lines mark the epochs at which the learning rate drops; where a schedule lowers it at
    every epoch, there are none. Where the loss has a metric of its own, such as the mean absolute
    error, the second panel shows that.

    Parameters
    ----------
    history : sequence of dict
        The rows that ``Trainer.fit`` returns, one for each epoch.
    loss_options : str, optional
        For the title of the loss, such as "label smoothing".

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(9, 3.7)
    left, right = figure.subplots(1, 2)
    epochs = [row["epoch"] for row in history]
    losses, held_out = _losses(history, "loss"), _losses(history, "validation_loss")
    _plot_both(left, epochs, losses, held_out)
    metrics = {row["metric"] for row in history if "metric" in row}
    title = "Loss" if _has_values(held_out) else "Training loss"
    title += f" with {loss_options}" if loss_options else ""
    _label_loss(left, [*losses, *held_out], title, "" if metrics else NATS)
    _mark_lowest(left, epochs, held_out)
    _plot_both(right, epochs, _errors(history, "train"), _errors(history, "validation"))
    if metrics:
        right.set(title=metrics.pop().replace("_", " ").capitalize(), ylim=(0, None))
    else:
        _label_error(right, "Images misclassified")
    for axes in (left, right):
        _mark_drops(axes, _drops(history))
        _finish_panel(axes, epochs)
    _legend_below(figure, left, right)
    return figure


def compared_curves(histories: Mapping[str, Sequence[HistoryRow]]) -> Figure:
    """Loss and error by epoch of several runs, one colour each.

    The error is that of the validation images, or of the training images (dashed) for a run without
    them. The loss is that of the validation images, or of the training images where some run has no
    validation loss, as histories of earlier versions have none.

    Parameters
    ----------
    histories : mapping of str to sequence of dict
        The rows that ``Trainer.fit`` returns, by the name of the run.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    rows_of_names = ceil(len(histories) / LEGEND_COLUMNS)
    figure = Figure(9, 3.5 + 0.2 * rows_of_names)
    left, right = figure.subplots(1, 2)
    shown: Literal["loss", "validation_loss"] = "validation_loss"
    if not all(_has_values(_losses(history, shown)) for history in histories.values()):
        shown = "loss"
    losses = [loss for history in histories.values() for loss in _losses(history, shown)]
    for k, (name, history) in enumerate(histories.items()):
        marker, colour = ("o" if len(history) < 2 else None), COLOURS[k % len(COLOURS)]
        epochs = [row["epoch"] for row in history]
        left.plot(epochs, _numbers(_losses(history, shown)), color=colour, marker=marker)
        validated = _has_values(_errors(history, "validation"))
        errors = _numbers(_errors(history, "validation" if validated else "train"))
        label = shorten(name) + ("" if validated else TRAINING)
        style = "-" if validated else "--"
        right.plot(epochs, errors, color=colour, linestyle=style, label=label, marker=marker)
    _label_loss(left, losses, "Training loss" if shown == "loss" else "Validation loss")
    only_training = all(name.endswith(TRAINING) for name in right.get_legend_handles_labels()[1])
    _label_error(right, f"{'I' if only_training else 'Validation i'}mages misclassified")
    epochs = sorted({row["epoch"] for history in histories.values() for row in history})
    for axes in (left, right):
        _finish_panel(axes, epochs)
    _legend_below(figure, right)
    return figure


def _plot_both(
    axes: Axes,
    epochs: Sequence[int],
    training: Sequence[float | None],
    validation: Sequence[float | None],
) -> None:
    """A line for the training images, and a dashed one for those of the validation, if any."""
    marker = "o" if len(epochs) < 2 else None
    axes.plot(epochs, _numbers(training), color=BLUE, label=MEAN_OF_EPOCH, marker=marker)
    if _has_values(validation):
        style: dict[str, Any] = {"color": ORANGE, "linestyle": "--", "marker": marker}
        axes.plot(epochs, _numbers(validation), label="validation", **style)


def _mark_lowest(axes: Axes, epochs: Sequence[int], losses: Sequence[float | None]) -> None:
    pairs = zip(losses, epochs, strict=True)
    found = [(loss, epoch) for loss, epoch in pairs if loss is not None and isfinite(loss)]
    if len(found) > 1:
        loss, epoch = min(found)
        label = f"lowest validation loss (epoch {epoch})"
        axes.plot([epoch], [loss], color=ORANGE, marker="o", linestyle="", label=label)


def _losses(
    history: Sequence[HistoryRow], name: Literal["loss", "validation_loss"]
) -> list[float | None]:
    return [row.get(name) for row in history]


def _errors(
    history: Sequence[HistoryRow], images: Literal["train", "validation"]
) -> list[float | None]:
    """The share of wrong images in %, or the loss's own metric; None where there is neither."""
    found = []
    for row in history:
        if images == "train":
            accuracy, metric = row["train_accuracy"], row.get("train_metric")
        else:
            accuracy, metric = row["validation_accuracy"], row.get("validation_metric")
        found.append(metric if accuracy is None else 100 * (1 - accuracy))
    return found


def _has_values(values: Sequence[float | None]) -> bool:
    return any(value is not None for value in values)


def _numbers(values: Sequence[float | None]) -> list[float]:
    """The values, with a gap where an epoch has none."""
    return [nan if value is None else value for value in values]


def _drops(history: Sequence[HistoryRow]) -> list[int]:
    """The epochs from which on the learning rate is smaller; none where it falls continuously."""
    drops = [b["epoch"] for a, b in pairwise(history) if b["learning_rate"] < a["learning_rate"]]
    return [] if any(b == a + 1 for a, b in pairwise(drops)) else drops


def _mark_drops(axes: Axes, drops: Sequence[int]) -> None:
    for k, epoch in enumerate(drops):
        label = "learning rate drops" if k == 0 else None
        axes.axvline(epoch - 0.5, color=GREY, linewidth=0.8, linestyle=":", label=label)


def _finish_panel(axes: Axes, epochs: Sequence[int]) -> None:
    axes.set(xlabel="epoch")
    several = len(epochs) > 1
    axes.xaxis.set_major_locator(MaxNLocator(integer=True) if several else FixedLocator(epochs))
    remove_box(axes)


def _legend_below(figure: Figure, *panels: Axes) -> None:
    """The legend of the panels' lines below them, where it covers no line."""
    handles: dict[str, Any] = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, handle)
    style: dict[str, Any] = {"loc": "outside lower center", "frameon": False}
    figure.legend(handles.values(), handles.keys(), ncols=LEGEND_COLUMNS, **style)


def _label_loss(axes: Axes, values: Sequence[float | None], title: str, unit: str = NATS) -> None:
    losses = [loss for loss in values if loss is not None]
    # on a linear scale the end of a steep curve would lie on the axis
    smallest = max(min(losses, default=1), 1e-12)
    ratio = max(losses, default=1) / smallest
    logarithmic = ratio > LOG_SCALE_RATIO
    axes.set(
        title=title,
        ylabel=_with_notes(
            "cross-entropy" if unit else "loss", unit, "log scale" if logarithmic else ""
        ),
        yscale="log" if logarithmic else "linear",
    )
    if logarithmic:
        # powers of ten alone would leave one tick or none on a short axis
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5, 7) if ratio < 100 else (1,)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("")


def _with_notes(name: str, *notes: str) -> str:
    """The name with the notes that there are, as in "cross-entropy (nats, log scale)"."""
    given = ", ".join(note for note in notes if note)
    return f"{name} ({given})" if given else name


def _label_error(axes: Axes, title: str) -> None:
    # a line or a point at the largest error needs some room above it
    axes.set(title=title, ylabel="error (%)", ylim=(0, 1.05 * max(axes.dataLim.y1, 1)))


def confusion(matrix: Array, classes: Sequence[str]) -> Figure:
    """A confusion matrix: mistakes are in colour, correct predictions in grey.

    Parameters
    ----------
    matrix : array of int of shape (K, K)
        Counts: rows are the true classes, columns the predicted ones.
    classes : sequence of str
        The K names.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    k = len(classes)
    side = min(14.0, 2.5 + 0.45 * k)
    figure = Figure(side, side * 0.92)
    axes = figure.subplots()
    correct, total = int(np.trace(matrix)), int(matrix.sum())
    wrong = np.where(np.eye(k, dtype=bool), 0, matrix)
    axes.imshow(wrong, cmap="Oranges", vmin=0, vmax=max(2, wrong.max() * 1.3))
    for i in range(k):  # the diagonal is seen without the counts
        axes.add_patch(Rectangle((i - 0.5, i - 0.5), 1, 1, color=PALE_GREY))
    for (i, j), count in np.ndenumerate(matrix) if k <= MAX_CLASSES_WITH_COUNTS else ():
        if count:
            weight = "normal" if i == j else "bold"
            axes.text(j, i, count, ha="center", va="center", fontsize=9, weight=weight)
    labels = list(map(shorten, classes))
    step = ceil(k / MAX_CLASS_TICKS)
    ticks = range(0, k, step)
    axes.set_xticks(ticks, labels[::step], rotation=0 if max(map(len, labels)) <= 3 else 90)
    axes.set_yticks(ticks, labels[::step])
    axes.set(
        xlabel="predicted class",
        ylabel="true class",
        title=f"{total - correct:,} of {total:,} images misclassified",
    )
    axes.spines[:].set_visible(False)
    return figure


def filters(weights: Array) -> Figure:
    """The filters of a first layer: in colour for three channels, else the mean over channels.

    Grey is zero, bright positive, dark negative, on one scale for all filters.

    Parameters
    ----------
    weights : array of shape (O, C, kh, kw)
        The filters.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    o, c = weights.shape[:2]
    scale = np.abs(weights).max() or 1
    columns = ceil(sqrt(2 * o))
    rows = ceil(o / columns)
    figure = Figure(0.62 * columns, 0.62 * rows + 0.5)
    for axes, kernel in zip(blank_panels(figure, rows, columns), weights, strict=False):
        rgb = kernel if c == 3 else kernel.mean(axis=0, keepdims=True).repeat(3, axis=0)
        picture = 0.5 + 0.5 * rgb / scale
        axes.imshow(picture.transpose(1, 2, 0), interpolation="nearest")
    kh, kw = weights.shape[2:]
    figure.suptitle(f"The {o} filters of the first layer ({kh}×{kw})", fontsize=10)
    return figure


def most_confident(confidence: Sequence[float] | Array, count: int = MAX_MISTAKES) -> Array:
    """The images with the largest confidence, largest first: those that ``mistakes`` shows.

    Parameters
    ----------
    confidence : sequence of float
        The probability of the predicted class of each image.
    count : int
        How many to find.

    Returns
    -------
    indices : array of int of shape (count,)
        Fewer where there are fewer images.
    """
    return np.argsort(-np.asarray(confidence), kind="stable")[:count]


def mistakes(
    images: Sequence[Array],
    labels: Sequence[int] | Array,
    predicted: Sequence[int] | Array,
    confidence: Sequence[float] | Array,
    classes: Sequence[str],
    total: int | None = None,
) -> Figure:
    """Misclassified images, the most confident mistakes first.

    Each is captioned "true → predicted, confidence".

    Parameters
    ----------
    images : sequence of uint8 arrays of shape (C, H, W)
        Grey or RGB.
    labels, predicted : sequence of int
        The true and the predicted class of each image.
    confidence : sequence of float
        The probability of the predicted class, from 0 to 1.
    classes : sequence of str
        The names of all classes.
    total : int, optional
        The number of all mistakes, where only the most confident ones are given.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    order, total = most_confident(confidence), len(labels) if total is None else total
    columns = min(8, max(4, len(order)))
    rows = max(1, ceil(len(order) / columns))
    figure = Figure(1.35 * columns, 1.65 * rows + 0.4)
    for axes, i in zip(blank_panels(figure, rows, columns), order, strict=False):
        show_image(axes, images[i])
        names = f"{shorten(classes[labels[i]])} → {shorten(classes[predicted[i]])}"
        axes.set_title(f"{names}\n{100 * confidence[i]:.0f} %", fontsize=8)
    title = (
        "Misclassified: true → predicted, and how sure the net was "
        f"(the {len(order)} surest of {total:,})"
    )
    figure.suptitle(title if len(labels) else "No image was misclassified", fontsize=10)
    return figure
