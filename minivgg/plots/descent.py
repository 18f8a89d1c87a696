"""Figures of a loss: its curve and slope, its surface over two weights, and steps downhill."""

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from minivgg.backend import Array
from minivgg.plots.figure import BLUE, GREEN, GREY, ORANGE, Figure, remove_box

WIDTH, HEIGHT = 4.6, 3.0
COLOURS, STYLES = (BLUE, ORANGE, GREEN, GREY), ("-", "--", "-.", ":")


def curves(
    x: ArrayLike,
    lines: Mapping[str, ArrayLike],
    xlabel: str,
    ylabel: str,
    tangents: Sequence[tuple[float, float, float]] = (),
    points: Sequence[tuple[float, float, str]] = (),
    logx: bool = False,
    logy: bool = False,
) -> Figure:
    """Curves over x, with tangents and named points.

    Parameters
    ----------
    x : array of shape (n,)
        Common to all curves.
    lines : dict of str to array of shape (n,)
        The values of each curve by its name.
    xlabel, ylabel : str
        The labels of the axes.
    tangents : sequence of (x, y, slope)
        Short straight lines with this slope.
    points : sequence of (x, y, text)
        Points with a text beside them.
    logx, logy : bool
        Whether the axis is logarithmic.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    x = np.asarray(x, float)
    figure = Figure(WIDTH, HEIGHT)
    axes = figure.subplots()
    for (name, values), colour, style in zip(lines.items(), cycle(COLOURS), cycle(STYLES)):
        axes.plot(x, np.asarray(values), style, color=colour, linewidth=2, label=name)
    axes.set(xscale="log" if logx else "linear", yscale="log" if logy else "linear")
    limits = axes.get_ylim()  # before the tangents, which may be cut off
    reach = 0.12 * (x.max() - x.min())
    for at, height, slope in tangents:
        ends = np.array([-reach, reach])
        axes.plot(at + ends, height + slope * ends, color=ORANGE, linewidth=2)
        axes.plot(at, height, "o", color="black", markersize=5)
        beside, align = ((8, 8), "left") if slope < 0 else ((-8, 8), "right")
        axes.annotate(f"slope {slope:.2f}".replace("-", "−"), (at, height), beside, ha=align,
                      textcoords="offset points", fontsize=10)  # fmt: skip
    for at, height, text in points:
        axes.plot(at, height, "o", color="black", markersize=5)
        near_end = at > x.min() + 0.8 * (x.max() - x.min())
        beside, align = ((20, 13), "right") if near_end else ((7, 6), "left")
        axes.annotate(text, (at, height), beside, ha=align,
                      textcoords="offset points", fontsize=10)  # fmt: skip
    axes.set(xlabel=xlabel, ylabel=ylabel, ylim=limits)
    if len(lines) > 1:
        axes.legend(frameon=False, fontsize=10)
    remove_box(axes)
    return figure


def neuron(
    x: Array,
    y: Array,
    outputs: Callable[[Array, float, float], Array],
    settings: Sequence[tuple[float, float]],
    losses: Sequence[float],
) -> Figure:
    """The examples of a neuron with one input, and its output for several weights and biases.

    Parameters
    ----------
    x, y : array of shape (N,)
        Inputs and labels, 0 or 1.
    outputs : callable
        The output for inputs, a weight and a bias.
    settings : sequence of (float, float)
        Weights and biases.
    losses : sequence of float
        The loss of each setting, for the legend.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(WIDTH, HEIGHT + 0.5)
    axes = figure.subplots()
    axis = np.linspace(x.min() - 1, x.max() + 1, 200)
    for (w, b), loss, colour, style in zip(settings, losses, COLOURS, STYLES, strict=False):
        label = f"w = {w:g}, b = {b:g}: loss {loss:.2f}".replace("-", "−")
        axes.plot(axis, outputs(axis, w, b), style, color=colour, linewidth=2, label=label)
    axes.plot(x, y, "o", color="black", markersize=6, label="label y")
    axes.set(xlabel="input x", ylabel="output p", yticks=[0, 0.5, 1])
    axes.legend(frameon=False, fontsize=10, loc="lower left", bbox_to_anchor=(0, 1))
    remove_box(axes)
    return figure


