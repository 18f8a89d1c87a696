"""Drawings that count: weights as squares, filters as blocks, a net by area, costs that cross."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from minivgg.plots.cells import pale
from minivgg.plots.figure import BLUE, ORANGE, Figure, remove_box
from minivgg.plots.figures import PALE_BLUE, PALE_ORANGE


def weights_as_squares(small: int = 3, count: int = 3) -> Figure:
    """The weights of several small kernels and of the large one with the same field, counted.

    Parameters
    ----------
    small : int
        Size of a small kernel.
    count : int
        How many small kernels there are.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    large = count * (small - 1) + 1
    gap = 0.4
    tall = count * (small + gap) - gap
    width = small + 2.5 + large
    figure = Figure(4.8, 4.8 * (max(tall, large) + 1.5) / (width + 1))
    axes = figure.subplots()
    fontsize = min(9, 110 / width)
    for number in range(count):
        _grid(axes, 0, number * (small + gap), small, BLUE, number * small**2, fontsize)
    _grid(axes, small + 2.5, (tall - large) / 2, large, ORANGE, 0, fontsize)
    style: dict[str, Any] = {"ha": "center", "fontsize": 11}
    axes.text(small / 2, -0.35, f"{count} · {small}² = {count * small**2}", color=BLUE, **style)
    axes.text(
        small + 2.5 + large / 2,
        (tall - large) / 2 - 0.35,
        f"{large}² = {large**2}",
        color=ORANGE,
        **style,
    )
    axes.set(xlim=(-0.5, width + 0.5), ylim=(max(tall, large) + 0.3, -1.2), aspect="equal")
    axes.set_axis_off()
    return figure


def _grid(
    axes: Axes, left: float, top: float, size: int, colour: str, first: int, fontsize: float
) -> None:
    """A square of size × size cells, counted from first + 1."""
    for row in range(size):
        for column in range(size):
            corner = left + column, top + row
            axes.add_patch(Rectangle(corner, 1, 1, facecolor=colour, edgecolor="white"))
            number = first + row * size + column + 1
            axes.text(corner[0] + 0.5, corner[1] + 0.55, str(number), ha="center", va="center",
                      fontsize=fontsize, color="white")  # fmt: skip


def filters_as_blocks(kernel: int, inputs: int, filters: int) -> Figure:
    """All weights of a convolution: each filter has a kernel for each input channel.

    Parameters
    ----------
    kernel : int
        k, the size of a kernel.
    inputs : int
        Channels of the input: kernels of a filter.
    filters : int
        Filters: channels of the output.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.8, 2.3)
    axes = figure.subplots()
    step = kernel + 0.45 * (inputs - 1) + 1.2
    for number in range(filters):
        for channel in reversed(range(inputs)):
            colour = pale(BLUE, 1 - 0.7 * channel / inputs)  # the channels behind are paler
            left, bottom = number * step + 0.45 * channel, 0.45 * channel
            for row in range(kernel):
                for column in range(kernel):
                    corner = left + column, bottom + row
                    axes.add_patch(Rectangle(corner, 1, 1, facecolor=colour, edgecolor="white"))
        axes.text(number * step + kernel / 2, -0.25, f"filter {number + 1}", ha="center", va="top",
                  fontsize=10)  # fmt: skip
    top = kernel + 0.45 * (inputs - 1)
    one = kernel**2 * inputs
    axes.text(0, top + 0.9, f"each filter: {inputs} input channels, {kernel**2} weights for each: "
              f"{kernel}·{kernel}·{inputs} = {one}\n"
              f"all {filters} filters: {filters}·{one} = {filters * one} weights",
              fontsize=10, va="bottom")  # fmt: skip
    axes.set(xlim=(-0.3, filters * step - 0.4), ylim=(-1.5, top + 3.4), aspect="equal")
    axes.set_axis_off()
    return figure


def net_by_area(names: Sequence[str], colours: Sequence[str],
                shares: Mapping[str, Sequence[float]]) -> Figure:  # fmt: skip
    """A net drawn once for each quantity: the area of a part's square is its share of it.

    Parameters
    ----------
    names : sequence of str
        Of the parts of the net, in order.
    colours : sequence of str
        One for each part.
    shares : dict of str to sequence of float
        For each quantity the share of each part, from 0 to 1.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    sides = np.sqrt(np.array(list(shares.values())))
    widths = np.maximum(sides.max(axis=0), 0.36) + 0.08
    centres = np.cumsum(widths) - widths / 2
    figure = Figure(5.0, 5.0 * (sides.max(axis=1).sum() + 0.5 * len(sides) + 0.3) / widths.sum())
    axes = figure.subplots()
    y = 0.0
    for (title, values), row in zip(shares.items(), sides, strict=True):
        axes.text(0.04, y + 0.02, title, fontsize=11, va="top", weight="bold")
        y += 0.22 + row.max()
        for centre, side, colour, value in zip(centres, row, colours, values, strict=True):
            corner = centre - side / 2, y - side
            axes.add_patch(Rectangle(corner, side, side, facecolor=colour))
            axes.text(centre, y + 0.02, _percent(value), ha="center", va="top", fontsize=9)
        y += 0.24
    for name, centre in zip(names, centres, strict=True):
        axes.text(centre, y + 0.03, name, ha="center", va="top", fontsize=9.5)
    axes.set(xlim=(0, widths.sum()), ylim=(y + 0.26, -0.02), aspect="equal")
    axes.set_axis_off()
    return figure


def _percent(share: float) -> str:
    percent = 100 * share
    if percent < 0.05:
        return "<0.1"
    return f"{percent:.1f}" if percent < 9.95 else f"{percent:.0f}"


def crossing(comparisons: Mapping[str, tuple[float, float, float]], largest: float = 5.0) -> Figure:
    """The weights of a stack of small filters as a multiple of one large filter's.

    Parameters
    ----------
    comparisons : dict of str to (float, float, float)
        For each comparison the three coefficients a, b and c: from D channels to N the stack has
        a·D·N + b·N² weights and the large filter c·D·N.
    largest : float
        Where the axis N/D ends.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.8, 3.5)
    axes = figure.subplots()
    x = np.array([0, largest])
    highest = max((a + b * largest) / c for a, b, c in comparisons.values())
    axes.axhspan(0, 1, color=PALE_BLUE)
    axes.axhspan(1, highest, color=PALE_ORANGE)
    text: dict[str, Any] = {"fontsize": 10}
    axes.text(0.1, 0.93 * highest, "the stack has more weights", va="top", color=ORANGE, **text)
    axes.text(0.97 * largest, 0.08, "the stack has fewer", ha="right", color=BLUE, **text)
    for number, (name, (a, b, c)) in enumerate(comparisons.items()):
        axes.plot(x, (a + b * x) / c, ("-", "--", "-.")[number % 3], color="black", linewidth=1.8,
                  label=name)  # fmt: skip
        equal = (c - a) / b
        axes.plot([equal], [1], "o", color="black", markersize=6)
        # labels of neighbouring crossings are on opposite sides of their lines
        offset, ha = ((-7, 5), "right") if number % 2 else ((7, -14), "left")
        axes.annotate(f"{equal:.2f}", (equal, 1), offset, textcoords="offset points", ha=ha, **text)
    axes.set(xlabel="N / D, channels after and before", ylabel="weights: stack ÷ one filter",
             xlim=(0, largest), ylim=(0, highest))  # fmt: skip
    axes.legend(frameon=False, fontsize=10, loc="lower left", bbox_to_anchor=(0, 1))
    remove_box(axes)
    return figure
