"""Figures of images and what a net makes of them: predictions, augmentations, crops, class maps."""

from collections.abc import Sequence
from math import ceil, sqrt
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes

from minivgg.backend import Array
from minivgg.data import Images, PCAColorShift, Transform
from minivgg.plots.figure import (
    BLUE,
    GREY,
    ORANGE,
    Figure,
    blank_panels,
    frame,
    remove_box,
    shorten,
    show_image,
)

Guesses: TypeAlias = Sequence[tuple[str, float]]  # (class, probability), the best first

MAX_POSITIONS_WITH_NUMBERS = 100  # of a class map, in which the percentages are written


def predictions(images: Sequence[Array], best: Sequence[Guesses]) -> Figure:
    """Images, each beside bars of its most probable classes.

    Parameters
    ----------
    images : sequence of uint8 arrays of shape (C, H, W)
        Grey or RGB.
    best : sequence of list of (str, float)
        For each image its most probable classes, as (class, probability), the most probable first.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(6.5, 1.75 * len(images))
    panels = figure.subplots(len(images), 2, squeeze=False, width_ratios=(1, 2.2))
    for (left, right), image, guesses in zip(panels, images, best, strict=True):
        left.set_axis_off()
        show_image(left, image)
        names, percent = [shorten(name) for name, _ in guesses], [100 * p for _, p in guesses]
        right.barh(range(len(names)), percent, color=[BLUE, *[GREY] * (len(names) - 1)])
        right.set_yticks(range(len(names)), names)
        right.invert_yaxis()
        right.set(xlim=(0, 115), xticks=[])
        for row, p in enumerate(percent):
            right.text(p + 1, row, f"{p:.1f} %", va="center", fontsize=8)
        remove_box(right, "bottom")
    return figure


def grid(images: Sequence[Array], best: Sequence[Guesses]) -> Figure:
    """Images side by side, each under its most probable class.

    Parameters
    ----------
    images : sequence of uint8 arrays of shape (C, H, W)
        Grey or RGB.
    best : sequence of list of (str, float)
        For each image its most probable classes, as (class, probability), the most probable first.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    columns = min(6, max(1, ceil(sqrt(len(images)))))
    rows = ceil(len(images) / columns)
    figure = Figure(1.7 * columns, 1.95 * rows)
    panels = blank_panels(figure, rows, columns)
    for axes, image, guesses in zip(panels, images, best, strict=False):
        show_image(axes, image)
        name, p = guesses[0]
        axes.set_title(f"{shorten(name)}\n{100 * p:.0f} %", fontsize=8)
    return figure


