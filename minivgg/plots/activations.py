"""Figures about single units: activation functions, factors by channel, the nets of a dropout."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np

from minivgg.backend import Array
from minivgg.plots.figure import BLUE, GREY, ORANGE, Figure, remove_box

MARKERS = ("o", "s", "^", "D")


def activations(z: Array, functions: Mapping[str, tuple[Array, Array]]) -> Figure:
    """Activation functions in one panel, and their slopes in the other.

    Parameters
    ----------
    z : array of shape (n,)
        The inputs.
    functions : dict of str to (array of shape (n,), array of shape (n,))
        For each function by its name: its values, and its slopes. Where there is no slope it is
        NaN; open circles mark the ends of the curve there.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 2.6)
    panels = figure.subplots(1, 2)
    for axes, which, title in zip(panels, (0, 1), ("output", "slope"), strict=True):
        styles = zip(functions.items(), cycle((BLUE, ORANGE, GREY)), strict=False)
        for number, ((name, pair), colour) in enumerate(styles):
            axes.plot(z, pair[which], ("-", "--", ":")[number % 3], color=colour, linewidth=2.2,
                      label=name)  # fmt: skip
            for gap in np.flatnonzero(np.isnan(pair[which])):
                ends = [gap - 1, gap + 1]
                axes.plot(z[ends], pair[which][ends], "o", color=colour, markerfacecolor="white",
                          markersize=6)  # fmt: skip
        axes.axvline(0, color="#cccccc", linewidth=0.8, zorder=0)
        axes.set_xlabel("input z")
        axes.set_title(title, fontsize=10)
        remove_box(axes)
    panels[0].legend(frameon=False, fontsize=9, loc="upper left")
    return figure


def by_channel(curves: Mapping[str, Sequence[float] | Array], ylabel: str) -> Figure:
    """Numbers of single channels as marks, without lines between channels.

    Parameters
    ----------
    curves : dict of str to sequence of float
        By name, one number for each channel.
    ylabel : str
        The label of the y axis.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 3.0)
    axes = figure.subplots()
    colours = cycle((GREY, BLUE, ORANGE))
    for (name, values), marker, colour in zip(
        curves.items(), cycle(MARKERS), colours, strict=False
    ):
        channels = np.arange(len(values))
        axes.plot(channels, values, marker, color=colour, markersize=6, label=name)
    axes.set_xticks(channels[::2])
    axes.set(xlabel="channel", ylabel=ylabel, ylim=(0, None))
    axes.grid(axis="x", color="#eeeeee")
    axes.set_axisbelow(True)
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1),
                handletextpad=0.1)  # fmt: skip
    remove_box(axes)
    return figure


def ensemble(
    members: Array, averages: Mapping[str, Array], names: Sequence[str], ylabel: str
) -> Figure:
    """The outputs of many nets as a cloud of points for each class, with marked averages.

    Parameters
    ----------
    members : array of shape (nets, classes)
        A row for each net.
    averages : dict of str to array of shape (classes,)
        Up to three vectors by name, to be marked; the first one is a large ring.
    names : sequence of str
        Of the classes.
    ylabel : str
        The label of the y axis.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 3.3)
    axes = figure.subplots()
    shift = np.random.default_rng(0).uniform(-0.3, 0.3, members.shape)
    for k in range(members.shape[1]):
        axes.plot(k + shift[:, k], members[:, k], ".", color="#bbbbbb", markersize=3, zorder=1)
    marks = (("o", 15, "none", BLUE), ("X", 8, "full", ORANGE), ("_", 26, "full", "black"))
    for (name, values), (marker, size, fill, colour) in zip(averages.items(), marks, strict=False):
        axes.plot(np.arange(len(values)), values, marker, color=colour, markersize=size,
                  fillstyle=fill, markeredgewidth=2 if fill == "none" or marker == "_" else 0.5,
                  linestyle="none", label=name)  # fmt: skip
    axes.set_xticks(range(len(names)), names)
    axes.set_ylabel(ylabel)
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1),
                markerscale=0.6)  # fmt: skip
    remove_box(axes)
    return figure
