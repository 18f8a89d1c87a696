"""Pyramids: what one unit sees of the layers below it, from the side and in perspective."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from minivgg.backend import Array
from minivgg.plots.figure import BLUE, GREY, Figure

Row: TypeAlias = tuple[float, int, int, int]  # first centre, jump, first and last index seen

PALE = "#cfe3f1"
UNSEEN = "#bbbbbb"
MAX_SPACED = 30  # pixels in a row up to which units are drawn large


def _rows(layers: Sequence[tuple[int, int]]) -> list[Row]:
    """Of the input and of each layer, what the first unit of the last layer sees."""
    indices = [(0, 0)]
    for kernel, stride in reversed(layers):
        first, last = indices[-1]
        indices.append((first * stride, last * stride + kernel - 1))
    rows, centre, jump = [], 0.0, 1
    for (kernel, stride), (first, last) in zip([*layers, (1, 1)], reversed(indices), strict=True):
        rows.append((centre, jump, first, last))
        centre, jump = centre + (kernel - 1) / 2 * jump, jump * stride
    return rows


def side_view(layers: Sequence[tuple[int, int]]) -> Figure:
    """One unit of the last layer, and what it sees of each layer below it, along one axis.

    Each row of dots is a layer; the lowest is the image. Blue dots are seen by the unit at the
    top. Below the image are the field of this unit and that of its right neighbour.

    Parameters
    ----------
    layers : sequence of (int, int)
        Kernel size and stride of each layer, in order; without padding.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    rows = _rows(layers)
    size, jump = rows[0][3] + 1, rows[-1][1]
    figure = Figure(4.8, 0.72 * len(rows) + 0.95)
    axes = figure.subplots()
    marker = 7.5 if size + jump <= MAX_SPACED else 3.5
    outline = [(c + j * i, y) for y, (c, j, i, _) in enumerate(rows)]
    outline += [(c + j * i, y) for y, (c, j, _, i) in reversed(list(enumerate(rows)))]
    axes.add_patch(Polygon(outline, facecolor=PALE, edgecolor="none", zorder=0))
    for y, (row, (kernel, stride)) in enumerate(zip(rows[1:], layers, strict=True), 1):
        _edges(axes, y, row, rows[y - 1], kernel, stride)
    for y, (centre, j, first, last) in enumerate(rows):
        x = centre + j * np.arange(first, last + 1)
        axes.plot(x, np.full(len(x), y), "o", color=BLUE, markersize=marker)
        others = centre + j * np.arange(last + 1, int((size + jump - 1 - centre) // j) + 1)
        axes.plot(others, np.full(len(others), y), "o", color=UNSEEN, markersize=marker)
        axes.text(-1.2 - size / 40, y, _label(y, len(rows), len(x)), ha="right", va="center",
                  fontsize=10)  # fmt: skip
    _bracket(axes, -0.42, 0, size - 1, f"sees r = {size}", BLUE)
    _bracket(axes, -1.0, jump, size - 1 + jump, f"its neighbour: j = {jump} further right", GREY)
    axes.set(ylim=(-1.55, len(rows) - 0.6))
    axes.set_axis_off()
    return figure


def _label(y: int, rows: int, count: int) -> str:
    kind = "pixels" if y == 0 else "unit" if count == 1 else "units"
    return f"image: {count} {kind}" if y == 0 else f"layer {y}: {count} {kind}"


def _edges(axes: Axes, y: int, row: Row, below: Row, kernel: int, stride: int) -> None:
    """Lines from the units of a row that are seen to the units that they are computed from."""
    (centre, jump, first, last), (centre_below, jump_below, *_) = row, below
    for i in range(first, last + 1):
        for a in range(kernel):
            x = centre + jump * i, centre_below + jump_below * (i * stride + a)
            axes.plot(x, (y, y - 1), color=BLUE, linewidth=0.6, alpha=0.6, zorder=1)


def _bracket(axes: Axes, y: float, left: float, right: float, text: str, colour: str) -> None:
    axes.plot([left - 0.4, left - 0.4, right + 0.4, right + 0.4], [y + 0.1, y, y, y + 0.1],
              color=colour, linewidth=1.8)  # fmt: skip
    axes.text((left + right) / 2, y - 0.07, text, ha="center", va="top", fontsize=10, color=colour)


def squares(sizes: Sequence[int] = (1, 3, 5, 7), pixels: Array | None = None) -> Figure:
    """What one unit sees of the maps below it, in perspective: 1 ← 3×3 ← 5×5 ← 7×7.

    Parameters
    ----------
    sizes : sequence of int
        Units that are seen along each axis, from the top map to the image; all odd or all even.
    pixels : uint8 array of shape (3, H, W), optional
        The part of an image that the lowest map shows; H and W are 2 more than the last size.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    whole = sizes[-1] + 2
    figure = Figure(4.8, 1.25 * len(sizes))
    axes = figure.subplots()
    heights = [0.62 * whole * (len(sizes) - 1 - number) for number in range(len(sizes))]
    for number, (size, height) in enumerate(zip(sizes, heights, strict=True)):
        first = (whole - size) / 2
        _plane(axes, 0, whole, height, facecolor="white", edgecolor=GREY)
        for u in range(whole + 1):
            line: dict[str, Any] = {"color": "#cccccc", "linewidth": 0.7, "zorder": 2}
            axes.plot(*_project(np.array([[u, 0], [u, whole]]), height), **line)
            axes.plot(*_project(np.array([[0, u], [whole, u]]), height), **line)
        style: dict[str, Any] = {"facecolor": BLUE, "alpha": 0.75}
        if pixels is not None and number == len(sizes) - 1:
            _show_pixels(axes, pixels, height)
            style = {"fill": False, "linewidth": 2.5}
        _plane(axes, first, size, height, edgecolor=BLUE, zorder=3, **style)
        if number + 1 < len(sizes):
            next_size = sizes[number + 1]
            upper = _corners(first, size)
            lower = _corners((whole - next_size) / 2, next_size)
            for corner, corner_below in zip(upper, lower, strict=True):
                start, end = _project(corner, height), _project(corner_below, heights[number + 1])
                x, y = zip(start, end, strict=True)
                axes.plot(x, y, color=BLUE, linewidth=0.9, linestyle="--", zorder=4)
        x, y = _project(np.array([whole, whole / 2]), height)
        axes.text(x + 2.2, y, _name(number, size, len(sizes)), va="center", fontsize=10)
    axes.set(aspect="equal", xlim=(-0.5, 2.3 * whole))
    axes.set_axis_off()
    return figure


def _show_pixels(axes: Axes, pixels: Array, height: float) -> None:
    """An image on the lowest map, its first row at the back."""
    for row, column in np.ndindex(pixels.shape[1:]):
        corners = np.add(_corners(0, 1), (column, pixels.shape[1] - 1 - row))
        colour = pixels[:, row, column] / 255
        axes.add_patch(Polygon(_project(corners, height).T, facecolor=colour, zorder=2.5))


def _name(number: int, size: int, count: int) -> str:
    if number == count - 1:
        return f"image:\n{size}×{size} pixels"
    units = "1 unit" if size == 1 else f"{size}×{size} units"
    return f"layer {count - 1 - number}:\n{units}"


def _corners(first: float, size: float) -> Array:
    last = first + size
    return np.array([[first, first], [last, first], [last, last], [first, last]])


def _project(points: Array, height: float) -> Array:
    """Points (column, row) of a map in perspective: x and y, a row each."""
    column, row = np.asarray(points, float).T
    return np.array([column + 0.45 * row, height + 0.42 * row])


def _plane(axes: Axes, first: float, size: float, height: float, **style: Any) -> None:
    axes.add_patch(Polygon(_project(_corners(first, size), height).T, **style))


def staggered(r: int, j: int, kernel: int) -> Figure:
    """The fields of the units under one kernel, each j pixels further right than the one before.

    Parameters
    ----------
    r : int
        Pixels that each unit sees.
    j : int
        Distance in pixels between neighbouring units.
    kernel : int
        How many neighbouring units the next layer's kernel covers.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    total = r + (kernel - 1) * j
    figure = Figure(4.8, 0.42 * kernel + 1.5)
    axes = figure.subplots()
    for pixel in range(total):
        _box(axes, pixel, 1, -0.15, facecolor="white", edgecolor=UNSEEN)
    for number in range(kernel):
        y = kernel - number
        _box(axes, number * j, r, y, facecolor=BLUE, edgecolor="white", alpha=0.75)
        axes.text(number * j + r / 2, y + 0.35, f"unit {number + 1} sees r = {r}", ha="center",
                  va="center", fontsize=10, color="white")  # fmt: skip
        if number:
            start = (number - 1) * j
            axes.annotate("", (start, y + 0.35), (start + j, y + 0.35),
                          arrowprops={"arrowstyle": "<->", "color": "black"})  # fmt: skip
            axes.text(start + j / 2, y + 0.45, f"j = {j}", ha="center", va="bottom", fontsize=10)
    _bracket(axes, -0.45, 0.4, total - 0.4,
             f"together: r + (k − 1)·j = {r} + {kernel - 1}·{j} = {total}", BLUE)  # fmt: skip
    axes.set(xlim=(-0.6, total + 0.6), ylim=(-1.3, kernel + 0.9))
    axes.set_axis_off()
    return figure


def _box(axes: Axes, left: float, width: float, bottom: float, **style: Any) -> None:
    corners = [(left, bottom), (left + width, bottom), (left + width, bottom + 0.7),
               (left, bottom + 0.7)]  # fmt: skip
    axes.add_patch(Polygon(corners, **style))
