"""The nets of Table 1 side by side, one inception block, and ranges that a limit splits."""

from collections.abc import Mapping, Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from minivgg.analysis import LayerTrace, trace
from minivgg.backend import Shape
from minivgg.layers import Concat, Conv2d, GlobalAvgPool2d, Layer, Linear, MaxPool2d
from minivgg.plots.figure import BLUE, GREEN, GREY, ORANGE, Figure, remove_box

LIGHT_BLUE, PALE_BLUE = "#56B4E9", "#cfe3f1"
WIDTH, HEIGHT, POOL = 0.9, 0.84, 0.3  # of a box in a row of height 1, and of a pool
GAP = 1 - HEIGHT  # between rows
LEGEND = {
    "3×3, as in A": (BLUE, "white"),
    "3×3, added": (LIGHT_BLUE, "black"),
    "1×1, added": (PALE_BLUE, "black"),
    "max-pool": (GREEN, "white"),
    "fully connected": (ORANGE, "white"),
}

Item = int | str | tuple[int, int]


def family(nets: Mapping[str, Sequence[Item]], dense: Sequence[int] = (4096, 4096, 1000)) -> Figure:
    """Nets as columns of layers, aligned by block, the input at the top.

    Parameters
    ----------
    nets : dict of str to sequence of int, str or (int, int)
        By name, the configurations as in ``models.CONFIGURATIONS``. The first net is the one that
        the others are compared with.
    dense : sequence of int
        The sizes of the fully connected layers, which are the same in all nets.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    blocks = {name: _blocks(items) for name, items in nets.items()}
    first = next(iter(blocks.values()))
    figure = Figure(4.6, 5.6)
    axes = figure.subplots()
    for column, (name, own) in enumerate(blocks.items()):
        axes.text(column, -0.75, name, ha="center", va="center", fontsize=11, weight="bold")
        row = 0.0
        for number, block in enumerate(own):
            for index, item in enumerate(block):
                is_old = index < len(first[number])
                kind = "1×1, added" if isinstance(item, tuple) else "3×3, added"
                kind = "3×3, as in A" if is_old and not isinstance(item, tuple) else kind
                filters = item[0] if isinstance(item, tuple) else item
                _box(axes, column, row + index, HEIGHT, kind, str(filters))
            row += max(len(other[number]) for other in blocks.values())
            _box(axes, column, row, POOL, "max-pool", "")
            row += 0.5
        for size in dense:
            _box(axes, column, row, HEIGHT, "fully connected", str(size))
            row += 1
    patches = [Rectangle((0, 0), 1, 1, color=colour) for colour, _ in LEGEND.values()]
    axes.legend(patches, LEGEND, frameon=False, fontsize=9, ncols=2, loc="upper center",
                bbox_to_anchor=(0.5, 0.01))  # fmt: skip
    axes.set(xlim=(-0.55, len(nets) - 0.45), ylim=(row + 0.1, -1.3))
    axes.set_axis_off()
    return figure


def _blocks(items: Sequence[Item]) -> list[list[Item]]:
    """The convolutions before each max-pool; layers without filters are left out."""
    blocks: list[list[Item]] = [[]]
    for item in items:
        if item == "M":
            blocks.append([])
        elif not isinstance(item, str):
            blocks[-1].append(item)
    return blocks[:-1]


def _box(axes: Axes, column: float, top: float, height: float, kind: str, text: str) -> None:
    colour, ink = LEGEND[kind]
    axes.add_patch(Rectangle((column - WIDTH / 2, top), WIDTH, height, facecolor=colour))
    axes.text(column, top + height / 2, text, ha="center", va="center", fontsize=9, color=ink)


def side_by_side(nets: Mapping[str, Layer], input_shape: Shape) -> Figure:
    """Nets as columns of layers, aligned by the size of their maps; max-pools are thin bars.

    Parameters
    ----------
    nets : dict of str to Layer
        By name.
    input_shape : (int, int, int)
        Channels, height and width of one image.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    columns = {name: _stages(net, input_shape) for name, net in nets.items()}
    sizes = sorted({size for column in columns.values() for size in column}, reverse=True)
    heights = [
        max(sum(height for _, _, _, height in column.get(size, ())) for column in columns.values())
        for size in sizes
    ]
    figure = Figure(4.6, 0.25 * (sum(heights) + 0.4 * len(sizes)) + 0.4)
    axes, top = figure.subplots(), 0.0
    for column, name in enumerate(columns):
        axes.text(1.6 * column, -0.75, name, ha="center", va="center", fontsize=11, weight="bold")
    for size, total in zip(sizes, heights, strict=True):
        label = f"{size}×{size}" if size else "classifier"
        axes.text(-0.85, top + total / 2, label, ha="right", va="center", fontsize=9, color=GREY)
        for column, stages in enumerate(columns.values()):
            y = top
            for text, colour, ink, height in stages.get(size, ()):
                corner = 1.6 * column - 0.7, y
                axes.add_patch(Rectangle(corner, 1.4, height - GAP, facecolor=colour))
                axes.text(1.6 * column, y + (height - GAP) / 2, text, ha="center", va="center",
                          fontsize=9, color=ink)  # fmt: skip
                y += height
        top += total + 0.4
    axes.set(xlim=(-1.75, 1.6 * len(columns) - 0.85), ylim=(top, -1.3))
    axes.set_axis_off()
    return figure


