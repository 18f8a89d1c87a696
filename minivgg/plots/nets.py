"""Figures of nets: the architecture as a row of boxes, and the effect of zero padding."""

from collections.abc import Mapping
from itertools import accumulate
from math import log2

from matplotlib.patches import Rectangle

from minivgg.analysis import LayerTrace, trace
from minivgg.backend import Array, Shape
from minivgg.layers import AvgPool2d, Concat, Conv2d, Layer, Linear, MaxPool2d
from minivgg.plots.figure import BLUE, GREEN, GREY, LIGHT_BLUE, ORANGE, Figure

KINDS = {
    Conv2d: BLUE,
    Concat: LIGHT_BLUE,
    MaxPool2d: ORANGE,
    AvgPool2d: ORANGE,
    Linear: GREEN,
}
LEGEND = {
    "convolution": BLUE,
    "branches side by side": LIGHT_BLUE,
    "pooling": ORANGE,
    "fully connected": GREEN,
}
FLAT_WIDTH, GAP = 0.25, 0.14  # of a fully connected layer's box, and between boxes


def architecture(net: Layer, input_shape: Shape, title: str = "") -> Figure:
    """A net as a row of boxes, with the receptive field of each layer below.

    A box is as high as the map (in pixels), and wider the more channels there are. Convolutions are
    blue, pooling is orange, fully connected layers are green; other layers change no shape and are
    left out. A ``Concat`` is one box in light blue, cut into the channels of its branches.

    Parameters
    ----------
    net : Layer
        A ``Net`` or a ``Sequential``.
    input_shape : (int, int, int)
        Channels, height and width of one image.
    title : str
        The title of the figure.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    rows = _boxes(trace(net, input_shape))
    figure = Figure(min(11, 4 + 0.4 * len(rows)), 3.6)
    axes, x, tallest, previous = figure.subplots(), 0.0, max(input_shape[1:]), None
    for row in rows:
        width, height = _box_size(row, tallest)
        for begin, share in _parts(row):
            axes.add_patch(_box(row, x + begin * width, share * width, height))
        centre, is_pooling = x + width / 2, isinstance(row.layer, MaxPool2d | AvgPool2d)
        if not is_pooling and row.output_shape != previous:
            axes.text(centre, height / 2 + 0.02 * tallest, _shape_label(row.output_shape),
                      ha="left", va="bottom", fontsize=7.5, rotation=45)  # fmt: skip
        sees = "?" if row.receptive_field is None else str(row.receptive_field[0].size)
        axes.text(centre, -0.56 * tallest, sees, ha="center", va="top",
                  fontsize=7, color=GREY, rotation=90)  # fmt: skip
        x, previous = x + width + GAP, None if is_pooling else row.output_shape
    axes.text(
        -0.3, -0.56 * tallest, "sees (pixels)", ha="right", va="top", fontsize=7.5, color=GREY
    )
    shown = {KINDS[type(row.layer)] for row in rows} | {BLUE, ORANGE, GREEN}
    legend = {name: colour for name, colour in LEGEND.items() if colour in shown}
    patches = [Rectangle((0, 0), 1, 1, color=colour) for colour in legend.values()]
    axes.legend(patches, legend, frameon=False, loc="upper right", fontsize=8)
    axes.set(xlim=(-1.6, x + 0.6), ylim=(-0.72 * tallest, 0.78 * tallest), title=title)
    axes.set_axis_off()
    return figure


def _boxes(rows: list[LayerTrace]) -> list[LayerTrace]:
    """The layers that are drawn: none of those inside branches side by side."""
    inside = {id(layer) for row in rows for layer in _branches(row.layer)}
    return [row for row in rows if type(row.layer) in KINDS and id(row.layer) not in inside]


def _branches(layer: Layer) -> list[Layer]:
    """The layers inside a ``Concat``, at any depth."""
    return list(layer.descendants())[1:] if isinstance(layer, Concat) else []


def _parts(row: LayerTrace) -> list[tuple[float, float]]:
    """(where it begins, how wide it is) of each part of a box, as shares of its width."""
    if not isinstance(row.layer, Concat):
        return [(0, 1)]
    channels = [branch.output_shape(row.input_shape)[0] for branch in row.layer]
    ends = accumulate(channels)
    return [
        ((end - count) / sum(channels), count / sum(channels))
        for count, end in zip(channels, ends, strict=True)
    ]


def _box_size(row: LayerTrace, tallest: int) -> tuple[float, float]:
    channels, *sides = row.output_shape
    if not sides:
        return FLAT_WIDTH, tallest * 0.45 * log2(1 + channels) / 12
    return 0.12 * log2(1 + channels), sides[0]


def _box(row: LayerTrace, x: float, width: float, height: float) -> Rectangle:
    colour = KINDS[type(row.layer)]
    return Rectangle(
        (x, -height / 2), width, height, facecolor=colour, edgecolor="white", linewidth=0.8
    )


def _shape_label(shape: Shape) -> str:
    channels, *sides = shape
    if not sides:
        return f"{channels}"
    height, width = sides
    return f"{channels} × {height}²" if height == width else f"{channels} × {height}×{width}"


def border_effect(maps: Mapping[str, Array]) -> Figure:
    """Heat maps of where the features of a crop differ from those of the whole image.

    Parameters
    ----------
    maps : dict of str to array of shape (H, W)
        Layer by layer, as ``protocols.border_effect`` returns them.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(2.1 * len(maps) + 1, 2.9)
    panels = figure.subplots(1, len(maps), squeeze=False)[0]
    largest = max(float(values.max()) for values in maps.values())
    for axes, (name, values) in zip(panels, maps.items(), strict=True):
        picture = axes.imshow(values, cmap="inferno", vmin=0, vmax=largest, interpolation="nearest")
        axes.set(xticks=[], yticks=[])
        axes.set_title(f"{name}, {values.shape[0]}×{values.shape[1]}", fontsize=9)
        differing = 100 * (values > 0.01).mean()
        axes.set_xlabel(f"{differing:.0f} % of positions\ndiffer by over 1 %", fontsize=8)
    figure.colorbar(picture, ax=panels, shrink=0.8, label="difference / mean feature")
    figure.suptitle(
        "A crop's features against the whole image's: the effect of zero padding spreads inward",
        fontsize=10,
    )
    return figure
