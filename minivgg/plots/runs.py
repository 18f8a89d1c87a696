"""Floor 4: pictures. Each function returns a matplotlib ``Figure``: show it in a notebook, or ``save`` it.

One message a figure; colours that colour-blind readers tell apart (Okabe & Ito) and that print in grey.
"""

import io
import warnings
from itertools import pairwise
from math import ceil, log2, sqrt

import numpy as np
from matplotlib import figure as matplotlib_figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, MaxNLocator

from minivgg.analysis import trace
from minivgg.data import PCAColorShift
from minivgg.layers import AvgPool2d, Conv2d, Linear, MaxPool2d
from minivgg.utils.files import replacing

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"


class Figure(matplotlib_figure.Figure):
    """A figure that notebooks show when it is the last thing in a cell, without any setting."""

    def _repr_png_(self):
        file = io.BytesIO()
        self.savefig(file, format="png", dpi=100)
        return file.getvalue()


def save(figure, path):
    """Write a figure to a PNG file, whole or not at all."""
    with replacing(path) as temporary, warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", UserWarning
        )  # a glyph that the font lacks is drawn as a box: no news for a user
        figure.savefig(temporary, format="png", dpi=120)


def curves(history):
    """Loss and accuracy by epoch, from the rows that ``Trainer.fit`` returns; dotted lines where the learning rate falls."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    epochs = [row["epoch"] for row in history]
    marker = "o" if len(epochs) < 2 else None
    left.plot(epochs, [row["loss"] for row in history], color=BLUE, marker=marker)
    losses = [row["loss"] for row in history]
    wide = bool(losses) and max(losses) > 5 * max(
        min(losses), 1e-12
    )  # otherwise the end of the curve would lie on the axis
    left.set(
        title="Training loss",
        ylabel=f"cross-entropy (nats{', log scale' if wide else ''})",
        yscale="log" if wide else "linear",
    )
    if wide:
        left.yaxis.set_major_formatter("{x:g}")
        left.yaxis.set_minor_formatter("")
    right.plot(
        epochs,
        [100 * (1 - row["train_accuracy"]) for row in history],
        color=BLUE,
        label="training",
        marker=marker,
    )
    if history and history[0]["validation_accuracy"] is not None:
        errors = [100 * (1 - row["validation_accuracy"]) for row in history]
        right.plot(epochs, errors, color=ORANGE, linestyle="--", label="validation", marker=marker)
    right.set(title="Images misclassified", ylabel="error (%)", ylim=(0, None))
    right.legend(frameon=False)
    drops = [
        b["epoch"] - 0.5 for a, b in pairwise(history) if b["learning_rate"] < a["learning_rate"]
    ]
    for axes in (left, right):
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(
            MaxNLocator(integer=True) if len(epochs) > 1 else FixedLocator(epochs)
        )
        axes.spines[["top", "right"]].set_visible(False)
        for drop in drops:
            axes.axvline(drop, color=GREY, linewidth=0.8, linestyle=":")
    if drops:
        left.annotate("learning rate falls", (drops[0], 1), (-3, -2), ("data", "axes fraction"), "offset points", ha="right", va="top",
                      rotation=90, fontsize=8, color=GREY)  # fmt: skip
    return figure


def confusion(matrix, classes):
    """A confusion matrix (K, K) of counts: rows the true classes, columns the predicted ones; mistakes in colour, hits in grey."""
    k = len(classes)
    side = min(14.0, 2.5 + 0.45 * k)
    figure = Figure(figsize=(side, side * 0.92), layout="constrained")
    axes = figure.subplots()
    hits, total = int(np.trace(matrix)), int(matrix.sum())
    mistakes = np.where(np.eye(k, dtype=bool), 0, matrix)
    axes.imshow(mistakes, cmap="Oranges", vmin=0, vmax=max(2, mistakes.max() * 1.3))
    if k <= 25:
        for (i, j), count in np.ndenumerate(matrix):
            if count:
                axes.text(
                    j,
                    i,
                    count,
                    ha="center",
                    va="center",
                    fontsize=9,
                    color=GREY if i == j else "black",
                    weight="normal" if i == j else "bold",
                )
    classes = list(map(_label, classes))
    step = ceil(k / 40)
    ticks = range(0, k, step)
    rotation = 0 if max(map(len, classes)) <= 3 else 90
    axes.set_xticks(ticks, classes[::step], rotation=rotation)
    axes.set_yticks(ticks, classes[::step])
    axes.set(
        xlabel="predicted class",
        ylabel="true class",
        title=f"{total - hits:,} of {total:,} images misclassified",
    )
    axes.spines[:].set_visible(False)
    return figure


def filters(weights):
    """The filters of a first layer, (O, C, kh, kw) with C = 1 or 3: grey is zero, bright positive, dark negative, one scale for all."""
    o, c = weights.shape[:2]
    scale = np.abs(weights).max() or 1
    columns = ceil(sqrt(2 * o))
    rows = ceil(o / columns)
    figure = Figure(figsize=(0.62 * columns, 0.62 * rows + 0.5), layout="constrained")
    grid = np.atleast_1d(figure.subplots(rows, columns)).ravel()
    for axes in grid:
        axes.set_axis_off()
    for axes, kernel in zip(grid, weights, strict=False):
        picture = (
            0.5
            + 0.5
            * (kernel if c == 3 else kernel.mean(axis=0, keepdims=True).repeat(3, axis=0))
            / scale
        )
        axes.imshow(picture.transpose(1, 2, 0), interpolation="nearest")
    figure.suptitle(
        f"The {o} filters of the first layer ({weights.shape[2]}×{weights.shape[3]})", fontsize=10
    )
    return figure


def surest(confidence, most=40):
    """Indices of the most confident mistakes, surest first: those that ``mistakes`` has room for."""
    return np.argsort(-np.asarray(confidence), kind="stable")[:most]


def mistakes(images, labels, predicted, confidence, classes, of=None):
    """Misclassified images (uint8, C×H×W each), the most confident mistakes first, each under "true → predicted, confidence".

    of: how many mistakes there are in all, where only the surest are given.
    """
    order, of = surest(confidence), len(labels) if of is None else of
    columns = min(8, max(4, len(order)))
    rows = max(1, ceil(len(order) / columns))
    figure = Figure(figsize=(1.35 * columns, 1.65 * rows + 0.4), layout="constrained")
    grid = np.atleast_1d(figure.subplots(rows, columns)).ravel()
    for axes in grid:
        axes.set_axis_off()
    for axes, i in zip(grid, order, strict=False):
        _show(axes, images[i])
        axes.set_title(
            f"{_label(classes[labels[i]])} → {_label(classes[predicted[i]])}\n{100 * confidence[i]:.0f} %",
            fontsize=8,
        )
    title = f"Misclassified: true → predicted, and how sure the net was (the {len(order)} surest of {of:,})"
    figure.suptitle(title if len(labels) else "No image was misclassified", fontsize=10)
    return figure


def predictions(images, best):
    """Images (uint8, C×H×W each), each beside bars of its most probable classes: ``best`` holds a list of (class, probability) for each."""
    figure = Figure(figsize=(6.5, 1.75 * len(images)), layout="constrained")
    grid = figure.subplots(len(images), 2, squeeze=False, width_ratios=(1, 2.2))
    for (left, right), image, guesses in zip(grid, images, best, strict=True):
        left.set_axis_off()
        _show(left, image)
        names, percent = [_label(name) for name, _ in guesses], [100 * p for _, p in guesses]
        right.barh(range(len(names)), percent, color=[BLUE, *[GREY] * (len(names) - 1)])
        right.set_yticks(range(len(names)), names)
        right.invert_yaxis()
        right.set(xlim=(0, 115), xticks=[])
        for place, p in enumerate(percent):
            right.text(p + 1, place, f"{p:.1f} %", va="center", fontsize=8)
        right.spines[["top", "right", "bottom"]].set_visible(False)
    return figure


def grid(images, best):
    """Images (uint8, C×H×W each) side by side, each under its most probable class: ``best`` as for ``predictions``."""
    columns = min(6, max(1, ceil(sqrt(len(images)))))
    rows = ceil(len(images) / columns)
    figure = Figure(figsize=(1.7 * columns, 1.95 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in panels:
        axes.set_axis_off()
    for axes, image, guesses in zip(panels, images, best, strict=False):
        _show(axes, image)
        name, p = guesses[0]
        axes.set_title(f"{_label(name)}\n{100 * p:.0f} %", fontsize=8)
    return figure


def augmentations(image, transforms, seed=0, draws=6):
    """What each transform makes of a uint8 image (C, H, W): a row each, ``draws`` draws, and a last row with all of them in turn.

    transforms: those of ``data`` that take and give images, such as ``Rescale``, ``RandomCrop``, ``PCAColorShift``.
    """
    rows = [(type(t).__name__, [t]) for t in transforms] + (
        [("all in turn", transforms)] if len(transforms) != 1 else []
    )
    figure = Figure(figsize=(1.3 * (draws + 1) + 1.2, 1.45 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), draws + 1, squeeze=False)
    for line, (name, steps) in zip(grid, rows, strict=True):
        _show(line[0], image)
        line[0].set_ylabel(name, fontsize=8)
        shifts_colours = len(steps) == 1 and isinstance(steps[0], PCAColorShift)
        drawn = [
            _drawn(image, steps, np.random.default_rng([seed, number])) for number in range(draws)
        ]
        sides = np.max([d.shape[1:] for d in drawn], axis=0)
        for axes, result in zip(line[1:], drawn, strict=True):
            _show(axes, np.clip(np.rint(result), 0, 255).astype(np.uint8))
            changed = (
                _mean_change(image, result)
                if shifts_colours
                else f"{result.shape[1]}×{result.shape[2]}"
            )
            axes.set_xlabel(changed, fontsize=7)
            axes.set(
                xlim=(-0.5, sides[1] - 0.5), ylim=(sides[0] - 0.5, -0.5)
            )  # one scale for the row, so that sizes can be compared
    grid[0][0].set_title("image", fontsize=9)
    grid[0][1].set_title("drawn", fontsize=9, loc="left")
    for axes in grid.ravel():
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    return figure


def _drawn(image, steps, rng):
    images = [image]
    for step in steps:
        images = step(images, rng)
    return images[0]


def _mean_change(image, result):
    change = (result - image).mean(axis=(1, 2))
    return ", ".join(f"{name} {c:+.1f}" for name, c in zip("RGB", change, strict=False))


def crops(image, corners, size):
    """Where crops of ``size`` (h, w) with these upper left corners lie on an image (C, H, W): their frames, and a point in each middle."""
    figure = Figure(
        figsize=(4.5, 4.5 * image.shape[1] / image.shape[2] + 0.5), layout="constrained"
    )
    axes = figure.subplots()
    _show(axes, image)
    for number, (top, left) in enumerate(corners):
        last = number == len(corners) - 1
        colour, width = (ORANGE, 2.5) if last else (BLUE, 0.9)
        axes.add_patch(
            Rectangle(
                (left - 0.5, top - 0.5),
                size[1],
                size[0],
                fill=False,
                edgecolor=colour,
                linewidth=width,
            )
        )
        axes.plot(
            left + size[1] / 2 - 0.5, top + size[0] / 2 - 0.5, "o", color=colour, markersize=4
        )
    axes.set_axis_off()
    axes.set_title(
        f"{len(corners)} crops of {size[0]}×{size[1]} on {image.shape[1]}×{image.shape[2]} pixels; the last in orange",
        fontsize=9,
    )
    return figure


def class_map(image, probabilities, name, window, jump):
    """A class map (H', W') of probabilities over the image (C, H, W) that it was made of, as a heat map.

    Each place of the map is drawn around the middle of its window: ``window`` (h, w) pixels large, ``jump`` pixels apart.
    """
    rows, columns = probabilities.shape
    figure = Figure(
        figsize=(8.5, 4 * max(0.6, min(1.6, image.shape[1] / image.shape[2])) + 0.3),
        layout="constrained",
    )
    left, right = figure.subplots(1, 2)
    for axes in (left, right):
        _show(axes, image)
        axes.set_axis_off()
    top, start = (window[0] - jump) / 2 - 0.5, (window[1] - jump) / 2 - 0.5
    extent = (start, start + columns * jump, top + rows * jump, top)
    heat = right.imshow(
        probabilities,
        cmap="inferno",
        vmin=0,
        vmax=1,
        alpha=0.65,
        extent=extent,
        interpolation="nearest",
    )
    for i, j in np.ndindex(rows, columns) if rows * columns <= 100 else ():
        place = extent[0] + (j + 0.5) * jump, extent[3] + (i + 0.5) * jump
        ink = "black" if probabilities[i, j] > 0.6 else "white"
        right.text(
            *place,
            f"{100 * probabilities[i, j]:.0f}",
            ha="center",
            va="center",
            fontsize=8,
            color=ink,
        )
    right.add_patch(
        Rectangle(
            (-0.5, -0.5),
            window[1],
            window[0],
            fill=False,
            edgecolor=BLUE,
            linewidth=1.5,
            linestyle="--",
        )
    )
    right.set(xlim=(-0.5, image.shape[2] - 0.5), ylim=(image.shape[1] - 0.5, -0.5))
    figure.colorbar(heat, ax=right, shrink=0.8, label=f"probability of {_label(name)}")
    left.set_title(f"{image.shape[1]}×{image.shape[2]} pixels", fontsize=9)
    right.set_title(f"{_label(name)}, by place, in %; dashed: the first place's window", fontsize=9)
    return figure


def border_effect(maps):
    """Heat maps of ``protocols.border_effect``: where the features of a crop differ from those of the whole image, layer by layer."""
    figure = Figure(figsize=(2.1 * len(maps) + 1, 2.9), layout="constrained")
    grid, largest = (
        figure.subplots(1, len(maps), squeeze=False)[0],
        max(float(m.max()) for m in maps.values()),
    )
    for axes, (name, values) in zip(grid, maps.items(), strict=True):
        picture = axes.imshow(values, cmap="inferno", vmin=0, vmax=largest, interpolation="nearest")
        axes.set(xticks=[], yticks=[])
        axes.set_title(f"{name}, {values.shape[0]}×{values.shape[1]}", fontsize=9)
        axes.set_xlabel(
            f"{100 * (values > 0.01).mean():.0f} % of places\ndiffer by over 1 %", fontsize=8
        )
    figure.colorbar(picture, ax=grid, shrink=0.8, label="difference / mean feature")
    figure.suptitle(
        "A crop's features against the whole image's: the zeros around the crop creep inward",
        fontsize=10,
    )
    return figure


def architecture(net, input_shape, title=""):
    """A net as a row of boxes: as high as the map (in pixels), as wide as there are channels, with what each layer's units see below.

    Convolutions are blue, pooling orange, fully connected layers green; other layers change no shape and are left out.
    """
    kinds = {Conv2d: BLUE, MaxPool2d: ORANGE, AvgPool2d: ORANGE, Linear: GREEN}
    rows = [row for row in trace(net, input_shape) if type(row.layer) in kinds]
    widths = [0.12 * log2(1 + row.output_shape[0]) for row in rows]
    figure = Figure(figsize=(min(11, 4 + 0.4 * len(rows)), 3.6), layout="constrained")
    axes, x, tallest, previous = figure.subplots(), 0.0, max(input_shape[1:]), None
    for row, width in zip(rows, widths, strict=True):
        flat = len(row.output_shape) == 1
        height = (
            tallest * 0.45 * log2(1 + row.output_shape[0]) / 12 if flat else row.output_shape[1]
        )
        box = Rectangle(
            (x, -height / 2),
            0.25 if flat else width,
            height,
            facecolor=kinds[type(row.layer)],
            edgecolor="white",
            linewidth=0.8,
        )
        axes.add_patch(box)
        centre = x + box.get_width() / 2
        pooling = isinstance(row.layer, MaxPool2d | AvgPool2d)
        if not pooling and row.output_shape != previous:
            label = f"{row.output_shape[0]}" if flat else _map_name(*row.output_shape)
            axes.text(
                centre,
                height / 2 + 0.02 * tallest,
                label,
                ha="left",
                va="bottom",
                fontsize=7.5,
                rotation=45,
            )
        axes.text(
            centre,
            -0.56 * tallest,
            row.receptive_field[0].size,
            ha="center",
            va="top",
            fontsize=7,
            color=GREY,
            rotation=90,
        )
        x, previous = x + box.get_width() + 0.14, None if pooling else row.output_shape
    axes.text(
        -0.3, -0.56 * tallest, "sees (pixels)", ha="right", va="top", fontsize=7.5, color=GREY
    )
    names = {"convolution": BLUE, "pooling": ORANGE, "fully connected": GREEN}
    axes.legend(
        [Rectangle((0, 0), 1, 1, color=c) for c in names.values()],
        names,
        frameon=False,
        loc="upper right",
        fontsize=8,
    )
    axes.set(xlim=(-1.6, x + 0.6), ylim=(-0.72 * tallest, 0.78 * tallest), title=title)
    axes.set_axis_off()
    return figure


def _label(name, longest=20):
    """A class name for a picture: not too long, and its dollars are no formula."""
    return (name if len(name) <= longest else name[: longest - 1] + "…").replace("$", r"\$")


def _map_name(channels, height, width):
    return f"{channels} × {height}²" if height == width else f"{channels} × {height}×{width}"


def _show(axes, image):
    axes.imshow(
        image[0] if len(image) == 1 else image.transpose(1, 2, 0),
        cmap="gray",
        vmin=0,
        vmax=255,
        interpolation="nearest",
    )
