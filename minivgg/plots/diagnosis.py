"""Figures of an examined training: sizes layer by layer, and the learning-rate range test."""

from collections.abc import Sequence
from math import isfinite
from typing import Protocol

from matplotlib.axes import Axes

from minivgg.plots.figure import BLUE, GREEN, GREY, ORANGE, Figure, remove_box

USUAL_UPDATE = 1e-3  # the length of a step, relative to the weights
MAX_NAMES = 40  # layers that are all named below the axis
ROOM = 0.05  # below the smallest loss, relative to what is above it
RISE = 0.3  # above the loss of the start, relative to it: what is above has diverged
LEAST_RATIO = 300.0  # of the ends of an axis: less would make much of small differences


class LayerRow(Protocol):
    """What ``layer_sizes`` reads of a layer; ``training.diagnosis.LayerSizes`` has it."""

    @property
    def name(self) -> str:
        """As in "features.0"."""

    @property
    def output(self) -> float:
        """The root mean square of its output."""

    @property
    def gradient(self) -> float | None:
        """That of the gradient of the loss with respect to the output."""

    @property
    def weight(self) -> float | None:
        """That of its weights; None for a layer without."""

    @property
    def update(self) -> float | None:
        """The length of one step of the optimizer, relative to that of the weights."""


class RangeTestResult(Protocol):
    """What ``learning_rate_range`` reads; ``training.diagnosis.RangeTest`` has it."""

    @property
    def rates(self) -> Sequence[float]:
        """The learning rate of each step."""

    @property
    def losses(self) -> Sequence[float]:
        """The loss before each step."""

    @property
    def smoothed(self) -> Sequence[float]:
        """Its running mean."""

    @property
    def suggested(self) -> float | None:
        """The learning rate to use."""

    @property
    def current(self) -> float | None:
        """That of the optimizer."""


def layer_sizes(rows: Sequence[LayerRow]) -> Figure:
    """The size of outputs, gradients and steps, layer by layer, each on a logarithmic axis.

    A net that learns well has nearly level curves. A signal or a gradient that loses a factor in
    each layer is a falling line. Layers without weights are left out.

    Parameters
    ----------
    rows : sequence of LayerRow
        As in ``Diagnosis.layers``.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    rows = [row for row in rows if row.weight is not None]
    figure = Figure(max(6.5, min(13.0, 2.5 + 0.35 * len(rows))), 6.4)
    panels = figure.subplots(3, 1, sharex=True)
    _sizes(panels[0], [row.output for row in rows], BLUE, "Forward: size of the output")
    gradients = [row.gradient for row in rows]
    _sizes(panels[1], gradients, ORANGE, "Backward: size of the gradient of the output")
    updates = [row.update for row in rows]
    _sizes(panels[2], updates, GREEN, "One step of the optimizer, relative to the weights", "ratio")
    low, high = panels[2].get_ylim()
    panels[2].set_ylim(min(low, USUAL_UPDATE / 4), max(high, USUAL_UPDATE * 4))
    panels[2].axhline(USUAL_UPDATE, color=GREY, linewidth=0.8, linestyle=":")
    panels[2].text(
        0.99, USUAL_UPDATE, f"{USUAL_UPDATE:g} is usual", va="bottom", ha="right", fontsize=8,
        color=GREY,
        transform=panels[2].get_yaxis_transform(),
    )  # fmt: skip
    step = -(-len(rows) // MAX_NAMES)
    names = [row.name for row in rows][::step]
    panels[2].set_xticks(range(0, len(rows), step), names, rotation=60, ha="right", fontsize=8)
    panels[2].set_xlabel("layer, from the input to the loss")
    return figure


def _sizes(
    axes: Axes,
    values: Sequence[float | None],
    colour: str,
    title: str,
    unit: str = "root mean square",
) -> None:
    """One curve; values without a place on the axis, 0, inf and nan, are crosses at its ends."""
    places = [k for k, value in enumerate(values) if value and isfinite(value)]
    shown = [value for value in values if value and isfinite(value)]
    axes.plot(places, shown, color=colour, marker="o", markersize=4)
    if not shown:
        axes.set_ylim(1e-5, 1)  # an axis without a curve; a logarithmic one needs its ends
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("")
    axes.set_title(title, fontsize=10)
    axes.set_ylabel(unit)
    if shown:
        low, high = min(shown) / 2, max(shown) * 2
        widen = max(1.0, (LEAST_RATIO / (high / low)) ** 0.5)
        axes.set_ylim(low / widen, high * widen)
    _mark(axes, {k: value for k, value in enumerate(values) if value == 0}, 0.06, 0.13)
    infinite = {k: v for k, v in enumerate(values) if v is not None and not isfinite(v)}
    _mark(axes, infinite, 0.94, 0.75)
    remove_box(axes)


def _mark(axes: Axes, marked: dict[int, float], height: float, label_height: float) -> None:
    """A cross for each of these layers, at a height relative to that of the axis."""
    if not marked:
        return
    places, label = list(marked), f"{next(iter(marked.values())):g}"
    transform = axes.get_xaxis_transform()
    heights = [height] * len(places)
    axes.plot(places, heights, "x", color="black", transform=transform, clip_on=False)
    axes.text(
        places[0], label_height, label, ha="center", va="bottom", fontsize=9, transform=transform
    )


def learning_rate_range(test: RangeTestResult) -> Figure:
    """The loss while the learning rate grows from step to step, with the rate to use.

    Parameters
    ----------
    test : RangeTestResult
        As in ``Diagnosis.range_test``.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(7.5, 3.8)
    axes = figure.subplots()
    axes.plot(test.rates, test.losses, ".", color=GREY, markersize=3, label="each step")
    axes.plot(test.rates, test.smoothed, color=BLUE, label="running mean")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    if test.losses:
        start = test.losses[0]
        low, high = min(test.losses), start + RISE * max(abs(start), 1e-3)
        axes.set_ylim(low - ROOM * (high - low), high)
    marks = [(test.suggested, GREEN, "-", "suggested"), (test.current, ORANGE, "--", "current")]
    shown = [mark for mark in marks if mark[0]]  # a rate of 0 has no place on the axis
    shown.sort(key=lambda mark: mark[0] or 0.0)
    for k, (rate, colour, style, name) in enumerate(shown):
        assert rate is not None
        axes.axvline(rate, color=colour, linestyle=style, linewidth=1.5)
        left = k == 0 and len(shown) > 1  # the texts of two lines point away from each other
        axes.annotate(
            f" {name}: {rate:.2g} ", (rate, 0.97), xycoords=("data", "axes fraction"),
            va="top", ha="right" if left else "left", fontsize=9, color=colour,
        )  # fmt: skip
    axes.set(
        title="Learning-rate range test",
        xlabel="learning rate, which grows with each step (log scale)",
        ylabel="loss",
    )
    # below the panel, where no line of a rate crosses it
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    remove_box(axes)
    return figure
