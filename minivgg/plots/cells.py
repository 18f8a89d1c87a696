"""Grids of numbers, frames and arrows at any position of a panel: the parts of drawings.

Lengths are in squares, the side of one number; rows count downwards, as in an array.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from minivgg.plots.figure import GREY, Figure

TINTS = ("#56B4E9", "#E69F00", "#CC79A7", "#B0A000")  # to tell windows apart
LINE = "#999999"
FONT_SIZE = 9


def canvas(width: float, height: float, square: float = 0.25) -> tuple[Figure, Axes]:
    """A figure with one panel without axes.

    Parameters
    ----------
    width, height : float
        Of the panel, in squares.
    square : float
        Inches of a square.

    Returns
    -------
    figure : Figure
        As large as the panel.
    axes : Axes
        The panel. The upper left corner is (0, 0).
    """
    figure = Figure(width * square, height * square)
    axes = figure.subplots()
    axes.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    axes.set_axis_off()
    return figure, axes


def shown(value: float) -> str:
    """A number as text, with a minus sign in place of a hyphen.

    Parameters
    ----------
    value : float
        Any number.

    Returns
    -------
    text : str
        Of at most three significant digits.
    """
    return f"{value + 0.0:.3g}".replace("-", "−")


def pale(colour: str, share: float = 0.25) -> tuple[float, ...]:
    """A tint of a colour, as the background of a number.

    Parameters
    ----------
    colour : str
        Any colour of matplotlib.
    share : float
        From 0, which is white, to 1, the colour itself.

    Returns
    -------
    rgb : tuple of float
        Red, green and blue from 0 to 1.
    """
    return tuple(1 - share * (1 - part) for part in to_rgb(colour))


def grid(
    axes: Axes,
    values: ArrayLike,
    left: float,
    top: float,
    title: str = "",
    fills: Sequence[tuple[int, int, object]] = (),
    colour: str = "black",
) -> None:
    """Draw a matrix as squares with numbers.

    Parameters
    ----------
    axes : Axes
        A panel of ``canvas``.
    values : array of shape (H, W)
        The numbers; the square of a NaN is empty.
    left, top : float
        The upper left corner.
    title : str
        Above the squares.
    fills : sequence of (row, column, colour)
        The background of some squares.
    colour : str
        Of the numbers.
    """
    values = np.asarray(values, float)
    background = {(row, column): fill for row, column, fill in fills}
    for (row, column), value in np.ndenumerate(values):
        corner, face = (left + column, top + row), background.get((row, column), "white")
        axes.add_patch(Rectangle(corner, 1, 1, facecolor=face, edgecolor=LINE, linewidth=0.7))
        if np.isfinite(value):
            text = shown(value)
            if len(text) > 2:  # an en dash is narrower than a minus sign, and fits into the square
                text = text.replace("−", "–")
            write(axes, left + column + 0.5, top + row + 0.5, text, colour)
    if title:
        write(axes, left + values.shape[1] / 2, top - 0.15, title, va="bottom")


def frame(
    axes: Axes,
    left: float,
    top: float,
    width: float,
    height: float,
    colour: str = GREY,
    linewidth: float = 2.2,
) -> None:
    """Frame a rectangle of squares.

    Parameters
    ----------
    axes : Axes
        A panel of ``canvas``.
    left, top, width, height : float
        The rectangle.
    colour : str
        Of the frame.
    linewidth : float
        In points.
    """
    corner = left, top
    axes.add_patch(
        Rectangle(
            corner, width, height, fill=False, edgecolor=colour, linewidth=linewidth, zorder=3
        )
    )


def write(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    colour: str = "black",
    ha: str = "center",
    va: str = "center",
    size: float = FONT_SIZE,
) -> None:
    """Write a text.

    Parameters
    ----------
    axes : Axes
        A panel of ``canvas``.
    x, y : float
        Where it is.
    text : str
        The text.
    colour : str
        Of the text.
    ha, va : str
        How it is aligned, as in matplotlib.
    size : float
        In points.
    """
    axes.text(x, y, text, ha=ha, va=va, fontsize=size, color=colour, zorder=4)


def arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str = GREY
) -> None:
    """Draw an arrow.

    Parameters
    ----------
    axes : Axes
        A panel of ``canvas``.
    start, end : (float, float)
        x and y.
    colour : str
        Of the arrow.
    """
    style = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=style)
