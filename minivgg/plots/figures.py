"""Floor 4: the figures of the lessons. As ``plots``: each function returns a matplotlib ``Figure``, one message each."""

from itertools import cycle

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator, StrMethodFormatter

from minivgg.plots.runs import BLUE, GREEN, GREY, ORANGE, Figure

COLOURS = (BLUE, ORANGE, GREEN, GREY)
FEW = 400  # squares that are told apart by lines
FEW_VALUES = 12  # that are each written at a logarithmic axis
FEW_ENTRIES = 150  # of a map, that are written into its squares


def maps(arrays, titles, cell=0.34, numbers=False, marks=(), bright=False):
    """Small maps (H, W) side by side, a square for each number, all with one scale of grey for each map of its own.

    numbers: write them into the squares. bright: large numbers are bright, as in photographs, not dark, as on paper. marks: for each map
    a list of (row, column, height, width, colour) to frame.
    """
    sizes = [np.shape(a)[1] for a in arrays]
    tallest = max(np.shape(a)[0] for a in arrays)
    figure = Figure(
        figsize=(cell * sum(sizes) + 0.6 * len(arrays), cell * tallest + 0.55), layout="constrained"
    )
    panels = figure.subplots(1, len(arrays), squeeze=False, width_ratios=sizes)[0]
    for i, (axes, a, title) in enumerate(zip(panels, arrays, titles, strict=True)):
        a = np.asarray(a, float)
        axes.imshow(
            a,
            cmap="gray" if bright else "Greys",
            vmin=min(0, a.min()),
            vmax=max(a.max(), 1e-12) * (1 if bright else 1.15),
        )
        axes.set_title(title, fontsize=9)
        axes.set_xticks([] if a.size > FEW else np.arange(-0.5, a.shape[1]), [])
        axes.set_yticks([] if a.size > FEW else np.arange(-0.5, a.shape[0]), [])
        axes.grid(color="#bbbbbb", linewidth=0.6)
        axes.tick_params(length=0)
        if numbers:
            for (row, column), value in np.ndenumerate(a):
                dark = value > 0.6 * max(a.max(), 1e-12)
                axes.text(
                    column,
                    row,
                    f"{value:g}",
                    ha="center",
                    va="center",
                    fontsize=7,
                    color="white" if dark else "black",
                )
        for row, column, height, width, colour in marks[i] if i < len(marks) else ():
            axes.add_patch(
                Rectangle(
                    (column - 0.5, row - 0.5),
                    width,
                    height,
                    fill=False,
                    edgecolor=colour,
                    linewidth=2.5,
                )
            )
    return figure


def lines(x, curves, xlabel, ylabel, logx=False, logy=False, marks=()):
    """Curves {name: values} over x, a shorter one ends earlier. marks: (x, y, words) to point at."""
    figure = Figure(figsize=(6.2, 3.4), layout="constrained")
    axes = figure.subplots()
    for (name, values), style, colour in zip(
        curves.items(), cycle(("-", "--", "-.", ":")), cycle(COLOURS), strict=False
    ):
        axes.plot(x[: len(values)], values, style, color=colour, linewidth=2, label=name)
    if len(curves) > 1:
        axes.legend(frameon=False, fontsize=9)
    for place_x, place_y, words in marks:
        axes.plot([place_x], [place_y], "o", color="black", markersize=5)
        line = {"arrowstyle": "-", "color": GREY}
        axes.annotate(
            words,
            (place_x, place_y),
            (-8, 70),
            textcoords="offset points",
            fontsize=9,
            arrowprops=line,
        )
    axes.set(
        xlabel=xlabel,
        ylabel=ylabel,
        xscale="log" if logx else "linear",
        yscale="log" if logy else "linear",
    )
    if logx and len(x) <= FEW_VALUES:
        axes.xaxis.set_major_locator(FixedLocator(list(x)))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.xaxis.set_minor_locator(NullLocator())
    elif not logx and all(float(value).is_integer() for value in x):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if not logy and np.max([np.max(values) for values in curves.values()]) >= 10_000:
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def bars(names, groups, xlabel):
    """Horizontal bars: for each name the parts {part: values} behind one another, with a legend; the whole is written at the end."""
    figure = Figure(figsize=(6.4, 0.42 * len(names) + 1.0), layout="constrained")
    axes = figure.subplots()
    left = np.zeros(len(names))
    for colour, (part, values) in zip(COLOURS, groups.items(), strict=False):
        axes.barh(range(len(names)), values, left=left, color=colour, label=part)
        left += values
    for i, whole in enumerate(left):
        axes.annotate(
            f"{whole:,.3g}", (whole, i), (4, 0), textcoords="offset points", va="center", fontsize=8
        )
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(xlabel=xlabel, xlim=(0, 1.12 * left.max()))
    axes.spines[["top", "right"]].set_visible(False)
    if len(groups) > 1:
        axes.legend(
            frameon=False, fontsize=8, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(groups)
        )
    return figure


