"""The figures of the lessons: small maps, curves, bars, and comparisons of nets and layers.

As in ``plots``, each function returns a matplotlib ``Figure`` with one message.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import cycle
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator, StrMethodFormatter
from numpy.typing import ArrayLike

from minivgg.backend import Array
from minivgg.plots.figure import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    Figure,
    blank_panels,
    remove_box,
    write_value,
)

Mark: TypeAlias = tuple[float, float, float, float, str]  # row, column, height, width, colour

COLOURS = (BLUE, ORANGE, GREEN, GREY)
PALE_BLUE, PALE_ORANGE = "#cfe3f1", "#f7dcc9"
MAX_CELLS_WITH_LINES = 400  # of a map, which are separated by lines
MAX_LOG_TICKS = 12  # values on a logarithmic axis that are all labelled
THOUSANDS_FROM = 10_000  # values from which an axis writes 10,000 with a comma


def maps(
    arrays: Sequence[ArrayLike],
    titles: Sequence[str],
    cell: float = 0.34,
    numbers: bool = False,
    marks: Sequence[Sequence[Mark]] = (),
    bright: bool = False,
) -> Figure:
    """Small maps side by side, a square for each number, each map on its own grey scale.

    Parameters
    ----------
    arrays : sequence of arrays of shape (H, W)
        The maps.
    titles : sequence of str
        One for each map.
    cell : float
        Inches of a square.
    numbers : bool
        Write the values into the squares.
    marks : sequence of list of (row, column, height, width, colour)
        For each map the rectangles to frame.
    bright : bool
        Large numbers are bright, as in photographs, instead of dark, as on paper.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    widths, tallest = [np.shape(a)[1] for a in arrays], max(np.shape(a)[0] for a in arrays)
    figure = Figure(cell * sum(widths) + 0.6 * len(arrays), cell * tallest + 0.55)
    panels = figure.subplots(1, len(arrays), squeeze=False, width_ratios=widths)[0]
    for i, (axes, a, title) in enumerate(zip(panels, arrays, titles, strict=True)):
        a = np.asarray(a, float)
        largest = max(a.max(), 1e-12)
        scale = {"vmin": min(0, a.min()), "vmax": largest * (1 if bright else 1.15)}
        axes.imshow(a, cmap="gray" if bright else "Greys", **scale)
        axes.set_title(title, fontsize=9)
        large = a.size > MAX_CELLS_WITH_LINES
        axes.set_xticks([] if large else np.arange(-0.5, a.shape[1]), [])
        axes.set_yticks([] if large else np.arange(-0.5, a.shape[0]), [])
        axes.grid(color="#bbbbbb", linewidth=0.6)
        axes.tick_params(length=0)
        for (row, column), value in np.ndenumerate(a) if numbers else ():
            colour = "white" if value > 0.6 * largest else "black"
            write_value(axes, row, column, f"{value:g}", colour)
        for row, column, height, width, colour in marks[i] if i < len(marks) else ():
            corner = column - 0.5, row - 0.5
            style: dict[str, Any] = {"fill": False, "edgecolor": colour, "linewidth": 2.5}
            axes.add_patch(Rectangle(corner, width, height, **style))
    return figure


def pictures(
    images: Sequence[tuple[str, ArrayLike]], columns: int = 4, size: float = 1.9
) -> Figure:
    """Images in rows, each under its title, bright where values are large.

    Parameters
    ----------
    images : sequence of (str, array)
        A title, and an array of shape (H, W) or a uint8 array of shape (C, H, W).
    columns : int
        Images in a row.
    size : float
        Inches of an image.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    figure = Figure(size * columns, (size + 0.25) * rows)
    for axes, (title, image) in zip(blank_panels(figure, rows, columns), images, strict=False):
        pixels = np.asarray(image)
        if pixels.ndim == 3:
            pixels = pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)
        axes.imshow(pixels, cmap="gray", interpolation="nearest")
        axes.set_title(title, fontsize=9)
    return figure


def lines(
    x: Sequence[float] | Array,
    curves: Mapping[str, Sequence[float] | Array],
    xlabel: str,
    ylabel: str,
    logx: bool = False,
    logy: bool = False,
    marks: Sequence[tuple[float, float, str]] = (),
    width: float = 6.2,
    colours: Sequence[str] = COLOURS,
) -> Figure:
    """Curves over x; a shorter curve ends earlier.

    Parameters
    ----------
    x : sequence of float
        Common to all curves.
    curves : dict of str to sequence of float
        The values of each curve by its name.
    xlabel, ylabel : str
        The labels of the axes.
    logx, logy : bool
        Whether the axis is logarithmic.
    marks : sequence of (x, y, text)
        Points to annotate.
    width : float
        Of the figure, in inches.
    colours : sequence of str
        One for each curve; they are repeated if there are more curves.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(width, 3.4)
    axes = figure.subplots()
    styles = zip(cycle(("-", "--", "-.", ":")), cycle(colours), strict=False)
    for (name, values), (style, colour) in zip(curves.items(), styles, strict=False):
        axes.plot(x[: len(values)], values, style, color=colour, linewidth=2, label=name)
    if len(curves) > 1:
        axes.legend(frameon=False, fontsize=9)
    for x_mark, y_mark, text in marks:
        axes.plot([x_mark], [y_mark], "o", color="black", markersize=5)
        axes.annotate(text, (x_mark, y_mark), (-8, 70), textcoords="offset points", fontsize=9,
                      arrowprops={"arrowstyle": "-", "color": GREY})  # fmt: skip
    axes.set(xlabel=xlabel, ylabel=ylabel, xscale="log" if logx else "linear",
             yscale="log" if logy else "linear")  # fmt: skip
    if logx and len(x) <= MAX_LOG_TICKS:
        axes.xaxis.set_major_locator(FixedLocator(list(x)))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.xaxis.set_minor_locator(NullLocator())
    elif not logx and all(float(value).is_integer() for value in x):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if not logy and np.max([np.max(values) for values in curves.values()]) >= THOUSANDS_FROM:
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    remove_box(axes)
    return figure


