"""Folded cells: what draws a figure is apart from what computes it, and nothing else changes."""

import pytest

from minivgg.classroom import folded_cells
from minivgg.classroom.student_files import parse_notebook


def cells(source):
    notebook = parse_notebook(f"# %%\n{source}\n", "01")
    folded_cells.fold(notebook, "01")
    return notebook.cells


DRAWN = 'figures.maps(x).describe(\n    "One square."\n)'


def test_the_computation_is_seen_and_the_figure_folded():
    first, second = cells(f"x = 1\n\n# larger\nx += 1\n{DRAWN}")
    assert (first.source, second.source) == ("x = 1\n\n# larger\nx += 1", DRAWN)
    assert not folded_cells.is_folded(first)
    assert second.metadata.tags == ["figure"]
    assert second.metadata.jupyter == {"source_hidden": True}
    assert [first.id, second.id] == ["01-000", "01-001"]


def test_a_cell_that_only_draws_is_folded_whole():
    (cell,) = cells(DRAWN)
    assert (cell.source, folded_cells.is_folded(cell)) == (DRAWN, True)


def test_tags_stay_with_the_computation():
    notebook = parse_notebook(f'# %% tags=["claim-one"]\nprint(1)\n{DRAWN}\n', "01")
    folded_cells.fold(notebook, "01")
    assert [c.metadata.tags for c in notebook.cells] == [["claim-one"], ["figure"]]


@pytest.mark.parametrize(
    "source",
    [
        "x = figures.maps(x).describe('kept')",
        "figures.maps(x).describe('first')\nprint(x)",
        "def draw(k=1):\n    return figures.maps(k).describe('moved')\n\n\nslider(draw, k=(1, 2))",
        "describe(x)",
        "# nothing but a comment",
    ],
)
def test_other_cells_stay_whole_and_open(source):
    (cell,) = cells(source)
    assert (cell.source, folded_cells.is_folded(cell)) == (source, False)


@pytest.mark.parametrize("tag", ["setup", "tests"])
def test_imports_and_assertions_are_folded_whole(tag):
    notebook = parse_notebook(f'# %% tags=["{tag}"]\nimport os\n{DRAWN}\n', "01")
    folded_cells.fold(notebook, "01")
    assert [folded_cells.is_folded(c) for c in notebook.cells] == [True]


def test_cells_of_text_stay_and_all_are_numbered_anew():
    text = "# %% [markdown]\n# x.describe()\n\n# %%\nx = 1\n" + DRAWN + "\n\n# %%\ny\n"
    notebook = parse_notebook(text, "01")
    folded_cells.fold(notebook, "02")
    assert [(cell.id, cell.cell_type, cell.source) for cell in notebook.cells] == [
        ("02-000", "markdown", "x.describe()"),
        ("02-001", "code", "x = 1"),
        ("02-002", "code", DRAWN),
        ("02-003", "code", "y"),
    ]
    assert ["jupyter" in cell.metadata for cell in notebook.cells] == [False, False, True, False]


def test_a_figure_after_a_comment_and_its_own_tags_keep_them():
    notebook = parse_notebook(f'# %% tags=["claim-one"]\n\n{DRAWN}\n', "01")
    folded_cells.fold(notebook, "01")
    assert [cell.metadata.tags for cell in notebook.cells] == [["claim-one", "figure"]]
