"""Receptive fields on a photograph: nested frames, an enlarged part, and fields over the border."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from minivgg.backend import Array
from minivgg.plots.figure import BLUE, GREY, Figure, frame, remove_box, show_image
from minivgg.plots.figures import PALE_BLUE

Frame: TypeAlias = tuple[str, float, float, float, str]  # name, top, left, size, colour

BESIDE = 1.45  # width of an image with the names beside it, in widths of the image
LABEL = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}


def frames(
    image: Array, fields: Sequence[Frame], window: tuple[int, int, int] | None = None
) -> Figure:
    """Frames of receptive fields on a photograph, with their names beside it.

    Parameters
    ----------
    image : uint8 array of shape (C, H, W)
        Grey or RGB.
    fields : sequence of (str, float, float, float, str)
        Name, top and left edge, size in pixels and colour of each field, the smallest first. An
        edge at 0 is the edge of the image.
    window : (int, int, int), optional
        Show only this square of the image: its top, its left and its size.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    window = window or (0, 0, max(image.shape[1:]))
    height, width = (min(size, window[2]) for size in image.shape[1:])
    figure = Figure(4.6, 4.6 * height / (BESIDE * width) + 0.1)
    _frames_with_names(figure.subplots(), image, fields, window)
    return figure


def _frames_with_names(
    axes: Axes, image: Array, fields: Sequence[Frame], window: tuple[int, int, int]
) -> None:
    """A part of an image, and on its right the names of frames, with lines that lead to them."""
    first_row, first_column, size = window
    image = image[:, first_row : first_row + size, first_column : first_column + size]
    height, width = image.shape[1:]
    show_image(axes, image)
    names_at = np.linspace(0.06, 0.94, len(fields)) * height
    for (name, top, left, side, colour), y in zip(fields, names_at, strict=True):
        top, left = top - first_row, left - first_column
        _frame(axes, top, left, side, colour)
        middle, bottom = top + side / 2 - 0.5, min(top + side, height) - 0.5
        edge = min(left + side, width) - 0.5, min(max(middle, y), bottom)
        line = {"arrowstyle": "-", "color": colour, "linewidth": 1, "shrinkB": 0}
        axes.annotate(name, edge, (1.04 * width, y), va="center", fontsize=10, arrowprops=line)
        axes.plot(*edge, "o", color=colour, markersize=4)
    axes.set(xlim=(-0.5, BESIDE * width), ylim=(height - 0.5, -0.5))
    axes.set_axis_off()


def _frame(
    axes: Axes, top: float, left: float, size: float, colour: str, linestyle: str = "-"
) -> None:
    """A square frame with a light edge, which can be seen on dark and on light images."""
    square = frame(top, left, (size, size), colour, 1.8, linestyle)
    if linestyle == "-":
        square.set_path_effects([withStroke(linewidth=3.4, foreground="white")])
    axes.add_patch(square)


def enlarged(image: Array, row: int, column: int, sizes: Sequence[int], margin: int = 5) -> Figure:
    """A photograph, and beside it a part of it pixel by pixel, with nested frames.

    Parameters
    ----------
    image : uint8 array of shape (C, H, W)
        Grey or RGB.
    row, column : int
        The pixel in the middle of all frames.
    sizes : sequence of int
        Odd sizes of the frames in pixels.
    margin : int
        Pixels shown around the largest frame.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    half = max(sizes) // 2 + margin
    figure = Figure(5.2, 2.2)
    left, right = figure.subplots(1, 2, width_ratios=(1, BESIDE))
    show_image(left, image)
    left.set_axis_off()
    _frame(left, row - half, column - half, 2 * half + 1, BLUE)
    nested = [(f"{size}×{size}", row - size // 2, column - size // 2, size, BLUE) for size in sizes]
    _frames_with_names(right, image, nested, (row - half, column - half, 2 * half + 1))
    return figure


def over_the_border(image: Array, fields: Sequence[Frame]) -> Figure:
    """Fields that reach over the border of the image, where padding has put zeros.

    Parameters
    ----------
    image : uint8 array of shape (C, H, W)
        Grey or RGB.
    fields : sequence of (str, float, float, float, str)
        As for ``frames``; edges may be negative.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    height, width = image.shape[1:]
    tops, lefts, sizes = (np.array([field[i] for field in fields]) for i in (1, 2, 3))
    up, out = min(0, tops.min()) - 6, min(0, lefts.min()) - 6
    down, right = max(height, (tops + sizes).max()) + 6, max(width, (lefts + sizes).max()) + 6
    figure = Figure(4.6, 4.6 * (down - up) / (right - out))
    axes = figure.subplots()
    axes.add_patch(Rectangle((out, up), right - out, down - up, facecolor="#e8e8e8", zorder=-1))
    show_image(axes, image)
    axes.text(out + 8, down - 8, "zeros\n(padding)", va="bottom", fontsize=11, color=GREY)
    for (name, top, left, size, colour), style in zip(fields, ("-", "--", "-."), strict=False):
        _frame(axes, top, left, size, colour, style)
        axes.plot(left + size / 2 - 0.5, top + size / 2 - 0.5, "o", color=colour)
        axes.text(left + 4, top + size - 6, name, fontsize=10, color=colour, bbox=LABEL)
    axes.set(xlim=(out, right), ylim=(down, up))
    axes.set_axis_off()
    return figure