def _stages(net: Layer, input_shape: Shape) -> dict[int, list[tuple[str, str, str, float]]]:
    """By the height of the map (0: none): text, its colours and the row's height of each layer."""
    rows = trace(net, input_shape)
    inside = {
        id(layer)
        for row in rows
        if isinstance(row.layer, Concat)
        for layer in list(row.layer.descendants())[1:]
    }
    stages: dict[int, list[tuple[str, str, str, float]]] = {}
    for row in rows:
        drawn = _drawn(row)
        if drawn and id(row.layer) not in inside:
            channels, *sides = row.output_shape
            text, colour, ink = drawn
            stage = stages.setdefault(sides[0] if sides else 0, [])
            if isinstance(row.layer, MaxPool2d):
                stage.append(("", colour, ink, POOL + GAP))
            else:
                stage.append((f"{text}{channels}", colour, ink, 1.0))
    return stages


def _drawn(row: LayerTrace) -> tuple[str, str, str] | None:
    """The beginning of a layer's text, and its colours; None if it is not drawn."""
    layer = row.layer
    if isinstance(layer, Conv2d):
        k = layer.kernel_size[0]
        return f"{k}×{k}, ", *((BLUE, "white") if k > 1 else (PALE_BLUE, "black"))
    if isinstance(layer, Concat):
        return "inception, ", LIGHT_BLUE, "black"
    if isinstance(layer, GlobalAvgPool2d):
        return "mean, ", GREEN, "white"
    if isinstance(layer, MaxPool2d):
        return "", GREEN, "white"
    return ("", ORANGE, "white") if isinstance(layer, Linear) else None


def inception_block(branches: Sequence[Sequence[str]], top: str, bottom: str) -> Figure:
    """A block of branches side by side, with the input above and the joined output below.

    Parameters
    ----------
    branches : sequence of sequence of str
        For each branch its one or two layers, the first one first. A text that begins with "pool"
        is green, one that begins with "1×1" is pale blue, any other is blue.
    top, bottom : str
        What the input and the output are.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 3.4)
    axes = figure.subplots()
    axes.set(xlim=(-0.6, len(branches) - 0.4), ylim=(5.0, -0.4))
    axes.set_axis_off()
    middle = (len(branches) - 1) / 2

    def box(x: float, y: float, text: str, colour: str, ink: str) -> Annotation:
        style = {"boxstyle": "round", "facecolor": colour, "edgecolor": "none"}
        return axes.annotate(text, (x, y), ha="center", va="center", fontsize=9, color=ink,
                             bbox=style)  # fmt: skip

    source = box(middle, 0, top, "#eeeeee", "black")
    joined = box(middle, 4.6, bottom, "#eeeeee", "black")
    for column, branch in enumerate(branches):
        rows = (1.55, 3.05) if len(branch) > 1 else (2.3,)
        before = source
        for y, text in zip(rows, branch, strict=True):
            ink = "black" if text.startswith("1×1") else "white"
            layer = box(column, y, text, _colour(text), ink)
            _arrow(axes, before, layer)
            before = layer
        _arrow(axes, before, joined)
    return figure


def _arrow(axes: Axes, source: Annotation, target: Annotation) -> None:
    """An arrow from the edge of one box of text to that of another."""
    style = {"arrowstyle": "->", "color": GREY, "shrinkA": 1, "shrinkB": 1,
             "patchA": source.get_bbox_patch(), "patchB": target.get_bbox_patch()}  # fmt: skip
    axes.annotate("", target.xy, source.xy, arrowprops=style)


def _colour(text: str) -> str:
    return GREEN if text.startswith("pool") else PALE_BLUE if text.startswith("1×1") else BLUE


def split_ranges(
    intervals: Mapping[str, tuple[float, float, float]],
    xlabel: str,
    parts: tuple[str, str],
    marks: tuple[str, Sequence[float]] | None = None,
) -> Figure:
    """Intervals as horizontal bars, each in two colours below and above its own limit.

    Parameters
    ----------
    intervals : dict of str to (float, float, float)
        By name, the smallest possible value, the limit and the largest possible value. The limit
        may lie outside.
    xlabel : str
        The label of the x axis.
    parts : (str, str)
        What the part below the limit (blue) and the part above it (grey) mean.
    marks : (str, sequence of float), optional
        What a black mark means, and its value in each interval.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    figure = Figure(4.6, 0.42 * len(intervals) + 1.3)
    axes = figure.subplots()
    for row, (low, limit, high) in enumerate(intervals.values()):
        split = min(max(low, limit), high)
        axes.barh(row, split - low, 0.5, left=low, color=BLUE)
        axes.barh(row, high - split, 0.5, left=split, color="#bbbbbb")
        if low < limit < high:
            axes.text(split + 0.01 * high, row, f"{limit:.1f}", va="center", fontsize=9)
    handles: list[Artist] = [Rectangle((0, 0), 1, 1, color=colour) for colour in (BLUE, "#bbbbbb")]
    names = list(parts)
    if marks:
        names.append(marks[0])
        handles += axes.plot(marks[1], range(len(marks[1])), "|", color="black", markersize=14,
                             markeredgewidth=2)  # fmt: skip
    axes.legend(handles, names, frameon=False, fontsize=9, ncols=3, loc="lower left",
                bbox_to_anchor=(-0.2, 1), columnspacing=1)  # fmt: skip
    axes.set_yticks(range(len(intervals)), list(intervals))
    axes.set(xlabel=xlabel, xlim=(0, None), ylim=(len(intervals) - 0.5, -0.6))
    remove_box(axes, "left")
    axes.tick_params(axis="y", length=0)
    return figure
