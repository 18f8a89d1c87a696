"""Lessons as files: which there are, their notebooks, and what a page shows of an output."""

import json

import nbformat
import pytest

from minivgg.classroom import lessons
from minivgg.classroom.lessons import WIDGET, WIDGET_STATE, with_mathml, without_slider
from minivgg.utils import installation

README = """\
| Lesson | Title | About | Seconds |
| - | - | - | - |
| 1 | [Öne](01_one.ipynb) | text | 12 |
| 1b | [Two [x]](01b_two.ipynb) | more | text | 3 |
| 2 | Three | text | 4 |
| 3 | [Four](03_four.ipynb) | text | many |
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Two lessons and other files, in a checkout."""
    monkeypatch.setattr(lessons, "folder", lambda: tmp_path)
    monkeypatch.setattr(installation, "checkout", lambda: tmp_path)
    monkeypatch.setattr(installation, "address", lambda: "https://example.org/x")
    (tmp_path / "README.md").write_bytes(README.encode())
    for name in ("10_ten", "01_öne", "01b_two", "notes"):
        (tmp_path / f"{name}.py").write_bytes("# %% [markdown]\n# Ünits\n\n# %%\nx = 1\n".encode())
    return tmp_path


def names(paths):
    return [path.name for path in paths]


@pytest.mark.parametrize(
    ("only", "found"),
    [
        ((), ["01_öne.py", "01b_two.py", "10_ten.py"]),
        ((10, "1b"), ["10_ten.py", "01b_two.py"]),
        (("01", "1"), ["01_öne.py", "01_öne.py"]),
        (("01b_t",), ["01b_two.py"]),
        (("01b_", "10_ten"), ["01b_two.py", "10_ten.py"]),
    ],
)
def test_lessons_are_chosen_by_number_or_name(only, found, course):
    assert names(lessons.sources(only)) == found


@pytest.mark.parametrize("name", ["7", "ten"])
def test_an_unknown_lesson_is_refused(name, course):
    with pytest.raises(ValueError, match="there is no lesson") as caught:
        lessons.sources([name])
    assert str(caught.value) == (
        f"there is no lesson {name!r}: there are lessons 1 to 10 (see: lessons --list)"
    )


def test_an_installed_package_has_notebooks(course, monkeypatch):
    monkeypatch.setattr(installation, "checkout", lambda: None)
    assert lessons.sources() == []
    (course / "02_two.ipynb").write_text("{}")
    assert names(lessons.sources()) == ["02_two.ipynb"]
    with pytest.raises(
        RuntimeError, match=r"^the notebooks are made from their sources, which are"
    ):
        lessons.write_notebooks()


def test_the_table_of_lessons_is_that_of_the_readme(course, ascii_by_default):
    assert lessons.table() == [("1", "Öne", 12), ("1b", "Two [x]", 3)]


def test_the_notebook_of_a_lesson(course, ascii_by_default):
    made = lessons.notebook(course / "01_öne.py")
    assert [(cell.id, cell.source) for cell in made.cells] == [
        ("01-000", "Ünits"),
        ("01-001", "x = 1"),
    ]
    path = course / "01_öne.ipynb"
    path.write_bytes(nbformat.writes(made).encode())
    assert lessons.notebook(str(path)) == made


def test_notebooks_are_written_where_they_are_not_current(course, ascii_by_default):
    paths = lessons.write_notebooks([1])
    assert names(paths) == ["01_öne.ipynb"]
    written = paths[0].read_bytes()
    assert lessons.write_notebooks([1]) == []
    paths[0].write_text("old")
    assert names(lessons.write_notebooks()) == ["01_öne.ipynb", "01b_two.ipynb", "10_ten.ipynb"]
    assert paths[0].read_bytes() == written


STATEMENT = """\
import x
if not importlib.util.find_spec("minivgg"):
    old()

    older()
x = 1
if not importlib.util.find_spec("minivgg"):
    second()
"""


def test_the_first_statement_that_installs_gets_the_address(monkeypatch):
    monkeypatch.setattr(
        installation, "lines_for_notebooks", lambda *about: rf"new({about[0]}\1)" + "\n"
    )
    found = lessons.with_address(STATEMENT, "there")
    assert found.startswith("import x\nnew(there\\1)\nx = 1\n")
    assert found.endswith("    second()\n")


def output(**data):
    return nbformat.from_dict({"output_type": "display_data", "data": data, "metadata": {}})


def test_in_the_place_of_a_slider_is_what_it_showed():
    shown = [output(**{"text/plain": text}) for text in "abc"]
    widgets = {
        WIDGET_STATE: {
            "state": {
                "box": {"state": {"children": ["IPY_MODEL_slider", "IPY_MODEL_1", "IPY_MODEL_2"]}},
                "slider": {"state": {}},
                "1": {"state": {"outputs": shown[:2]}},
                "2": {"state": {"outputs": shown[2:]}},
            }
        }
    }
    slider = output(**{WIDGET: {"model_id": "box"}})
    assert without_slider(slider, widgets) == shown
    assert without_slider(shown[0], widgets) == [shown[0]]
    printed = nbformat.from_dict({"output_type": "stream", "text": "x"})
    assert without_slider(printed, widgets) == [printed]
    for unknown in ({}, {WIDGET_STATE: {}}, {WIDGET_STATE: {"state": {}}}):
        assert without_slider(slider, unknown) == []
    assert without_slider(output(**{WIDGET: {}}), widgets) == []


def test_formulas_in_a_line_and_as_blocks(monkeypatch):
    monkeypatch.setattr(lessons, "mathml", lambda formula, display: f"<{display}:{formula}>")
    text = "a $x$ and $$y\nz$$, \\$5 `$a$` b $c$\n```\n$d$\n```\n$e$ $f\n$g"
    assert with_mathml(text) == (
        "a <inline:x> and <block:y\nz>, \\$5 `$a$` b <inline:c>\n```\n$d$\n```\n<inline:e> $f\n$g"
    )


def test_a_formula_is_mathml():
    found = lessons.mathml(" x ")
    assert found == '<math display="inline"><mrow><mi>x</mi></mrow></math>'
    assert 'display="block"' in lessons.mathml("x", "block")
    assert json.dumps(lessons.mathml(r"\log x")).count("mspace") == 1
