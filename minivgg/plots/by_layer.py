"""A figure of a number that was measured several times at each of several layers."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from numpy.typing import ArrayLike

from minivgg.plots.figure import BLUE, GREY, ORANGE, Figure, remove_box

STYLES = ((BLUE, "o", "-"), (GREY, "s", "--"), (ORANGE, "^", ":"))


def by_layer(
    layers: Sequence[str],
    panels: Mapping[str, Mapping[str, ArrayLike]],
    ylabel: str,
    reference: tuple[str, float] | None = None,
    xlabel: str = "",
) -> Figure:
    """Means over the repetitions, layer by layer, with bars from the lowest to the highest value.

    Parameters
    ----------
    layers : sequence of str
        The names of the L layers.
    panels : dict of str to dict of str to array of shape (L, repetitions)
        For each panel, by its title, the values of each curve by its name. All panels have the same
        scale.
    ylabel : str
        The label of the y axis.
    reference : (str, float), optional
        The name and the height of a horizontal line.
    xlabel : str
        The label of the x axis. With one, the names stand upright.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(min(5.4, 0.6 + 2.2 * len(panels)), 3.4)
    drawn = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
    x = np.arange(len(layers))
    for axes, (title, curves) in zip(drawn, panels.items(), strict=True):
        for (name, values), (colour, marker, line) in zip(
            curves.items(), cycle(STYLES), strict=False
        ):
            a = np.asarray(values, float)
            mean = a.mean(axis=1)
            around = np.abs([mean - a.min(axis=1), a.max(axis=1) - mean])
            axes.errorbar(x, mean, around, color=colour, marker=marker, linestyle=line,
                          markersize=5, capsize=2, label=name)  # fmt: skip
        if reference is not None:
            axes.axhline(reference[1], color="black", linewidth=0.8, linestyle=":",
                         label=reference[0])  # fmt: skip
        axes.set_xticks(x, layers, rotation=0 if xlabel else 60, fontsize=9)
        axes.set_xlabel(xlabel)
        axes.set_title(title, fontsize=9)
        remove_box(axes)
    drawn[0].set_ylabel(ylabel)
    handles, labels = drawn[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return figure
