"""Rows of text as a table: for people, as Markdown, as CSV."""

import csv as csv_module
import io


def text(headers, rows):
    """Columns under their headers with a rule between; columns of numbers end at the right."""
    cells = [list(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(headers, *cells, strict=True)]
    right = [all(_is_number(row[i]) for row in cells) for i in range(len(headers))]

    def line(row):
        return "  ".join(
            f"{c:>{w}}" if r else f"{c:<{w}}" for c, w, r in zip(row, widths, right, strict=True)
        ).rstrip()

    return "\n".join([line(headers), "─" * (sum(widths) + 2 * len(widths) - 2), *map(line, cells)])


def markdown(headers, rows):
    """A table of GitHub's Markdown, with a line break at its end; a bar in a cell stays a bar."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )


def csv(headers, rows):
    """Comma-separated values, with headers."""
    out = io.StringIO()
    csv_module.writer(out, lineterminator="\n").writerows([headers, *rows])
    return out.getvalue()


def _is_number(cell):
    return cell.replace(".", "", 1).replace("-", "", 1).isdigit() or cell in ("", "–")
