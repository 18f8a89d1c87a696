"""Figures of lesson 12: what limits the speed of a layer, and how numbers lie in memory."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from minivgg.plots.figure import BLUE, GREY, ORANGE, Figure, remove_box

CHANNEL_COLOURS = ("#e07b7b", "#7fc178", "#78a8e0")  # of the red, green and blue channel
PALE_COLOURS = ("#f6d9d9", "#d9eed6", "#d7e5f7")  # of their numbers outside of a window
SIDE, WINDOW = 4, 2  # pixels of the drawn image and of its window
BILLION = 1e9


def roofline(
    points: Mapping[str, tuple[float, float]],
    peak: float,
    bandwidth: float,
    lowest: Mapping[str, float] | None = None,
) -> Figure:
    """A roofline: the limits of a machine, and what layers reach.

    Parameters
    ----------
    points : dict of str to (float, float)
        For each layer its multiply-adds per byte and its multiply-adds per second.
    peak : float
        The machine's multiply-adds per second.
    bandwidth : float
        Its bytes per second.
    lowest : dict of str to float, optional
        The lowest intensity that a layer may have: a line leads from there to its point.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 4.0)
    axes = figure.subplots()
    low, high = min(x for x, _ in points.values()) / 3, max(x for x, _ in points.values()) * 4
    x = np.geomspace(low, high, 200)
    roof = np.minimum(peak, bandwidth * x) / BILLION
    axes.loglog(x, roof, color=GREY, linewidth=2.5)
    axes.fill_between(x, roof, roof.min() / 8, color="#f2f2f2")
    corner = peak / bandwidth
    axes.plot([corner, corner], [roof.min() / 8, peak / BILLION], ":", color=GREY, linewidth=1.4)
    for place, text in ((corner / 1.3, "memory\nlimits"), (corner * 1.3, "arithmetic\nlimits")):
        axes.annotate(text, (place, roof.min() / 7), ha="right" if place < corner else "left",
                      va="bottom", fontsize=9, color=GREY)  # fmt: skip
    for name, (intensity, rate) in points.items():
        axes.plot(intensity, rate / BILLION, "o", color=BLUE, markersize=8)
        if lowest and lowest[name] < intensity:
            axes.plot([lowest[name], intensity], [rate / BILLION] * 2, "|-", color=BLUE,
                      linewidth=1.4, markersize=10)  # fmt: skip
        axes.annotate(name, (intensity, rate / BILLION), (0, -9), ha="center", va="top",
                      textcoords="offset points", fontsize=9, color=BLUE,
                      bbox={"facecolor": "#f2f2f2", "edgecolor": "none", "pad": 0.5})  # fmt: skip
    axes.set(xlabel="intensity: multiply-adds per byte", ylabel="billion multiply-adds per second",
             xlim=(low, high), ylim=(roof.min() / 8, 3 * peak / BILLION))  # fmt: skip
    remove_box(axes)
    return figure


