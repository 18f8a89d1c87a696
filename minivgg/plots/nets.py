"""Figures of nets: the architecture as a table of boxes, and the effect of zero padding."""

from collections.abc import Mapping
from itertools import accumulate
from math import log2

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from minivgg.analysis import LayerTrace, trace
from minivgg.backend import Array, Shape
from minivgg.layers import (
    AvgPool2d,
    Concat,
    Conv2d,
    Layer,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
)
from minivgg.plots.figure import BLUE, GREEN, GREY, LIGHT_BLUE, ORANGE, Figure

KINDS: dict[type[Layer], tuple[str, str]] = {
    Conv2d: ("conv", BLUE),
    Concat: ("branches side by side", LIGHT_BLUE),
    MaxPool2d: ("max-pool", GREEN),
    AvgPool2d: ("average pool", GREEN),
    Linear: ("fully connected", ORANGE),
    LocalResponseNorm: ("LRN", GREY),
}
POOLING = MaxPool2d | AvgPool2d
WIDTH, ROW_INCHES, FONT_SIZE = 5.4, 0.205, 9
COLUMNS = (1.06, 1.68, 2.32)  # where kind, output and field begin; the widest map ends at 1
END = 2.34
BLOCK_GAP = 0.35  # rows after a pooling layer


def architecture(
    net: Layer, input_shape: Shape, title: str = "", names: Mapping[str, str] | None = None
) -> Figure:
    """A net from top to bottom: a box for each layer, its output and its receptive field.

    A box is as wide as the map (in pixels), and thicker the more channels there are. Convolutions
    are blue, pooling is green, fully connected layers are orange, local response normalisation is
    grey; other layers change no shape and are left out. A ``Concat`` is one box in light blue, cut
    into the channels of its branches.

    Parameters
    ----------
    net : Layer
        A ``Net`` or a ``Sequential``.
    input_shape : (int, int, int)
        Channels, height and width of one image.
    title : str
        The title of the figure.
    names : dict of str to str, optional
        The path of each layer by its name, as ``models.layer_paths`` returns them. A layer without
        a name is called by its kind alone.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    rows = _boxes(trace(net, input_shape))
    name_of = {path: name for name, path in (names or {}).items() if name != path}
    gaps = sum(isinstance(row.layer, POOLING) for row in rows) * BLOCK_GAP
    height = len(rows) + gaps + 1.6
    figure = Figure(WIDTH, ROW_INCHES * height + (0.4 if title else 0.1))
    axes, widest = figure.subplots(), max(input_shape[1:])
    _write_row(axes, 0, ("layer", "output", "sees"), GREY)
    y = 1.3
    for row in rows:
        width, thickness = _box_size(row, widest)
        for begin, share in _parts(row):
            corner = 0.5 - width / 2 + begin * width, y - thickness / 2
            axes.add_patch(_box(row, corner, share * width, thickness))
        field = "?" if row.receptive_field is None else f"{row.receptive_field[0].size}"
        _write_row(axes, y, (_label(row, name_of), _shape_label(row.output_shape), field))
        y += 1 + BLOCK_GAP * isinstance(row.layer, POOLING)
    axes.set(xlim=(0, END), ylim=(height - 0.6, -0.7), title=title)
    axes.set_axis_off()
    return figure


def _write_row(axes: Axes, y: float, texts: tuple[str, str, str], colour: str = "black") -> None:
    for x, text, side in zip(COLUMNS, texts, ("left", "left", "right"), strict=True):
        axes.text(x, y, text, ha=side, va="center", fontsize=FONT_SIZE, color=colour)


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


def _box_size(row: LayerTrace, widest: int) -> tuple[float, float]:
    channels, *sides = row.output_shape
    if not sides:
        return 0.45 * log2(1 + channels) / 12, 0.5
    return sides[1] / widest, 0.08 + 0.09 * log2(1 + channels)


def _box(row: LayerTrace, corner: tuple[float, float], width: float, height: float) -> Rectangle:
    colour = KINDS[type(row.layer)][1]
    return Rectangle(corner, width, height, facecolor=colour, edgecolor="white", linewidth=0.8)


def _label(row: LayerTrace, name_of: Mapping[str, str]) -> str:
    """Such as "conv1_1, 3×3" and "fc6, fully connected"; without a name "conv 3×3"."""
    kind, name, layer = KINDS[type(row.layer)][0], name_of.get(row.name), row.layer
    if isinstance(layer, Conv2d | MaxPool2d | AvgPool2d):
        height, width = layer.kernel_size
        return f"{name}, {height}×{width}" if name else f"{kind} {height}×{width}"
    return f"{name}, {kind}" if name else kind


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
