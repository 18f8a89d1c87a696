"""Which code of a lesson's notebook is folded: imports, assertions, and calls that draw a figure.

A figure is drawn by the last statement of a cell, ``….describe("…")``, which also has the text for
those who cannot see the figure. That statement is a folded cell of its own, so that a reader sees
the computation and the figure, and not its description above it.
"""

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

NOT_TO_SHOW = {"setup", "tests"}  # tags of cells that only the notebook needs
FIGURE = "figure"
TAGS = NOT_TO_SHOW | {FIGURE}  # of folded cells


def is_folded(cell: "NotebookNode") -> bool:
    """Whether the code of a cell is folded.

    Parameters
    ----------
    cell : NotebookNode
        Of the notebook of a lesson.

    Returns
    -------
    bool
        True if it has one of ``TAGS``.
    """
    return bool(TAGS & set(cell.metadata.get("tags", ())))


def fold(parsed: "NotebookNode", name: str) -> None:
    """Divide cells before the statement that draws a figure, and fold cells in JupyterLab.

    Parameters
    ----------
    parsed : NotebookNode
        Of a lesson's source; it is changed.
    name : str
        The beginning of the cells' identifiers.
    """
    parsed.cells = [part for cell in parsed.cells for part in _divided(cell)]
    for number, cell in enumerate(parsed.cells):
        cell["id"] = f"{name}-{number:03d}"
        if is_folded(cell):
            cell.metadata["jupyter"] = {"source_hidden": True}


def _divided(cell: "NotebookNode") -> list["NotebookNode"]:
    """The computation and the figure of a cell, where it has both."""
    if cell.cell_type != "code" or is_folded(cell):
        return [cell]
    start = _figure_start(cell.source)
    if start is None:
        return [cell]
    lines = cell.source.splitlines(keepends=True)
    before = "".join(lines[:start]).rstrip()
    if not before:
        cell.metadata["tags"] = [*cell.metadata.get("tags", ()), FIGURE]
        return [cell]
    import nbformat

    figure = nbformat.v4.new_code_cell("".join(lines[start:]), metadata={"tags": [FIGURE]})
    cell.source = before
    return [cell, figure]


def _figure_start(source: str) -> int | None:
    """The line, from 0, of a last statement that draws a figure."""
    statements = ast.parse(source).body
    if not statements:
        return None
    last = statements[-1]
    call = last.value if isinstance(last, ast.Expr) else None
    draws = isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "describe"
    return last.lineno - 1 if draws else None
