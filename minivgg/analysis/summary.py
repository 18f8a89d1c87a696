"""A network as a table: what each layer makes, holds and costs."""

from minivgg.analysis.receptive_field import trace

HEADERS = ("layer", "", "output", "parameters", "multiply-adds", "sees", "memory")


class Summary:
    """The rows of ``analysis.trace`` with their totals; ``str()`` is the table."""

    def __init__(self, net, input_shape):
        self.rows = trace(net, input_shape)
        self.input_shape = tuple(input_shape)
        self.parameters = sum(row.parameters for row in self.rows)
        self.multiply_adds = sum(row.multiply_adds for row in self.rows)
        self.activations = sum(row.activations for row in self.rows)

    def __str__(self):
        shape = "×".join(map(str, self.input_shape))
        body = [self._cells(row) for row in self.rows]
        total = (
            "total",
            "",
            "",
            f"{self.parameters:,}",
            f"{self.multiply_adds:,}",
            "",
            _size(self.activations),
        )
        widths = [
            max(len(line[i]) for line in (HEADERS, *body, total)) for i in range(len(HEADERS))
        ]
        rule = "─" * (sum(widths) + 2 * len(widths) - 2)
        lines = [
            f"one image of {shape}",
            _line(HEADERS, widths),
            rule,
            *(_line(cells, widths) for cells in body),
            rule,
            _line(total, widths),
        ]
        lines.append(
            "\nmultiply-adds: one multiplication and its addition, in convolutions and matrix products only\n"
            "sees: pixels of the receptive field, a side; memory: the layer's output for one image, in float32"
        )
        return "\n".join(lines)

    __repr__ = __str__  # a notebook or a prompt shows the table

    @staticmethod
    def _cells(row):
        height, width = (view.field for view in row.view)
        return (
            row.name,
            repr(row.layer),
            "×".join(map(str, row.output_shape)),
            f"{row.parameters:,}" if row.parameters else "",
            f"{row.multiply_adds:,}" if row.multiply_adds else "",
            f"{height}" if height == width else f"{height}×{width}",
            _size(row.activations),
        )


def summary(net, input_shape):
    """The table of ``net`` for one image of ``input_shape`` (C, H, W): print it, or read ``.rows``, ``.parameters``, ``.multiply_adds``.

    Columns: layer, output shape, parameters, multiply-adds (definition in ``analysis``), receptive field in pixels a side, memory of the
    layer's output in float32. Raises ``ValueError`` when an image of that shape does not fit.
    """
    return Summary(net, input_shape)


def _line(cells, widths):
    left = (True, True, True, False, False, False, False)
    return "  ".join(
        f"{c:<{w}}" if is_left else f"{c:>{w}}"
        for c, w, is_left in zip(cells, widths, left, strict=True)
    ).rstrip()


def _size(numbers):
    """Bytes of that many float32 numbers, to read."""
    size = 4 * numbers
    return f"{size / 2**20:.1f} MiB" if size >= 2**20 else f"{size / 2**10:.1f} KiB"
