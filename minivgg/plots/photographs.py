"""Pictures on photographs: the squares that units see, and many small pictures in one."""

from collections.abc import Mapping

import numpy as np
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from minivgg.backend import Array
from minivgg.plots.figure import BLUE, Figure, show_image

GAP = 0.15  # between two small pictures, as a share of one


def fields(image: Array, squares: Mapping[str, tuple[float, float, float]]) -> Figure:
    """Squares on a photograph, each with a label beside it.

    Parameters
    ----------
    image : uint8 array of shape (C, H, W)
        Grey or RGB.
    squares : dict of str to (float, float, float)
        The first row, the first column and the width of each square, in pixels, by its label,
        the smallest first.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    height, width = image.shape[1:]
    figure = Figure(4.6, 4.6 * height / (1.45 * width) + 0.1)
    axes = figure.subplots()
    show_image(axes, image)
    labels = np.linspace(0.06, 0.94, len(squares)) * height
    for (label, (top, left, size)), y in zip(squares.items(), labels, strict=True):
        corner = left - 0.5, top - 0.5
        axes.add_patch(Rectangle(corner, size, size, fill=False, edgecolor="white", linewidth=3.4))
        axes.add_patch(Rectangle(corner, size, size, fill=False, edgecolor=BLUE, linewidth=1.8))
        edge = min(left + size, width) - 0.5, min(max(top + size / 2, y), top + size, height)
        style = {"arrowstyle": "-", "color": BLUE, "linewidth": 1, "shrinkB": 0}
        axes.annotate(label, edge, (1.04 * width, y), va="center", fontsize=10, arrowprops=style)
    axes.set(xlim=(-0.5, 1.45 * width), ylim=(height - 0.5, -0.5))
    axes.set_axis_off()
    return figure


def mosaic(pictures: ArrayLike, columns: int, inches: float = 4.6) -> Figure:
    """Many small pictures side by side, all on one scale on which 0 is grey.

    Parameters
    ----------
    pictures : array of shape (N, H, W) or (N, 3, H, W)
        Grey pictures, or coloured ones.
    columns : int
        Pictures in a row.
    inches : float
        The width of the figure.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    values = np.asarray(pictures, float)
    if values.ndim == 3:
        values = np.repeat(values[:, None], 3, axis=1)
    values = 0.5 + 0.5 * values / (np.abs(values).max() or 1)
    rows = -(-len(values) // columns)
    figure = Figure(inches, inches * rows / columns * values.shape[2] / values.shape[3])
    axes = figure.subplots()
    for number, picture in enumerate(values):
        row, column = divmod(number, columns)
        extent = (column, column + 1 - GAP, row + 1 - GAP, row)
        axes.imshow(picture.transpose(1, 2, 0), extent=extent, interpolation="nearest")
    axes.set(xlim=(0, columns - GAP), ylim=(rows - GAP, 0))
    axes.set_axis_off()
    return figure