def grouped(names, groups, ylabel):
    """Bars beside one another: for each name one of each group {group: values}, with a legend."""
    figure = Figure(figsize=(7, 3.4), layout="constrained")
    axes = figure.subplots()
    width = 0.8 / len(groups)
    for i, ((group, values), colour) in enumerate(zip(groups.items(), COLOURS, strict=False)):
        axes.bar(
            np.arange(len(names)) + (i - (len(groups) - 1) / 2) * width,
            values,
            width,
            color=colour,
            label=group,
        )
    axes.set_xticks(range(len(names)), names, fontsize=9)
    axes.set(ylabel=ylabel)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(
        frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(groups)
    )
    return figure


def paths(height, ways, x, y, xlabel, ylabel):
    """Ways {name: points (n, 2)} over the contour lines of ``height(a, b)``, for a from x[0] to x[1] and b from y[0] to y[1]."""
    figure = Figure(figsize=(7, 3.4), layout="constrained")
    axes = figure.subplots()
    a, b = np.meshgrid(np.linspace(*x, 120), np.linspace(*y, 120))
    values = height(a, b)
    axes.contour(
        a,
        b,
        values,
        levels=values.max() * np.geomspace(1e-3, 0.8, 9),
        colors="#bbbbbb",
        linewidths=0.8,
    )
    for (name, points), style, colour in zip(
        ways.items(), cycle(("-", "--")), cycle(COLOURS), strict=False
    ):
        axes.plot(
            *points.T,
            style,
            marker=".",
            markersize=4,
            color=colour,
            linewidth=1.4,
            label=f"{name}, {len(points) - 1} steps",
        )
    axes.plot(0, 0, "*", color="black", markersize=11)
    axes.set(xlabel=xlabel, ylabel=ylabel, xlim=x, ylim=y)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(ways))
    return figure