def augmentations(
    image: Array, transforms: Sequence[Transform], seed: int = 0, draws: int = 6
) -> Figure:
    """What each transform makes of an image: a row each with several random draws.

    A last row shows all transforms in turn.

    Parameters
    ----------
    image : uint8 array of shape (C, H, W)
        Grey or RGB.
    transforms : sequence of callable
        Those of ``data`` that map images to images, such as ``Rescale``, ``RandomCrop`` and
        ``PCAColorShift``.
    seed : int
        The draws depend on it alone.
    draws : int
        How many random results a row shows.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    rows: list[tuple[str, Sequence[Transform]]] = [(type(t).__name__, [t]) for t in transforms]
    rows += [("all in turn", transforms)] if len(transforms) != 1 else []
    figure = Figure(1.3 * (draws + 1) + 1.2, 1.45 * len(rows))
    panels = figure.subplots(len(rows), draws + 1, squeeze=False)
    for row, (name, steps) in zip(panels, rows, strict=True):
        show_image(row[0], image)
        row[0].set_ylabel(name, fontsize=8)
        _draw_row(row[1:], image, steps, seed)
    panels[0][0].set_title("image", fontsize=9)
    panels[0][1].set_title("drawn", fontsize=9, loc="left")
    for axes in panels.ravel():
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    return figure


def _draw_row(panels: Sequence[Axes], image: Array, steps: Sequence[Transform], seed: int) -> None:
    """One random draw in each panel, on one scale, so that sizes can be compared."""
    shifts_colours = len(steps) == 1 and isinstance(steps[0], PCAColorShift)
    drawn = [
        _apply(steps, image, np.random.default_rng([seed, number])) for number in range(len(panels))
    ]
    height, width = np.max([result.shape[1:] for result in drawn], axis=0)
    for axes, result in zip(panels, drawn, strict=True):
        show_image(axes, np.clip(np.rint(result), 0, 255).astype(np.uint8))
        size = f"{result.shape[1]}×{result.shape[2]}"
        axes.set_xlabel(_mean_change(image, result) if shifts_colours else size, fontsize=7)
        axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))


def _apply(steps: Sequence[Transform], image: Array, rng: np.random.Generator) -> Array:
    images: Images = [image]
    for step in steps:
        images = step(images, rng)
    return images[0]


def _mean_change(image: Array, result: Array) -> str:
    change = (result - image).mean(axis=(1, 2))
    return ", ".join(f"{name} {c:+.1f}" for name, c in zip("RGB", change, strict=False))


def crops(
    image: Array, corners: Sequence[tuple[int, int]] | Array, size: tuple[int, int]
) -> Figure:
    """Frames of crops on an image, and a dot at the centre of each.

    Parameters
    ----------
    image : uint8 array of shape (C, H, W)
        Grey or RGB.
    corners : sequence of (int, int)
        Row and column of the first pixel of each crop.
    size : (int, int)
        Height and width of all crops in pixels.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    height, width = size
    figure = Figure(4.5, 4.5 * image.shape[1] / image.shape[2] + 0.5)
    axes = figure.subplots()
    show_image(axes, image)
    for number, (top, left) in enumerate(corners):
        last = number == len(corners) - 1
        colour, linewidth = (ORANGE, 2.5) if last else (BLUE, 0.9)
        axes.add_patch(frame(top, left, size, colour, linewidth))
        centre = left + width / 2 - 0.5, top + height / 2 - 0.5
        axes.plot(*centre, "o", color=colour, markersize=4)
    axes.set_axis_off()
    title = (
        f"{len(corners)} crops of {height}×{width} on {image.shape[1]}×{image.shape[2]} pixels; "
        "the last in orange"
    )
    axes.set_title(title, fontsize=9)
    return figure


def class_map(
    image: Array, probabilities: Array, name: str, window: tuple[int, int], jump: int
) -> Figure:
    """A class map as a heat map over its image.

    Each position of the map is drawn around the centre of its window.

    Parameters
    ----------
    image : uint8 array of shape (C, H, W)
        Grey or RGB.
    probabilities : array of shape (H', W')
        Of one class, from 0 to 1, at each position of the map.
    name : str
        The name of that class.
    window : (int, int)
        Height and width of the window that one position sees, in pixels.
    jump : int
        The distance between neighbouring windows in pixels.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    rows, columns = probabilities.shape
    height, width = image.shape[1:]
    figure = Figure(8.5, 4 * max(0.6, min(1.6, height / width)) + 0.3)
    left, right = figure.subplots(1, 2)
    for axes in (left, right):
        show_image(axes, image)
        axes.set_axis_off()
    top, start = (window[0] - jump) / 2 - 0.5, (window[1] - jump) / 2 - 0.5
    extent = (start, start + columns * jump, top + rows * jump, top)
    heat = right.imshow(100 * probabilities, cmap="inferno", vmin=0, vmax=100, alpha=0.65,
                        extent=extent, interpolation="nearest")  # fmt: skip
    for i, j in np.ndindex(rows, columns) if rows * columns <= MAX_POSITIONS_WITH_NUMBERS else ():
        x, y, p = start + (j + 0.5) * jump, top + (i + 0.5) * jump, probabilities[i, j]
        colour = "black" if p > 0.6 else "white"
        right.text(x, y, f"{100 * p:.0f}", ha="center", va="center", fontsize=8, color=colour)
    right.add_patch(frame(0, 0, window, BLUE, 1.5, "--"))
    right.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
    figure.colorbar(heat, ax=right, shrink=0.8, label=f"probability of {shorten(name)}, %")
    left.set_title(f"{height}×{width} pixels", fontsize=9)
    title = f"{shorten(name)}, by position, in %; dashed: the first window"
    right.set_title(title, fontsize=9)
    return figure
