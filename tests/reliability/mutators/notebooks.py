"""Damage to notebooks: that of JSON, of the program in a cell, and of the parts of a notebook."""

from . import json_values, programs
from .json_values import NUMBERS, TEXTS, strange_value

CELL_TYPES = ("code", "markdown", "raw", "heading", "", None, 1, [], "CODE")


def _cell(tree, rng):
    return rng.choice(tree["cells"])


def _cell_type(tree, rng):
    _cell(tree, rng)["cell_type"] = rng.choice(CELL_TYPES)
    return tree


def _source(tree, rng):
    cell = _cell(tree, rng)
    text = "".join(cell["source"])
    cell["source"] = rng.choice((
        text, [text], text.splitlines(), list(text), [[text]], {"text": text}, None, 5, [None],
        [text, 5], [text, None], "\ud800" + text, text * 200, [], "", strange_value(rng),
    ))  # fmt: skip
    return tree


def _program(tree, rng):
    cell = _cell(tree, rng)
    text = "".join(cell["source"]).encode()
    cell["source"] = rng.choice(programs.MUTATORS)(text, rng).decode("utf-8", "replace")
    return tree


def _count(tree, rng):
    _cell(tree, rng)["execution_count"] = rng.choice((*NUMBERS, *TEXTS, [], {}, True))
    return tree


def _language(tree, rng):
    name = rng.choice((None, "R", "julia", "Python 3", "", 3, [], {}, "\ud800", True, ["python"]))
    key, inner = rng.choice((("kernelspec", "language"), ("language_info", "name")))
    tree["metadata"] = rng.choice((
        {key: {inner: name}}, {key: name}, name, {key: [inner]}, {"kernelspec": {},
        key: {inner: 1}},
    ))  # fmt: skip
    return tree


def _worksheets(tree, rng):
    cells = tree.pop("cells") if rng.random() < 0.7 else tree["cells"]
    for cell in cells if rng.random() < 0.7 else ():
        cell["input"] = cell.pop("source")
    tree["worksheets"] = rng.choice((
        [{"cells": cells}], [], {}, None, [cells], [None], [{}], {"cells": cells}, "a", [5],
        [{"cells": None}], [{"cells": cells}] * 50, [{"cells": {"a": 1}}],
    ))  # fmt: skip
    return tree


def _cells(tree, rng):
    cells = tree["cells"]
    tree["cells"] = rng.choice((
        [], {}, None, "code", 5, cells * 50, [None], [5], ["a"], [cells], [{}], [[]],
        dict(enumerate(cells)),
        [*cells, None], [cells[0]] * 2000, cells[::-1],
    ))  # fmt: skip
    return tree


def _outputs(tree, rng):
    _cell(tree, rng)["outputs"] = [
        {"output_type": "stream", "text": "x" * 10**5},
        strange_value(rng),
    ]
    return tree


def _format(tree, rng):
    tree["nbformat"], tree["nbformat_minor"] = (
        rng.choice(NUMBERS),
        rng.choice((*NUMBERS, "5", None)),
    )
    return tree


OF_NOTEBOOKS = json_values.of_trees(
    _cell_type, _source, _source, _program, _program, _count, _language, _worksheets, _cells,
    _outputs,
    _format,
)  # fmt: skip
MUTATORS = (*OF_NOTEBOOKS, *json_values.MUTATORS)
