"""Which layers of a net start from the weights of another one."""

from collections.abc import Collection, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from minivgg.plots.figure import BLUE, GREY, Figure

BOX_WIDTH, BOX_HEIGHT = 1.0, 0.78
LEFT, RIGHT = 0.0, 1.9  # where the boxes of the two nets begin


def copied_layers(
    nets: Mapping[str, Sequence[str]], copied: Collection[str], new: str = "random"
) -> Figure:
    """Two nets as columns of layers, with an arrow for each layer whose weights are copied.

    Parameters
    ----------
    nets : dict of str to sequence of str
        Two titles, and the names of the layers of each net: the source first. Layers of the same
        name are in the same row.
    copied : collection of str
        The names of the layers whose weights are copied. They are blue, all others grey.
    new : str
        What is written beside the target's other layers.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    (source_title, source), (target_title, target) = nets.items()
    figure = Figure(4.6, 0.27 * len(target) + 0.5)
    axes = figure.subplots()
    for row, name in enumerate(target):
        is_copied = name in copied
        if name in source:
            _box(axes, LEFT, row, name, is_copied)
        _box(axes, RIGHT, row, name, is_copied)
        if is_copied:
            axes.annotate("", (RIGHT, row), (LEFT + BOX_WIDTH, row),
                          arrowprops={"arrowstyle": "->", "color": BLUE})  # fmt: skip
        else:
            axes.text(RIGHT + BOX_WIDTH + 0.06, row, new, va="center", fontsize=9, color=GREY)
    for left, title in ((LEFT, source_title), (RIGHT, target_title)):
        axes.text(left + BOX_WIDTH / 2, -0.9, title, ha="center", va="center", fontsize=10)
    axes.set(xlim=(-0.05, RIGHT + BOX_WIDTH + 0.7), ylim=(len(target) - 0.4, -1.4))
    axes.set_axis_off()
    return figure


def _box(axes: Axes, left: float, row: int, name: str, is_copied: bool) -> None:
    colour = BLUE if is_copied else "#dddddd"
    corner = left, row - BOX_HEIGHT / 2
    axes.add_patch(Rectangle(corner, BOX_WIDTH, BOX_HEIGHT, facecolor=colour))
    text = "white" if is_copied else "black"
    axes.text(left + BOX_WIDTH / 2, row, name, ha="center", va="center", fontsize=9, color=text)
