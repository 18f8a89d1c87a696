"""Fits of a curve to points: a small picture of overfitting and of regularisation."""

from collections.abc import Mapping

from matplotlib.ticker import MaxNLocator

from minivgg.backend import Array
from minivgg.plots.figure import BLUE, GREY, ORANGE, Figure, remove_box


def fits(
    points: tuple[Array, Array],
    x: Array,
    curves: Mapping[str, Array],
    ylim: tuple[float, float] = (-2, 2),
) -> Figure:
    """Points, and curves that were fitted to them.

    Parameters
    ----------
    points : (array of shape (n,), array of shape (n,))
        The x and y of the points.
    x : array of shape (m,)
        Where the curves are drawn.
    curves : dict of str to array of shape (m,)
        Up to three curves by name: the truth (grey), a fit (blue), another fit (orange).
    ylim : (float, float)
        The range of y that is shown.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 3.3)
    axes = figure.subplots()
    styles = ((GREY, ":"), (BLUE, "-"), (ORANGE, "--"))
    for (name, y), (colour, style) in zip(curves.items(), styles, strict=False):
        axes.plot(x, y, style, color=colour, linewidth=2.2, label=name)
    axes.plot(*points, "o", color="black", markersize=6, label="training points")
    axes.set(xlabel="x", ylabel="y", ylim=ylim)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    remove_box(axes)
    return figure