def factored(
    names: Sequence[str], targets: Sequence[Array], made: Sequence[Array], percent: Sequence[float]
) -> Figure:
    """Filters, and below each the nearest one of another family, on the scale of the filter.

    Parameters
    ----------
    names : sequence of str
        Of the filters.
    targets, made : sequence of arrays of shape (k, k)
        Each filter, and what comes nearest to it.
    percent : sequence of float
        Of each filter's energy that is reached.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    columns = 3
    groups = -(-len(names) // columns)
    figure = Figure(4.4, 3.3 * groups)
    panels = figure.subplots(2 * groups, columns, squeeze=False)
    for axes in panels.ravel():
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_color(GREY)
    for number, (name, target, near, share) in enumerate(
        zip(names, targets, made, percent, strict=True)
    ):
        group, column = divmod(number, columns)
        upper, lower = panels[2 * group : 2 * group + 2, column]
        scale = np.abs(target).max()
        for axes, values in ((upper, target), (lower, near)):
            axes.imshow(values, cmap="PuOr", vmin=-scale, vmax=scale)
        upper.set_title(name, fontsize=10)
        lower.set_xlabel(f"{share:.1f} %", fontsize=10)
        if column == 0:
            upper.set_ylabel("7×7 filter", fontsize=10)
            lower.set_ylabel("three 3×3", fontsize=10)
    return figure


def influence(maps: Sequence[Array], titles: Sequence[str]) -> Figure:
    """Influence of each pixel on a unit, as shares of the whole, all maps on one scale.

    Parameters
    ----------
    maps : sequence of arrays of shape (H, W)
        Of numbers that are not negative; each map is divided by its sum.
    titles : sequence of str
        One for each map.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    shares = [1000 * np.asarray(a, float) / np.sum(a) for a in maps]
    largest = max(a.max() for a in shares)
    figure = Figure(2.1 * len(maps) + 0.7, 2.4)
    panels = figure.subplots(1, len(maps), squeeze=False)[0]
    for axes, a, title in zip(panels, shares, titles, strict=True):
        # square roots of the shares, so that the many small ones can be seen
        picture = axes.imshow(a, cmap="Greys", norm=PowerNorm(0.5, 0, largest))
        axes.set(xticks=[], yticks=[])
        axes.set_title(title, fontsize=10)
    bar = figure.colorbar(picture, ax=list(panels), shrink=0.75)
    bar.set_label("share of the influence, ‰\n(scale of square roots)", fontsize=9)
    bar.ax.tick_params(labelsize=9)
    return figure


def profile(influence: Array, sigma: float) -> Figure:
    """Influence along one axis, with a bell curve, the field and the part within two σ.

    Parameters
    ----------
    influence : array of shape (N,)
        The share of each pixel of the field.
    sigma : float
        The standard deviation of the bell curve, in pixels.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    half = (len(influence) - 1) / 2
    distance = np.arange(len(influence)) - half
    x = np.linspace(-half, half, 301)
    bell = np.exp(-(x**2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
    figure = Figure(4.8, 3.3)
    axes = figure.subplots()
    axes.axvspan(-2 * sigma, 2 * sigma, color=PALE_BLUE, zorder=0)
    axes.bar(distance, influence, width=0.8, color=BLUE, label="influence")
    axes.plot(x, bell, color="black", linewidth=1.5, label="bell curve")
    unit = influence.max()
    for y, reach, name, colour in (
        (-0.14, 2 * sigma, f"4σ = {4 * sigma:.1f} pixels", BLUE),
        (-0.36, half + 0.5, f"receptive field: {len(influence)} pixels", GREY),
    ):
        arrow = {"arrowstyle": "<->", "color": colour, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (-reach, y * unit), (reach, y * unit), arrowprops=arrow)
        axes.text(0, (y - 0.02) * unit, name, ha="center", va="top", fontsize=10, color=colour)
    axes.set(xlabel="pixels from the middle", ylabel="share of the influence",
             yticks=[tick for tick in axes.get_yticks() if tick >= 0],
             ylim=(-0.54 * unit, 1.06 * unit))  # fmt: skip
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    remove_box(axes)
    return figure
