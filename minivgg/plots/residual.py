"""Figures of lesson 11: the residual block, curves of plain and residual nets, and gradients."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import MaxNLocator

from minivgg.backend import Array
from minivgg.plots.figure import BLUE, GREY, ORANGE, Figure, remove_box

STYLES = {"plain": (ORANGE, "s"), "residual": (BLUE, "o")}  # of nets, by their kind
BOXES = ("3×3 conv", "batch norm", "ReLU", "3×3 conv", "batch norm")  # F of a block
PALE_BLUE, PALE_GREY = "#cfe3f1", "#e6e6e6"


def blocks() -> Figure:
    """Two convolutions of a plain net, and the same two with a shortcut around them.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 4.4)
    for axes, name in zip(figure.subplots(1, 2), STYLES, strict=True):
        _draw_block(axes, has_shortcut=name == "residual")
        axes.set_title(name, fontsize=11, color=STYLES[name][0], fontweight="bold")
    return figure


def _draw_block(axes: Axes, has_shortcut: bool) -> None:
    """The boxes of a block from top to bottom, with arrows between them."""
    tops = [-(i + 1.0) for i in range(len(BOXES))]
    for top, text in zip(tops, BOXES, strict=True):
        _draw_box(axes, top, text)
    bottom = tops[-1] - 1
    for start, end in zip([-0.15, *(top - 0.25 for top in tops[:-1])], tops, strict=True):
        _arrow(axes, [(0, start), (0, end + 0.25)])
    if has_shortcut:
        _arrow(axes, [(0, tops[-1] - 0.25), (0, bottom + 0.22)])
        axes.text(0, bottom, "+", ha="center", va="center", fontsize=15, color=BLUE,
                  bbox={"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": BLUE,
                        "linewidth": 2})  # fmt: skip
        axes.plot([0, 1.3, 1.3], [-0.4, -0.4, bottom], color=BLUE, linewidth=2.5)
        _arrow(axes, [(1.3, bottom), (0.28, bottom)], BLUE, 2.5)
        axes.text(1.4, -3.3, "shortcut: x", rotation=90, va="center", fontsize=10, color=BLUE)
    else:
        axes.plot([0, 0], [tops[-1] - 0.25, bottom - 0.4], color=GREY, linewidth=1.6)
    begin, end = tops[0] + 0.3, tops[-1] - 0.3  # a bracket around the boxes of F
    axes.plot([-0.88, -0.98, -0.98, -0.88], [begin, begin, end, end], color=GREY, linewidth=1.4)
    axes.text(-1.04, -3, "F(x)", rotation=90, ha="right", va="center", fontsize=10)
    _draw_box(axes, bottom - 1, "ReLU")
    _arrow(axes, [(0, bottom - 0.3), (0, bottom - 0.75)])
    _arrow(axes, [(0, bottom - 1.25), (0, bottom - 1.75)])
    label = "y = ReLU(F(x) + x)" if has_shortcut else "y = ReLU(F(x))"
    axes.text(0, 0.02, "x", ha="center", va="bottom", fontsize=11)
    axes.text(0.1, bottom - 1.85, label, ha="center", va="top", fontsize=11)
    axes.set(xlim=(-1.35, 1.8), ylim=(bottom - 2.4, 0.4))
    axes.set_axis_off()


def _draw_box(axes: Axes, y: float, text: str) -> None:
    colour = PALE_BLUE if text == "3×3 conv" else PALE_GREY
    corner, boxstyle = (-0.75, y - 0.23), "round,pad=0.02"
    box = FancyBboxPatch(corner, 1.5, 0.46, boxstyle=boxstyle, facecolor=colour, edgecolor=GREY)
    axes.add_patch(box)
    axes.text(0, y, text, ha="center", va="center", fontsize=10)


def _arrow(
    axes: Axes, points: Sequence[tuple[float, float]], colour: str = GREY, width: float = 1.6
) -> None:
    start, end = points
    style = {"arrowstyle": "-|>", "color": colour, "linewidth": width, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=style)


