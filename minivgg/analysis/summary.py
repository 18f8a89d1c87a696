"""A net as a table: output shape, parameters, cost and receptive field of each layer."""

from minivgg.analysis.trace import trace

HEADERS = ("layer", "", "output", "parameters", "multiply-adds", "sees", "memory")
LEFT_ALIGNED = (True, True, True, False, False, False, False)
LEGEND = (
    "multiply-adds: one multiplication and its addition, in convolutions and matrix products only\n"
    "sees: receptive field in pixels along each axis; "
    "memory: the layer's output for one image, in float32"
)


class Summary:
    """The rows of ``analysis.trace`` with their totals; ``str()`` is the table."""

    def __init__(self, net, input_shape):
        self.rows = trace(net, input_shape)
        self.input_shape = tuple(input_shape)
        self.parameters = sum(row.parameters for row in self.rows)
        self.macs = sum(row.macs for row in self.rows)
        self.activations = sum(row.activations for row in self.rows)

    def __str__(self):
        shape = "×".join(map(str, self.input_shape))
        body = [_cells(row) for row in self.rows]
        memory = _size(self.activations)
        total = ("total", "", "", f"{self.parameters:,}", f"{self.macs:,}", "", memory)
        columns = zip(HEADERS, *body, total, strict=True)
        widths = [max(map(len, column)) for column in columns]
        rule = "─" * (sum(widths) + 2 * len(widths) - 2)
        lines = [f"one image of {shape}", _line(HEADERS, widths), rule]
        lines += [_line(cells, widths) for cells in body]
        lines += [rule, _line(total, widths), "", LEGEND]
        return "\n".join(lines)

    __repr__ = __str__  # a notebook or a prompt shows the table


def summary(net, input_shape):
    """Return the ``Summary`` of ``net`` for one image of ``input_shape`` (C, H, W).

    Print it, or read ``.rows``, ``.parameters``, ``.macs``. Columns: layer, output shape,
    parameters, multiply-adds (defined in ``analysis.trace``), receptive field in pixels along each
    axis, memory of the layer's output in float32. Raises ``ValueError`` when an image of that shape
    does not fit.
    """
    return Summary(net, input_shape)


def _cells(row):
    height, width = (field.size for field in row.receptive_field)
    return (
        row.name,
        repr(row.layer),
        "×".join(map(str, row.output_shape)),
        f"{row.parameters:,}" if row.parameters else "",
        f"{row.macs:,}" if row.macs else "",
        f"{height}" if height == width else f"{height}×{width}",
        _size(row.activations),
    )


def _line(cells, widths):
    aligned = [
        f"{cell:<{width}}" if left else f"{cell:>{width}}"
        for cell, width, left in zip(cells, widths, LEFT_ALIGNED, strict=True)
    ]
    return "  ".join(aligned).rstrip()


def _size(count):
    """The memory of that many float32 numbers, to read."""
    size = 4 * count
    return f"{size / 2**20:.1f} MiB" if size >= 2**20 else f"{size / 2**10:.1f} KiB"
