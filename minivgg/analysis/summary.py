"""A net as a table: output shape, parameters, cost and receptive field of each layer."""

from collections.abc import Sequence

from minivgg.analysis.trace import LayerTrace, trace
from minivgg.backend.types import Shape
from minivgg.layers import Layer

HEADERS = ("layer", "", "output", "parameters", "multiply-adds", "sees", "memory")
LEFT_ALIGNED = (True, True, True, False, False, False, False)
LEGEND = (
    "multiply-adds: one multiplication and its addition, in convolutions and matrix products only\n"
    "sees: receptive field in pixels along each axis; "
    "memory: the layer's output for one image, in float32"
)
UNKNOWN = (
    '?: the layer does not say; "sees" needs its kernel_size and stride, multiply-adds its macs, '
    "see help('minivgg.layers.Layer')"
)


class Summary:
    """The rows of ``analysis.trace`` with their totals; ``str()`` is the table.

    Parameters
    ----------
    net : Layer
        The net to describe; it is not run.
    input_shape : (int, int, int)
        (C, H, W) of one image.

    Attributes
    ----------
    rows : list of LayerTrace
        One for each innermost layer.
    parameters, macs, activations : int
        Sums over all rows: numbers to learn, multiply-adds and outputs for one image. Rows whose
        multiply-adds are unknown are left out of the sum.
    """

    def __init__(self, net: Layer, input_shape: Shape) -> None:
        self.rows = trace(net, input_shape)
        self.input_shape = tuple(input_shape)
        self.parameters = sum(row.parameters for row in self.rows)
        self.macs = sum(row.macs or 0 for row in self.rows)
        self.activations = sum(row.activations for row in self.rows)

    def __str__(self) -> str:
        shape = "×".join(map(str, self.input_shape))
        body = [_cells(row) for row in self.rows]
        memory = _size(self.activations)
        macs = f"{self.macs:,}" + (" + ?" if any(row.macs is None for row in self.rows) else "")
        total = ("total", "", "", f"{self.parameters:,}", macs, "", memory)
        columns = zip(HEADERS, *body, total, strict=True)
        widths = [max(map(len, column)) for column in columns]
        rule = "─" * (sum(widths) + 2 * len(widths) - 2)
        lines = [f"one image of {shape}", _line(HEADERS, widths), rule]
        lines += [_line(cells, widths) for cells in body]
        lines += [rule, _line(total, widths), "", LEGEND]
        if any(row.macs is None or row.receptive_field is None for row in self.rows):
            lines.append(UNKNOWN)
        return "\n".join(lines)

    __repr__ = __str__  # a notebook or a prompt shows the table


def summary(net: Layer, input_shape: Shape) -> Summary:
    """A net as a table, for one image.

    Columns: layer, output shape, parameters, multiply-adds (defined in ``analysis.trace``),
    receptive field in pixels along each axis, memory of the layer's output in float32.

    Parameters
    ----------
    net : Layer
        It is not run.
    input_shape : (int, int, int)
        (C, H, W) of one image.

    Returns
    -------
    Summary
        Print it, or read ``.rows``, ``.parameters``, ``.macs``.

    Raises
    ------
    ValueError
        If an image of that shape does not fit through the net.

    Examples
    --------
    >>> from minivgg import layers, models
    >>> net = layers.Sequential(layers.Conv2d(3, 8, 3), layers.ReLU(), layers.MaxPool2d(2))
    >>> table = models.summary(net, (3, 32, 32))
    >>> table.macs
    194400
    >>> print(table)
    one image of 3×32×32
    layer                   output   parameters  multiply-adds  sees    memory
    ──────────────────────────────────────────────────────────────────────────
    0      Conv2d(3, 8, 3)  8×30×30         224        194,400     3  28.1 KiB
    1      ReLU()           8×30×30                                3  28.1 KiB
    2      MaxPool2d(2)     8×15×15                                4   7.0 KiB
    ──────────────────────────────────────────────────────────────────────────
    total                                   224        194,400        63.3 KiB
    ...
    """
    return Summary(net, input_shape)


def _cells(row: LayerTrace) -> tuple[str, ...]:
    return (
        row.name,
        row.description,
        "×".join(map(str, row.output_shape)),
        f"{row.parameters:,}" if row.parameters else "",
        "?" if row.macs is None else f"{row.macs:,}" if row.macs else "",
        _sees(row),
        _size(row.activations),
    )


def _sees(row: LayerTrace) -> str:
    if row.receptive_field is None:
        return "?"
    height, width = (field.size for field in row.receptive_field)
    return f"{height}" if height == width else f"{height}×{width}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    aligned = [
        f"{cell:<{width}}" if left else f"{cell:>{width}}"
        for cell, width, left in zip(cells, widths, LEFT_ALIGNED, strict=True)
    ]
    return "  ".join(aligned).rstrip()


def _size(count: int) -> str:
    """The memory of that many float32 numbers, to read."""
    size = 4 * count
    return f"{size / 2**20:.1f} MiB" if size >= 2**20 else f"{size / 2**10:.1f} KiB"