def surface(
    loss: Callable[[Array, Array], Array],
    w: tuple[float, float],
    b: tuple[float, float],
    minimum: tuple[float, float],
    paths: Mapping[str, Array] | None = None,
) -> Figure:
    """The loss over a weight and a bias as a map with contour lines, and steps on it.

    Parameters
    ----------
    loss : callable
        The loss for arrays of weights and of biases.
    w, b : (float, float)
        The range of each, from and to.
    minimum : (float, float)
        The weight and the bias with the smallest loss, marked with a star.
    paths : dict of str to array of shape (n, 2)
        The weight and the bias after each step.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(WIDTH, HEIGHT + (0.7 if paths else 0.3))
    axes = figure.subplots()
    grid = np.meshgrid(np.linspace(*w, 90), np.linspace(*b, 90))
    values = loss(*grid)
    span = np.ptp(values)
    digits = max(0, 1 - int(np.floor(np.log10(span))))  # two for the range of the loss
    levels = np.unique(np.round(values.min() + span * np.linspace(0.15, 1, 8) ** 2, digits))
    levels = levels[levels > values.min()]
    axes.contourf(*grid, values, levels=[values.min() - 1e-9, *levels], cmap="Greys", alpha=0.4)
    lines = axes.contour(*grid, values, levels=levels, colors=GREY, linewidths=0.8)
    axes.clabel(lines, fontsize=9, fmt=f"%.{digits}f")
    _draw_paths(axes, paths or {})
    axes.plot(*minimum, "*", color="black", markersize=12)
    axes.set(xlabel="weight w", ylabel="bias b", xlim=w, ylim=b)
    remove_box(axes)
    return figure


def _draw_paths(axes: Axes, paths: Mapping[str, Array]) -> None:
    styles = zip(paths.items(), COLOURS, ("o-", "s--", "^-."), strict=False)
    for (name, path), colour, style in styles:
        axes.plot(*np.asarray(path).T, style, color=colour, markersize=4, linewidth=1.6, label=name)
    if paths:
        axes.legend(frameon=False, fontsize=10, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)


def softmax_gradient(p: ArrayLike, label: int, classes: Sequence[str]) -> Figure:
    """Probabilities, the label as 0 and 1, and their difference, as bars for each class.

    Parameters
    ----------
    p : array of shape (K,)
        The probabilities.
    label : int
        The true class.
    classes : sequence of str
        The name of each class.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    p = np.asarray(p, float)
    y = np.eye(len(p))[label]
    figure = Figure(WIDTH, HEIGHT)
    axes = figure.subplots()
    groups = {"p": (p, BLUE), "y": (y, GREY), "p − y": (p - y, ORANGE)}
    for number, (name, (values, colour)) in enumerate(groups.items()):
        x = np.arange(len(p)) + 0.27 * (number - 1)
        axes.bar(x, values, 0.25, color=colour, label=name)
        for at, value in zip(x, values, strict=True):
            if value == 0:
                continue
            text = f"{value:.2f}".replace("-", "−")
            side = "bottom" if value >= 0 else "top"
            y_text = value + (0.02 if value >= 0 else -0.04)
            axes.text(at, y_text, text, ha="center", va=side, fontsize=9)
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set_xticks(range(len(p)), classes)
    axes.set(ylim=(-1, 1.1), yticks=[-1, 0, 1])
    axes.legend(frameon=False, fontsize=10, ncols=3, loc="lower left", bbox_to_anchor=(0, 1))
    remove_box(axes, "bottom")
    axes.tick_params(axis="x", length=0)
    return figure