def training_losses(losses: Mapping[tuple[str, int], Sequence[float]]) -> Figure:
    """The training loss of plain and residual nets over the epochs, with a logarithmic axis.

    Parameters
    ----------
    losses : dict of (str, int) to sequence of float
        The loss of each epoch, by ("plain" or "residual", depth). The deepest nets have solid
        lines, the others dashed ones.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 3.4)
    axes = figure.subplots()
    deepest = max(depth for _, depth in losses)
    for (kind, depth), values in losses.items():
        colour, marker = STYLES[kind]
        style = "-" if depth == deepest else "--"
        epochs = np.arange(1, len(values) + 1)
        axes.plot(epochs, values, style, marker=marker, color=colour, linewidth=2, markersize=5,
                  label=f"{kind}, {depth} layers")  # fmt: skip
    axes.set(xlabel="epoch", ylabel="training loss", yscale="log")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=2,
                handlelength=3)  # fmt: skip
    remove_box(axes)
    return figure


def errors_by_depth(errors: Mapping[int, tuple[float, float]], ylabel: str) -> Figure:
    """The error of plain and residual nets of each depth, joined by lines.

    Parameters
    ----------
    errors : dict of int to (float, float)
        By depth: of the plain and of the residual net, in %.
    ylabel : str
        The label of the y axis, which does not begin at 0.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 3.2)
    axes = figure.subplots()
    depths = list(errors)
    for number, (kind, (colour, marker)) in enumerate(STYLES.items()):
        values = [errors[depth][number] for depth in depths]
        axes.plot(range(len(depths)), values, marker=marker, color=colour, linewidth=2.5)
        for x, value in enumerate(values):
            above = kind == "plain"
            axes.annotate(f"{value:.2f}", (x, value), (0 if x else -9, 8 if above else -8),
                          ha="center" if x else "right", va="bottom" if above else "top",
                          textcoords="offset points", fontsize=10, color=colour)  # fmt: skip
        axes.annotate(kind, (len(depths) - 1, values[-1]), (12, 0), va="center", fontsize=10,
                      textcoords="offset points", color=colour)  # fmt: skip
    axes.set_xticks(range(len(depths)), [f"{depth} layers" for depth in depths])
    axes.set(xlim=(-0.35, len(depths) - 0.45), ylabel=ylabel)
    axes.margins(y=0.2)
    remove_box(axes)
    return figure


def gradient_sizes(sizes: Mapping[str, Array]) -> Figure:
    """How large the gradients of the weights are in each layer of a plain and a residual net.

    Parameters
    ----------
    sizes : dict of str to array of shape (layers,)
        By "plain" and "residual": one number for each convolution, from the first to the last.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 3.4)
    axes = figure.subplots()
    for kind, values in sizes.items():
        colour, marker = STYLES[kind]
        axes.plot(np.arange(1, len(values) + 1), values, marker=marker, color=colour,
                  linewidth=1.4, markersize=3.5, label=kind)  # fmt: skip
    axes.set(xlabel="convolution, from the input to the output",
             ylabel="gradient of the weights (RMS)", yscale="log")  # fmt: skip
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False, fontsize=10)
    remove_box(axes)
    return figure


def without_one_block(
    errors: Mapping[str, Sequence[float]], base: Mapping[str, float], stages: Sequence[int]
) -> Figure:
    """The error of trained nets after one block has been removed, for each block in turn.

    Parameters
    ----------
    errors : dict of str to sequence of float
        In %, by "plain" and "residual": without the first block, the second, and so on.
    base : dict of str to float
        The error of each complete net, in %, drawn as a line.
    stages : sequence of int
        The stage that each block belongs to; a line separates stages.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 3.2)
    axes = figure.subplots()
    for kind, values in errors.items():
        colour, marker = STYLES[kind]
        axes.axhline(base[kind], color=colour, linewidth=1.4, linestyle=":",
                     label=f"{kind}, complete")  # fmt: skip
        axes.plot(np.arange(1, len(values) + 1), values, marker, color=colour, markersize=7,
                  label=kind, clip_on=False)  # fmt: skip
    for stage in sorted(set(stages)):
        own = [number for number, other in enumerate(stages, 1) if other == stage]
        axes.text(sum(own) / len(own), 111, f"stage {stage}", ha="center", va="top", fontsize=9,
                  color=GREY)  # fmt: skip
        if own[-1] < len(stages):
            axes.axvline(own[-1] + 0.5, color="#cccccc", linewidth=1, zorder=0)
    axes.set(xlabel="which block is removed", ylabel="test error, %", ylim=(0, 112),
             yticks=range(0, 101, 20))  # fmt: skip
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    remove_box(axes)
    return figure
