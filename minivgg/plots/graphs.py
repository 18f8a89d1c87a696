"""Drawings of computational graphs: operations, the numbers forward, the gradients backward."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch

from minivgg.plots import cells
from minivgg.plots.cells import shown, write
from minivgg.plots.figure import BLUE, GREY, ORANGE, Figure

STEEP = 0.4  # the sine of the angle from which numbers are beside an arrow
NAME_ABOVE = 0.21  # the value, in columns
INCHES = 0.95  # from one column to the next


@dataclass(frozen=True)
class Graph:
    """Where the nodes of a computational graph are, and what leads from one to the next.

    Parameters
    ----------
    nodes : dict of str to (float, float)
        The column and the row of each node by its name. Names of one letter are variables,
        which are drawn as circles, others are operations.
    edges : sequence of (str, str, str)
        From node, to node, and the name of the number that passes.
    """

    nodes: Mapping[str, tuple[float, float]]
    edges: Sequence[tuple[str, str, str]]


NEURON = Graph(
    {"w": (0, 0), "x": (0, 1.5), "b": (1, 2.1), "mul": (1, 0.75), "add": (2, 1.2),
     "sigmoid": (3, 1.2), "−log": (4, 1.2), "L": (5, 1.2)},
    [("w", "mul", "w"), ("x", "mul", "x"), ("mul", "add", "q"), ("b", "add", "b"),
     ("add", "sigmoid", "z"), ("sigmoid", "−log", "p"), ("−log", "L", "L")],
)  # fmt: skip
USED_TWICE = Graph(
    {"b": (0, 0), "a": (0, 1.6), "mul": (1.4, 0.4), "add": (2.8, 1.6), "f": (4, 1.6)},
    [("b", "mul", "b"), ("a", "mul", "a to mul"), ("mul", "add", "q"), ("a", "add", "a to add"),
     ("add", "f", "f")],
)  # fmt: skip
SYMBOLS = {"mul": "×", "add": "+", "sigmoid": "σ"}


def graph(
    layout: Graph, values: Mapping[str, float], gradients: Mapping[str, float] | None = None
) -> Figure:
    """A computational graph with its numbers.

    Parameters
    ----------
    layout : Graph
        Such as ``NEURON``.
    values : dict of str to float
        The number that passes each edge forward, in blue above it.
    gradients : dict of str to float, optional
        The derivative of the result with respect to it, in orange below it. What arrives at a
        node from several edges is added up below the node.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    columns, rows = zip(*layout.nodes.values(), strict=True)
    width, height = max(columns) + 1, max(rows) + 1.3
    figure, axes = cells.canvas(width, height, INCHES)
    centres = {name: (x + 0.5, y + 0.5) for name, (x, y) in layout.nodes.items()}
    for start, end, name in layout.edges:
        shown_name = name if len(name) == 1 and name not in layout.nodes else ""
        numbers = values[name], (gradients or {}).get(name)
        _edge(axes, centres[start], centres[end], numbers, shown_name)
    for name, centre in centres.items():
        _node(axes, name, centre)
        edges = [edge for start, _, edge in layout.edges if start == name]
        if gradients and len(edges) > 1:
            parts = [gradients[edge] for edge in edges]
            total = f"{' + '.join(map(shown, parts))} = {shown(sum(parts))}"
            write(axes, centre[0], centre[1] + 0.36, total, ORANGE, size=10)
    bottom = height - 0.12
    write(axes, 0.2, bottom, "value", BLUE, ha="left")
    if gradients is not None:
        write(axes, 0.85, bottom, f"derivative of {layout.edges[-1][2]}", ORANGE, ha="left")
    return figure


def _node(axes: Axes, name: str, centre: tuple[float, float]) -> None:
    x, y = centre
    is_variable = len(name) == 1
    if is_variable:
        axes.add_patch(Circle(centre, 0.2, facecolor="white", edgecolor=GREY, zorder=3))
    else:
        box = FancyBboxPatch((x - 0.17, y - 0.15), 0.34, 0.3, boxstyle="round,pad=0.05",
                             facecolor="#eeeeee", edgecolor=GREY, zorder=3)  # fmt: skip
        axes.add_patch(box)
    small = 9 if len(SYMBOLS.get(name, name)) > 1 else 12
    write(axes, x, y, SYMBOLS.get(name, name), size=small)


def _edge(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    numbers: tuple[float, float | None],
    name: str,
) -> None:
    """An arrow between two nodes with its numbers, and the name of what passes."""
    length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
    direction = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    first = start[0] + direction[0] * 0.22, start[1] + direction[1] * 0.22
    last = end[0] - direction[0] * 0.24, end[1] - direction[1] * 0.24
    cells.arrow(axes, first, last)
    share = 0.35 if abs(direction[1]) > STEEP else 0.5  # beside steep arrows nearer to the start
    x, y = (1 - share) * first[0] + share * last[0], (1 - share) * first[1] + share * last[1]
    across, up = 0.12 * direction[1], -0.15 * direction[0]
    sides = ("center", "center")  # of the value and of the derivative, beside a steep arrow
    if abs(direction[1]) > STEEP:
        sides = ("left", "right") if direction[1] > 0 else ("right", "left")
    value, gradient = numbers
    write(axes, x + across, y + up, shown(value), BLUE, ha=sides[0], size=9.5)
    write(axes, x + across, y + up - NAME_ABOVE, name, GREY, size=10)
    if gradient is not None:
        write(axes, x - across, y - up, shown(gradient), ORANGE, ha=sides[1], size=9.5)
