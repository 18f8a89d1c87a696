"""The files that students get: stubs, guides and the lessons with their figures."""

import pytest

from minivgg.classroom import student_files
from minivgg.classroom.student_files import (
    assignment_files,
    guide,
    lesson_files,
    lesson_label,
    notebook_text,
    parse_notebook,
    without_solutions,
)

SOLVED = '''"""Ünits."""

def f(x):
    """Döuble: \\'\\'\\' and \\\\n."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


def g(x):
        ### BEGIN SOLUTION
        return x
        ### END SOLUTION
last = 1
'''
STUBS = '''"""Ünits."""

def f(x):
    """Döuble: \\'\\'\\' and \\\\n."""
    raise NotImplementedError("f is not written yet")


def g(x):
        raise NotImplementedError("g is not written yet")
last = 1
'''
GUIDE = """# %% [markdown]
# Wörds

# %%
x = 1
"""


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("03_receptive_fields.py", "3"),
        ("10_x.ipynb", "10"),
        ("00_x.py", "0"),
        ("01b_loss.py", "1b"),
        ("003_x", "3"),
        ("x_03_y.py", ""),
        ("3.py", ""),
        ("README.md", ""),
    ],
)
def test_the_number_of_a_lesson(name, label):
    assert lesson_label(name) == label


def test_solutions_are_replaced_by_an_error_at_their_place():
    assert without_solutions(SOLVED) == STUBS
    assert without_solutions("x = 1\r\ny = 2") == "x = 1\r\ny = 2"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "### BEGIN SOLUTION\n",
            "### BEGIN SOLUTION is not allowed here, in the beginning of the file",
        ),
        (
            "def f():\n  ### BEGIN SOLUTION\n  ### BEGIN SOLUTION\n",
            "### BEGIN SOLUTION is not allowed here, in f",
        ),
        ("def f():\n  ### END SOLUTION\n", "### END SOLUTION without ### BEGIN SOLUTION, in f"),
        (
            "def f():\n  1\ndef g():\n  ### BEGIN SOLUTION\n",
            "### BEGIN SOLUTION without ### END SOLUTION, in g",
        ),
    ],
)
def test_markers_that_do_not_pair_are_named(text, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        without_solutions(text)


def test_a_notebook_is_always_the_same():
    parsed = parse_notebook(GUIDE, "x")
    assert [(cell.id, cell.cell_type, cell.source) for cell in parsed.cells] == [
        ("x-000", "markdown", "Wörds"),
        ("x-001", "code", "x = 1"),
    ]
    assert (parsed.nbformat, parsed.nbformat_minor) == (4, 5)
    assert dict(parsed.metadata) == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    text = notebook_text(parsed)
    assert text.startswith('{\n "cells": [')
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")


@pytest.fixture
def source(tmp_path):
    (tmp_path / "guides").mkdir()
    (tmp_path / "units.py").write_text(SOLVED, encoding="utf-8", newline="\n")
    (tmp_path / "guides" / "units.py").write_text(GUIDE, encoding="utf-8")
    return tmp_path / "units.py"


def test_a_guide_writes_the_stubs_before_its_first_code(source, ascii_by_default, monkeypatch):
    parsed = guide(source, "installs = 1\n\n")
    assert [cell.cell_type for cell in parsed.cells] == ["markdown", "code", "code", "code"]
    assert [cell.id for cell in parsed.cells] == [f"units-{k:03d}" for k in range(4)]
    assert parsed.cells[0].source == "Wörds"
    assert parsed.cells[3].source == "x = 1"
    setup = parsed.cells[1]
    assert setup.metadata["tags"] == ["setup"]
    assert setup.metadata["jupyter"] == {"source_hidden": True}
    assert "\ninstalls = 1\nSTUBS = " in setup.source
    monkeypatch.undo()
    monkeypatch.chdir(source.parent / "guides")
    exec(setup.source, {})
    assert (source.parent / "guides" / "units.py").read_text(encoding="utf-8") == GUIDE
    (source.parent / "guides" / "units.py").unlink()
    exec(setup.source, {})
    assert (source.parent / "guides" / "units.py").read_text(encoding="utf-8") == STUBS


def test_a_guide_may_have_no_code(source):
    (source.parent / "guides" / "units.py").write_text("# %% [markdown]\n# Words\n\n")
    assert [cell.cell_type for cell in guide(source, "").cells] == ["markdown", "code", "code"]


def test_what_students_get_of_an_assignment(source, ascii_by_default):
    files = assignment_files(source, "installs = 1\n")
    assert list(files) == ["units.py", "units_guide.ipynb"]
    assert files["units.py"] == STUBS
    assert files["units_guide.ipynb"] == notebook_text(guide(source, "installs = 1\n"))


def test_the_lessons_and_the_figures_that_they_show(tmp_path, ascii_by_default):
    texts = {
        "02_b.ipynb": "é ![](figures/z.png) ![](figures/a-b.png)",
        "01_a.ipynb": "![](figures/z.png) [](other/c.png)",
        "notes.ipynb": "![](figures/no.png)",
        "01_a.py": "",
    }
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text.encode())
    names = [path.relative_to(tmp_path).as_posix() for path in lesson_files(tmp_path)]
    assert names == ["01_a.ipynb", "02_b.ipynb", "figures/a-b.png", "figures/z.png"]


@pytest.mark.parametrize("text", ["a", "'''", "\\", "\\'''\\n", "''''x", "two\nlines"])
def test_a_text_as_a_literal(text):
    assert eval(student_files._literal(text)) == text