def stacked(
    x: Sequence[float] | Array,
    curves: Mapping[str, Sequence[float] | Array],
    xlabel: str,
    logy: Collection[str] = (),
) -> Figure:
    """Curves over one x, each in its own panel; a shorter curve ends earlier.

    Parameters
    ----------
    x : sequence of float
        Common to all curves.
    curves : dict of str to sequence of float
        The values of each curve by its name.
    xlabel : str
        The label of the x axis.
    logy : collection of str
        The names of the curves on a logarithmic scale.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(6.2, 1.9 * len(curves))
    panels = figure.subplots(len(curves), 1, sharex=True, squeeze=False)[:, 0]
    for axes, (name, values), colour in zip(panels, curves.items(), cycle(COLOURS), strict=False):
        style = {"drawstyle": "steps-mid" if name in logy else "default", "linewidth": 1.6}
        axes.plot(x[: len(values)], values, color=colour, marker="o", markersize=4, **style)
        axes.set(ylabel=name, yscale="log" if name in logy else "linear")
        remove_box(axes)
    panels[-1].set_xlabel(xlabel)
    panels[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def bars(
    names: Sequence[str],
    groups: Mapping[str, Sequence[float] | Array],
    xlabel: str,
    width: float = 6.4,
) -> Figure:
    """Horizontal bars: for each name its parts in a row, and their total.

    Parameters
    ----------
    names : sequence of str
        One for each bar or row, from top to bottom.
    groups : dict of str to sequence of float
        The values of each part by its name.
    xlabel : str
        The label of the x axis.
    width : float
        Of the figure, in inches.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(width, 0.42 * len(names) + 1.0)
    axes = figure.subplots()
    left = np.zeros(len(names))
    for colour, (part, values) in zip(COLOURS, groups.items(), strict=False):
        axes.barh(range(len(names)), values, left=left, color=colour, label=part)
        left += values
    for i, total in enumerate(left):
        axes.annotate(f"{total:,.3g}", (total, i), (4, 0), textcoords="offset points", va="center",
                      fontsize=9)  # fmt: skip
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(xlabel=xlabel, xlim=(0, 1.12 * left.max()))
    remove_box(axes)
    if len(groups) > 1:
        _legend_above(axes, len(groups), fontsize=9)
    return figure


