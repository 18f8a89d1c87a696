"""Figures of test images seen in several ways: numbers of a map, crops, and a net's answers."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from minivgg.backend import Array
from minivgg.plots.figure import BLUE, GREEN, ORANGE, Figure, frame, show_image
from minivgg.plots.to_scale import to_scale

CROP_NAMES = ("top left", "centre", "bottom right")
CROP_COLOURS = (BLUE, ORANGE, GREEN)
SURE = 0.6  # probability from which a cell is dark, and its text white


def numbers(
    arrays: Sequence[Array], titles: Sequence[str], marked: Sequence[tuple[int, int, int]] = ()
) -> Figure:
    """Small matrices side by side, with their numbers.

    Parameters
    ----------
    arrays : sequence of arrays of shape (H, W)
        Whole numbers.
    titles : sequence of str
        One for each matrix.
    marked : sequence of (row, column, size)
        For the first matrices the square of numbers to frame.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    heights, widths = zip(*(np.shape(a) for a in arrays), strict=True)
    figure = Figure(0.42 * sum(widths) + 0.45 * len(arrays), 0.42 * max(heights) + 0.65)
    panels = figure.subplots(1, len(arrays), squeeze=False, width_ratios=widths)[0]
    for i, (axes, a, title) in enumerate(zip(panels, arrays, titles, strict=True)):
        _empty_grid(axes, *np.shape(a))
        for (row, column), value in np.ndenumerate(a):
            axes.text(column, row, f"{value:g}", ha="center", va="center", fontsize=11)
        for row, column, size in marked[i : i + 1]:
            axes.add_patch(frame(row, column, (size, size), ORANGE))
        axes.set_title(title, fontsize=9)
    return figure


def _empty_grid(axes: Axes, height: int, width: int) -> None:
    """Square cells of a matrix, without ticks."""
    axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5), aspect="equal")
    axes.set_xticks(np.arange(width + 1) - 0.5, [])
    axes.set_yticks(np.arange(height + 1) - 0.5, [])
    axes.grid(color="#bbbbbb", linewidth=0.8)
    axes.tick_params(length=0)


def three_crops(image: Array, corners: Array, size: tuple[int, int]) -> Figure:
    """An image with the centres of all its crops, and below it three crops, framed in the image.

    Parameters
    ----------
    image : uint8 array of shape (C, H, W)
        Grey or RGB.
    corners : int array of shape (grid², 2)
        Row and column of the first pixel of each crop, from ``protocols.crop_corners``.
    size : (int, int)
        Height and width of all crops in pixels.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    height, width = size
    chosen = corners[[0, len(corners) // 2, len(corners) - 1]]
    crops = [
        (name, image[:, top : top + height, left : left + width])
        for name, (top, left) in zip(CROP_NAMES, chosen, strict=True)
    ]
    figure = to_scale([[(f"{image.shape[1]}×{image.shape[2]}", image)], crops])
    whole, *panels = figure.axes
    for axes, (top, left), colour in zip(panels, chosen, CROP_COLOURS, strict=True):
        whole.add_patch(frame(top, left, size, colour))
        axes.title.set_color(colour)
    whole.plot(corners[:, 1] + width / 2 - 0.5, corners[:, 0] + height / 2 - 0.5, "o",
               color="white", markeredgecolor="black", markersize=4)  # fmt: skip
    return figure


def answers_on_map(
    image: Array, probabilities: Array, classes: Sequence[str], window: int, jump: int
) -> Figure:
    """For each position of a class map the most probable class and its probability in %.

    Parameters
    ----------
    image : uint8 array of shape (C, H, W)
        Grey or RGB.
    probabilities : array of shape (K, H', W')
        Of each class, from 0 to 1, at each position.
    classes : sequence of str
        The names of the K classes, which are short.
    window : int
        Height and width of the window that one position sees, in pixels.
    jump : int
        The distance between neighbouring windows in pixels.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    _, rows, columns = probabilities.shape
    height, width = image.shape[1:]
    figure = Figure(4.6, 2 * 4.2 * height / width + 0.9)
    above, below = figure.subplots(2, 1)
    show_image(above, image)
    above.add_patch(frame(0, 0, (window, window), ORANGE))
    above.set_axis_off()
    above.set_title("the image, and the first window", fontsize=9)
    best = probabilities.max(axis=0)
    # the middle of each cell stands below the middle of its window in the image
    margin = 0.5 * window / jump
    below.set(xlim=(-margin, width / jump - margin), ylim=(height / jump - margin, -margin))
    below.set(aspect="equal")
    below.set_axis_off()
    below.hlines(np.arange(rows + 1) - 0.5, -0.5, columns - 0.5, color="#bbbbbb", linewidth=0.8)
    below.vlines(np.arange(columns + 1) - 0.5, -0.5, rows - 0.5, color="#bbbbbb", linewidth=0.8)
    for i, j in np.ndindex(rows, columns):
        below.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, color=BLUE, alpha=float(best[i, j])))
        name = classes[int(probabilities[:, i, j].argmax())]
        text = f"{name}\n{100 * best[i, j]:.0f} %"
        colour = "white" if best[i, j] > SURE else "black"
        below.text(j, i, text, ha="center", va="center", fontsize=9, color=colour)
    title = f"answer at each window, every {jump} pixels; darker: more probable"
    below.set_title(title, fontsize=9)
    return figure
