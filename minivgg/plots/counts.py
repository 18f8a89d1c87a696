"""Drawings that count: weights as squares, filters as blocks, a net by area, costs that cross."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from minivgg.plots.cells import pale
from minivgg.plots.figure import BLUE, GREY, ORANGE, Figure, remove_box
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


def filters_as_blocks(
    kernel: int, inputs: int, filters: int, letters: tuple[str, str] = ("D", "N")
) -> Figure:
    """All weights of a convolution: a kernel for each input channel, a filter for each output.

    Parameters
    ----------
    kernel : int
        k, the size of a kernel.
    inputs : int
        Channels of the input: kernels of a filter.
    filters : int
        Filters: channels of the output.
    letters : (str, str)
        The letters of both numbers.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    shift, size, gap, one = 0.45, kernel + 2, 1.3, kernel**2 * inputs
    deep = shift * (inputs - 1)
    step = kernel + deep + gap
    middle = (filters * step - gap) / 2
    at_filter, at_output = size + deep + 4.5, size + 2 * deep + kernel + 9
    bottom, top = middle - (size + deep) / 2, filters * step - gap + 0.6
    right = at_output + kernel + 1.8
    figure = Figure(4.8, 4.8 * (top + 5.9) / (right + 2))
    axes = figure.subplots()
    _stack(axes, 0, bottom, size, inputs, GREY, shift)
    for channel in range(inputs):  # the window is at the same position in all of them
        corner = shift * channel, bottom + shift * channel + size - kernel
        axes.add_patch(Rectangle(corner, kernel, kernel, fill=False, edgecolor=BLUE, linewidth=2.5,
                                 zorder=1.005 - 0.01 * channel))  # fmt: skip
    text: dict[str, Any] = {"ha": "center", "fontsize": 10, "va": "bottom"}
    arrow: dict[str, Any] = {"arrowstyle": "->", "color": GREY}
    for number in range(filters):
        bottom = (filters - 1 - number) * step
        centre = bottom + (kernel + deep) / 2
        _stack(axes, at_filter, bottom, kernel, inputs, BLUE, shift)
        _stack(axes, at_output, centre - kernel / 2, kernel, 1, GREY, shift)
        left = at_filter + kernel + deep
        axes.annotate("", (at_filter - 0.4, centre), (size + deep + 0.4, middle), arrowprops=arrow)
        axes.annotate("", (at_output - 0.4, centre), (left + 0.4, centre), arrowprops=arrow)
    before, after = f"{letters[0]} = {inputs}", f"{letters[1]} = {filters}"
    axes.text((size + deep) / 2, top, f"input:\n{before}\nchannels", **text)
    axes.text(at_filter + (kernel + deep) / 2, top,
              f"{after} filters,\n{kernel}·{kernel}·{inputs} = {one}\nweights each",
              **text)  # fmt: skip
    axes.text(at_output + kernel / 2, top, f"output:\n{after}\nchannels", **text)
    axes.text((at_output + kernel) / 2, -0.6, f"all filters: {filters} · {one} = {filters * one} "
              "weights", ha="center", va="top", fontsize=10)  # fmt: skip
    axes.set(xlim=(-2, right), ylim=(-2.2, top + 3.7), aspect="equal")
    axes.set_axis_off()
    return figure


