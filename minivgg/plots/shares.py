"""Where the parameters and the multiplications of a net are."""

from minivgg.analysis import trace
from minivgg.backend import Shape
from minivgg.layers import Layer, Linear
from minivgg.plots.figure import BLUE, ORANGE, Figure, remove_box

MIN_LABELLED = 8  # per cent of a bar that have room for a label


def parameters_and_multiplications(net: Layer, input_shape: Shape) -> Figure:
    """Two bars: the shares of convolutions and fully connected layers.

    Parameters
    ----------
    net : Layer
        A ``Net`` or a ``Sequential``.
    input_shape : (int, int, int)
        Channels, height and width of one image.

    Returns
    -------
    figure : Figure
        Shown by a notebook; write it to a file with ``plots.save``.
    """
    rows = [row for row in trace(net, input_shape) if row.macs]
    figure = Figure(4.6, 1.9)
    axes = figure.subplots()
    names = ("parameters", "multiplications")
    for y, counts in enumerate(([r.parameters for r in rows], [r.macs or 0 for r in rows])):
        dense = sum(n for n, row in zip(counts, rows, strict=True) if isinstance(row.layer, Linear))
        share, left = 100 * dense / sum(counts), 0.0
        for part, colour in ((100 - share, BLUE), (share, ORANGE)):
            axes.barh(y, part, left=left, color=colour, height=0.6)
            if part > MIN_LABELLED:
                axes.text(left + part / 2, y, f"{part:.0f} %", ha="center", va="center",
                          color="white", fontsize=10)  # fmt: skip
            left += part
    axes.set_yticks((0, 1), names, fontsize=10)
    axes.set(xlim=(0, 100), xticks=[])
    axes.invert_yaxis()
    for name, colour, x in (("convolutions", BLUE, 0), ("fully connected", ORANGE, 40)):
        axes.text(x, -0.5, name, color=colour, fontsize=10, va="bottom")
    remove_box(axes, "left", "bottom")
    axes.tick_params(length=0)
    return figure