def grouped(
    names: Sequence[str],
    groups: Mapping[str, Sequence[float] | Array],
    ylabel: str,
    width: float = 7,
) -> Figure:
    """Bars side by side: for each name one bar of each group.

    Parameters
    ----------
    names : sequence of str
        One for each cluster of bars.
    groups : dict of str to sequence of float
        The values of each group by its name.
    ylabel : str
        The label of the y axis.
    width : float
        Of the figure, in inches.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(width, 3.4)
    axes = figure.subplots()
    thickness = 0.8 / len(groups)
    for i, ((group, values), colour) in enumerate(zip(groups.items(), COLOURS, strict=False)):
        x = np.arange(len(names)) + (i - (len(groups) - 1) / 2) * thickness
        axes.bar(x, values, thickness, color=colour, label=group)
    axes.set_xticks(range(len(names)), names, fontsize=9)
    axes.set(ylabel=ylabel)
    remove_box(axes)
    _legend_above(axes, len(groups))
    return figure


def dots(
    names: Sequence[str],
    groups: Mapping[str, Sequence[float] | Array],
    xlabel: str,
    width: float = 6.6,
) -> Figure:
    """For each name a dot of each group, on a scale that need not begin at 0.

    Parameters
    ----------
    names : sequence of str
        One for each bar or row, from top to bottom.
    groups : dict of str to sequence of float
        The values of each group by its name; a value of NaN has no dot.
    xlabel : str
        The label of the x axis.
    width : float
        Of the figure, in inches.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(width, 0.52 * len(names) + 1.1)
    axes = figure.subplots()
    markers = zip("osD^", COLOURS, (11, 6, 5, 4), strict=True)
    for number, ((group, values), (marker, colour, size)) in enumerate(
        zip(groups.items(), markers, strict=False)
    ):
        # the first is large and hollow, so that an equal value shows inside it
        hollow = "none" if number == 0 else "full"
        axes.plot(values, range(len(names)), marker, color=colour, markersize=size,
                  markeredgewidth=1.6, label=group, fillstyle=hollow)  # fmt: skip
        position: dict[str, Any] = {"xytext": (0, 8), "va": "bottom"}
        if number == 1:
            position = {"xytext": (0, -8), "va": "top"}
        for row, value in enumerate(values):
            if np.isfinite(value):
                axes.annotate(f"{value:.1f}", (value, row), textcoords="offset points", ha="center",
                              fontsize=9, color=colour, **position)  # fmt: skip
    axes.set_yticks(range(len(names)), names)
    axes.margins(x=0.08)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlabel(xlabel)
    axes.grid(axis="y", color="#dddddd", linewidth=0.8)
    remove_box(axes, "left")
    axes.tick_params(axis="y", length=0)
    if len(groups) > 1:
        _legend_above(axes, len(groups))
    return figure


def _legend_above(axes: Axes, columns: int, fontsize: int = 9) -> None:
    """A legend in one row above the panel."""
    axes.legend(
        frameon=False, fontsize=fontsize, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns
    )


def paths(
    height: Callable[[Array, Array], Array],
    trajectories: Mapping[str, Array],
    x: tuple[float, float],
    y: tuple[float, float],
    xlabel: str,
    ylabel: str,
) -> Figure:
    """Trajectories of an optimizer over the contours of a loss of two variables.

    A ring marks the end of each trajectory, a star the origin; the legend has the loss at the end.

    Parameters
    ----------
    height : callable
        The loss, of two arrays.
    trajectories : dict of str to array of shape (n, 2)
        The points of each trajectory by its name.
    x, y : (float, float)
        The range of each variable, from and to.
    xlabel, ylabel : str
        The labels of the axes.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 3.1)
    axes = figure.subplots()
    a, b = np.meshgrid(np.linspace(*x, 120), np.linspace(*y, 120))
    values = height(a, b)
    levels = values.max() * np.geomspace(1e-3, 0.8, 9)
    axes.contour(a, b, values, levels=levels, colors="#bbbbbb", linewidths=0.8)
    styles = zip(cycle(("-", "--")), cycle(COLOURS), strict=False)
    for (name, points), (style, colour) in zip(trajectories.items(), styles, strict=False):
        label = f"{name}: loss {height(*points[-1]):.2g} after {len(points) - 1} steps"
        axes.plot(*points.T, style, marker=".", markersize=4, color=colour, linewidth=1.2,
                  label=label)  # fmt: skip
        axes.plot(*points[-1], "o", color=colour, markersize=13, fillstyle="none",
                  markeredgewidth=2, zorder=3)  # fmt: skip
    axes.plot(0, 0, "*", color="black", markersize=7, zorder=4)
    axes.set(xlabel=xlabel, ylabel=ylabel, xlim=x, ylim=y)
    remove_box(axes)
    _legend_above(axes, 1)
    return figure


def regions(answers: Mapping[str, Array], points: Array, classes: Array, grid: Array) -> Figure:
    """The decision regions of nets, with the points that they were trained on.

    Parameters
    ----------
    answers : dict of str to array of shape (n, n)
        For each net the probability of class 1 at each point of a square grid; black: where it
        is 0.5.
    points : array of shape (N, 2)
        The training points.
    classes : array of int of shape (N,)
        0 or 1 for each training point.
    grid : array of shape (n,)
        The coordinates along each axis.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    panel = min(2.3, 6.2 / len(answers))
    figure = Figure(panel * len(answers), panel + 0.3)
    panels = figure.subplots(1, len(answers), squeeze=False)[0]
    for axes, (name, p) in zip(panels, answers.items(), strict=True):
        axes.contourf(grid, grid, p, levels=(0, 0.5, 1), colors=(PALE_BLUE, PALE_ORANGE))
        axes.contour(grid, grid, p, levels=(0.5,), colors="black", linewidths=2)
        for k, (colour, marker) in enumerate(((BLUE, "o"), (ORANGE, "^"))):
            axes.plot(*points[classes == k].T, marker, color=colour, markersize=3)
        axes.set(xticks=[], yticks=[], aspect="equal")
        axes.set_title(name, fontsize=10)
    return figure