def _stack(axes: Axes, left: float, bottom: float, size: int, depth: int, colour: str,
           shift: float) -> None:  # fmt: skip
    """Maps of size × size cells one behind the other; those behind are paler."""
    for channel in reversed(range(depth)):
        shade = pale(colour, 1 - 0.7 * channel / depth)
        for row in range(size):
            for column in range(size):
                corner = left + shift * channel + column, bottom + shift * channel + row
                axes.add_patch(Rectangle(corner, 1, 1, facecolor=shade, edgecolor="white",
                                         zorder=1 - 0.01 * channel))  # fmt: skip


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
    high = 0.3 + sides.max(axis=1).sum() + 0.5 * len(sides)
    figure = Figure(5.6, 5.6 * high / widths.sum())
    axes = figure.subplots()
    for name, centre in zip(names, centres, strict=True):
        axes.text(centre, 0, name, ha="center", va="bottom", fontsize=10)
    for edge in np.cumsum(widths)[:-1]:
        axes.plot([edge, edge], [-0.24, high - 0.3], color="#dddddd", linewidth=0.8, zorder=0)
    y = 0.0
    for (title, values), row in zip(shares.items(), sides, strict=True):
        axes.text(0.02, y + 0.04, title, fontsize=11, va="top", weight="bold",
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip
        y += 0.24 + row.max()
        for centre, side, colour, value in zip(centres, row, colours, values, strict=True):
            corner = centre - side / 2, y - side
            axes.add_patch(Rectangle(corner, side, side, facecolor=colour))
            axes.text(centre, y + 0.02, _percent(value), ha="center", va="top", fontsize=10)
        y += 0.24
    axes.set(xlim=(0, widths.sum()), ylim=(high - 0.3, -0.26), aspect="equal")
    axes.set_axis_off()
    return figure


def _percent(share: float) -> str:
    percent = 100 * share
    if percent < 0.05:
        return "<0.1"
    return f"{percent:.1f}" if percent < 9.95 else f"{percent:.0f}"


def crossing(
    comparisons: Mapping[str, tuple[float, float, float]],
    marks: Sequence[tuple[float, float, str]] = (),
) -> Figure:
    """The weights of a stack of small filters as a multiple of one large filter's.

    Both axes are logarithmic.

    Parameters
    ----------
    comparisons : dict of str to (float, float, float)
        For each comparison the three coefficients a, b and c: from D channels to N the stack has
        a·D·N + b·N² weights and the large filter c·D·N.
    marks : sequence of (float, float, str)
        N/D, the multiple and the name of layers to mark.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.8, 3.7)
    axes = figure.subplots()
    x = np.geomspace(0.4, 50, 200)
    low, high = 0.15, 30
    axes.axhspan(low, 1, color=PALE_BLUE)
    axes.axhspan(1, high, color=PALE_ORANGE)
    text: dict[str, Any] = {"fontsize": 10}
    axes.text(0.45, 0.85 * high, "the stack has more weights", va="top", color=ORANGE, **text)
    axes.text(45, 1.15 * low, "the stack has fewer", ha="right", color=BLUE, **text)
    for number, (name, (a, b, c)) in enumerate(comparisons.items()):
        axes.plot(x, (a + b * x) / c, ("-", "--", "-.")[number % 3], color="black", linewidth=1.8,
                  label=name)  # fmt: skip
        equal = (c - a) / b
        axes.plot([equal], [1], "o", color="black", markersize=6)
        # labels of neighbouring crossings are on opposite sides of their lines
        offset, ha = ((-7, 5), "right") if number % 2 else ((7, -14), "left")
        axes.annotate(f"{equal:.2f}", (equal, 1), offset, textcoords="offset points", ha=ha, **text)
    for ratio, multiple, name in marks:
        axes.plot([ratio], [multiple], "D", color=ORANGE, markersize=6)
        axes.annotate(name, (ratio, multiple), (10, -46), textcoords="offset points", ha="right",
                      va="top", arrowprops={"arrowstyle": "-", "color": GREY}, **text)  # fmt: skip
    axes.set(xlabel="N / D, channels after and before", ylabel="weights: stack ÷ one filter",
             xscale="log", yscale="log", xlim=(0.4, 50), ylim=(low, high))  # fmt: skip
    for axis, ticks in (
        (axes.xaxis, (0.5, 1, 2, 5, 10, 20, 32)),
        (axes.yaxis, (0.2, 0.5, 1, 2, 5, 10, 20)),
    ):
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.set_minor_locator(NullLocator())
    axes.legend(frameon=False, fontsize=10, loc="lower left", bbox_to_anchor=(0, 1))
    remove_box(axes)
    return figure