def stacked(x, curves, xlabel, logy=()):
    """Curves {name: values} over one x, each in a panel of its own; ``logy``: the names of those on a logarithmic scale."""
    figure = Figure(figsize=(6.2, 1.9 * len(curves)), layout="constrained")
    panels = figure.subplots(len(curves), 1, sharex=True, squeeze=False)[:, 0]
    for axes, (name, values), colour in zip(panels, curves.items(), cycle(COLOURS), strict=False):
        axes.plot(
            x,
            values,
            color=colour,
            marker="o",
            markersize=4,
            linewidth=1.6,
            drawstyle="steps-mid" if name in logy else "default",
        )
        axes.set(ylabel=name, yscale="log" if name in logy else "linear")
        axes.spines[["top", "right"]].set_visible(False)
    panels[-1].set_xlabel(xlabel)
    panels[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def dots(names, groups, xlabel):
    """For each name a dot of each group {group: values}, NaN where there is none, on a scale that need not begin at 0."""
    figure = Figure(figsize=(6.6, 0.52 * len(names) + 1.1), layout="constrained")
    axes = figure.subplots()
    for number, ((group, values), marker, colour) in enumerate(
        zip(groups.items(), "osD^", COLOURS, strict=False)
    ):
        size = (11, 6, 5, 4)[number]  # so that equal values show as one mark inside the other
        axes.plot(values, range(len(names)), marker, color=colour, markersize=size, markeredgewidth=1.6, label=group,
                  fillstyle="none" if number == 0 else "full")  # fmt: skip
        for row, value in enumerate(values):
            if np.isfinite(value):
                where = (
                    {"xytext": (0, -8), "va": "top"}
                    if number == 1
                    else {"xytext": (0, 8), "va": "bottom"}
                )
                axes.annotate(
                    f"{value:.1f}",
                    (value, row),
                    textcoords="offset points",
                    ha="center",
                    fontsize=8,
                    color=colour,
                    **where,
                )
    axes.set_yticks(range(len(names)), names)
    axes.margins(x=0.08)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlabel(xlabel)
    axes.grid(axis="y", color="#dddddd", linewidth=0.8)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    if len(groups) > 1:
        axes.legend(
            frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(groups)
        )
    return figure


def pictures(images, columns=4, size=1.9):
    """Pictures, a list of (title, (H, W) or uint8 (C, H, W)), bright is large, in rows of ``columns``."""
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    figure = Figure(figsize=(size * columns, (size + 0.25) * rows), layout="constrained")
    for axes in (panels := figure.subplots(rows, columns, squeeze=False).ravel()):
        axes.set_axis_off()
    for axes, (title, image) in zip(panels, images, strict=False):
        flat = (
            image[0]
            if len(image) == 1
            else image
            if np.ndim(image) == 2
            else np.transpose(image, (1, 2, 0))
        )
        axes.imshow(flat, cmap="gray", interpolation="nearest")
        axes.set_title(title, fontsize=9)
    return figure


def roofline(points, peak, bandwidth):
    """Layers {name: (multiply-adds a byte, multiply-adds a second)} below the roof of a machine: ``peak`` and bytes a second."""
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.subplots()
    low, high = min(x for x, _ in points.values()) / 3, max(x for x, _ in points.values()) * 3
    x = np.geomspace(low, high, 200)
    axes.loglog(x, np.minimum(peak, bandwidth * x) / 1e9, color=GREY, linewidth=2.5)
    middle = (low * peak / bandwidth) ** 0.5
    axes.annotate(
        "memory is the limit",
        (middle, bandwidth * middle / 1e9),
        (10, -8),
        textcoords="offset points",
        fontsize=9,
        color=GREY,
    )
    axes.annotate(
        "arithmetic is the limit",
        (high, peak / 1e9),
        (-4, -5),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=9,
        color=GREY,
    )
    for number, (name, (intensity, rate)) in enumerate(
        sorted(points.items(), key=lambda point: point[1])
    ):
        axes.plot(intensity, rate / 1e9, "o", color=BLUE, markersize=7)
        where = (
            {"xytext": (-5, 7), "ha": "right"} if number % 2 else {"xytext": (6, -12), "ha": "left"}
        )  # neighbours to two sides
        axes.annotate(
            name, (intensity, rate / 1e9), textcoords="offset points", fontsize=8, **where
        )
    axes.set(
        xlabel="intensity, multiply-adds a byte",
        ylabel="billion multiply-adds a second",
        ylim=(None, 5 * peak / 1e9),
    )
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def regions(answers, points, classes, place):
    """What nets say of each point of a square, {name: probabilities of class 1 (n, n)}, with the points (N, 2) that they learned from.

    classes: 0 or 1 for each point. place: the n coordinates along each side. Black: where the net is undecided.
    """
    figure = Figure(figsize=(3.3 * len(answers), 3.4), layout="constrained")
    for axes, (name, p) in zip(
        figure.subplots(1, len(answers), squeeze=False)[0], answers.items(), strict=True
    ):
        axes.contourf(place, place, p, levels=(0, 0.5, 1), colors=("#cfe3f1", "#f7dcc9"))
        axes.contour(place, place, p, levels=(0.5,), colors="black", linewidths=2)
        for k, (colour, marker) in enumerate(((BLUE, "o"), (ORANGE, "^"))):
            axes.plot(*points[classes == k].T, marker, color=colour, markersize=3)
        axes.set(xticks=[], yticks=[], aspect="equal")
        axes.set_title(name, fontsize=10)
    return figure


def wrong_entries(want, have, title):
    """The right map (H, W) beside another, with numbers where there is room; wrong entries have a frame."""
    few = np.size(want) <= FEW_ENTRIES
    figure = Figure(
        figsize=(
            2 * max(1.6, 0.52 * np.shape(want)[1]) + 0.6,
            max(1.4, 0.42 * np.shape(want)[0]) + 0.7,
        ),
        layout="constrained",
    )
    finite = np.concatenate([np.ravel(a)[np.isfinite(np.ravel(a))] for a in (want, have)])
    limit = max(np.abs(finite).max(initial=0), 1e-12)
    wrong = ~(np.abs(np.asarray(have, float) - want) <= 1e-4 * limit)
    for axes, a, words in zip(
        figure.subplots(1, 2), (want, have), ("should be", "is, framed where wrong"), strict=True
    ):
        a = np.asarray(a, float)
        axes.imshow(
            np.where(np.isfinite(a), a, 0), cmap="PuOr", vmin=-limit, vmax=limit, aspect="auto"
        )
        axes.set_title(words, fontsize=9)
        axes.set(xticks=[], yticks=[])
        for (row, column), value in np.ndenumerate(a) if few else ():
            colour = "white" if abs(value) > 0.65 * limit else "black"
            axes.text(
                column, row, f"{value:.2g}", ha="center", va="center", fontsize=7, color=colour
            )
    for row, column in np.argwhere(wrong) if wrong.size <= FEW else ():
        axes.add_patch(
            Rectangle(
                (column - 0.46, row - 0.46), 0.92, 0.92, fill=False, edgecolor="black", linewidth=2
            )
        )
    figure.suptitle(title, fontsize=10)
    return figure