def memory_orders() -> Figure:
    """One window of a small colour image, and where its numbers lie in memory in two orders.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 4.2)
    image, first, last = figure.subplots(3, 1, height_ratios=(3.4, 1, 1))
    pixels = [(row, column) for row in range(SIDE) for column in range(SIDE)]
    for channel in reversed(range(3)):
        shift = 0.45 * channel
        for row, column in pixels:
            _square(image, column + shift, -row + shift, channel, _in_window(row, column))
        _frame(image, shift, shift - WINDOW + 1, WINDOW, WINDOW)
    image.set(xlim=(-4, SIDE + 5), ylim=(-SIDE + 0.7, 2.2), aspect="equal")
    image.set_title(f"an image with 3 channels, and a window of {WINDOW}×{WINDOW}", fontsize=10)
    channels_first = [(channel, *pixel) for channel in range(3) for pixel in pixels]
    channels_last = [(channel, *pixel) for pixel in pixels for channel in range(3)]
    _draw_memory(first, "channels first", channels_first)
    _draw_memory(last, "channels last", channels_last)
    for axes in (image, first, last):
        axes.set_axis_off()
    return figure


def _in_window(row: int, column: int) -> bool:
    return row < WINDOW and column < WINDOW


def _draw_memory(axes: Axes, name: str, order: Sequence[tuple[int, int, int]]) -> None:
    """All numbers (channel, row, column) in one row, and a frame around each run of a window."""
    inside = [_in_window(row, column) for _, row, column in order]
    for place, ((channel, *_), is_inside) in enumerate(zip(order, inside, strict=True)):
        _square(axes, place, 0, channel, is_inside, height=3)
    changes = np.flatnonzero(np.diff([0, *inside, 0])).reshape(-1, 2)  # where runs begin and end
    for begin, end in changes:
        _frame(axes, begin, 0, end - begin, 3)
    axes.set(xlim=(-0.5, len(order) + 0.5), ylim=(-0.3, 3.3))
    length = changes[0, 1] - changes[0, 0]
    axes.set_title(f"{name}: {len(changes)} runs of {length} numbers", fontsize=10)


def _square(
    axes: Axes, x: float, y: float, channel: int, is_inside: bool, height: float = 1
) -> None:
    """A number in the colour of its channel, pale outside of the window."""
    colour = (CHANNEL_COLOURS if is_inside else PALE_COLOURS)[channel]
    axes.add_patch(Rectangle((x, y), 1, height, facecolor=colour, edgecolor="white", linewidth=0.8))


def _frame(axes: Axes, x: float, y: float, width: float, height: float) -> None:
    axes.add_patch(Rectangle((x, y), width, height, fill=False, edgecolor="black", linewidth=2))


def block_times(
    mebibytes: Sequence[float], least: Sequence[float], median: Sequence[float]
) -> Figure:
    """How long a convolution takes with blocks of different sizes.

    Parameters
    ----------
    mebibytes : sequence of float
        The size of a block, in MiB; the last one is the whole matrix.
    least : sequence of float
        The smallest time with blocks of this size, in milliseconds.
    median : sequence of float
        The median of the times: a bar leads there.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 3.0)
    axes = figure.subplots()
    axes.plot(mebibytes[:-1], least[:-1], "o-", color=BLUE, linewidth=2, label="blocks")
    axes.plot(mebibytes[-1:], least[-1:], "s", color=ORANGE, markersize=8, label="the whole matrix")
    axes.vlines(mebibytes, least, median, color=[*[BLUE] * (len(mebibytes) - 1), ORANGE],
                linewidth=4, alpha=0.4)  # fmt: skip
    axes.set(xlabel="size of a block, MiB", ylabel="time, ms", xscale="log",
             ylim=(0, 1.1 * max(median)))  # fmt: skip
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    axes.xaxis.set_major_locator(FixedLocator(list(mebibytes)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.1f}" if x < 10 else f"{x:.0f}"))
    axes.xaxis.set_minor_locator(NullLocator())
    remove_box(axes)
    return figure


def layer_times(times: Mapping[str, Mapping[str, float]]) -> Figure:
    """The time of each layer with two algorithms, as horizontal bars.

    Parameters
    ----------
    times : dict of str to dict of str to float
        By layer, then by algorithm: milliseconds.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 0.75 * len(times) + 1.0)
    axes = figure.subplots()
    algorithms = list(next(iter(times.values())))
    colours = dict(zip(algorithms, (GREY, BLUE, ORANGE), strict=False))
    height = 0.8 / len(algorithms)
    for row, found in enumerate(times.values()):
        for number, (algorithm, value) in enumerate(found.items()):
            y = row + (number - (len(algorithms) - 1) / 2) * height
            axes.barh(y, value, height, color=colours[algorithm],
                      label=algorithm if not row else None)  # fmt: skip
            axes.annotate(f"{value:.3g}", (value, y), (4, 0), textcoords="offset points",
                          va="center", fontsize=9)  # fmt: skip
    axes.set_yticks(range(len(times)), list(times))
    axes.invert_yaxis()
    axes.set_xlabel("time for one image, ms")
    axes.margins(x=0.12)
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    remove_box(axes)
    return figure
