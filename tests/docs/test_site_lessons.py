"""Executed lessons become pages: run once, without sliders, with a link to the notebook."""

from dataclasses import replace

import nbformat
import pytest
from sitetools import alternative_text, lesson_pages

from minivgg.classroom import lessons
from minivgg.classroom.exercises import EXERCISES

SOURCE = """# %% [markdown]
# # 1 · Tiny
#
# *What you will know afterwards:* nothing.

# %% tags=["setup"]
import numpy as np

# %%
print(np.arange(3))
"""


def executed(text=SOURCE, outputs=()):
    """The notebook of a source as a run would leave it."""
    notebook = lessons.parse_notebook(text, "01")
    for number, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
        cell.execution_count, cell.outputs = number + 1, list(outputs)
    return notebook


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for executed lessons, of which there is one; executing it is noted in ``ran``."""
    source = tmp_path / "01_tiny.py"
    source.write_text(SOURCE, encoding="utf-8")
    monkeypatch.setattr(lessons, "sources", lambda: [source])
    monkeypatch.setattr(lessons, "execute", lambda path: executed(path.read_text("utf-8")))
    return tmp_path / "executed"


def test_a_lesson_is_executed_once(folder):
    assert lesson_pages.execute_where_needed(folder) == ["01_tiny"]
    assert lesson_pages.execute_where_needed(folder) == []
    assert lesson_pages.execute_where_needed(folder, again=True) == ["01_tiny"]


def test_every_execution_is_reported(folder, capsys):
    lesson_pages.execute_where_needed(folder)
    assert capsys.readouterr().out == "executing 01_tiny.py … 0 s\n"
    lesson_pages.execute_where_needed(folder)
    assert capsys.readouterr().out == ""


def test_a_lesson_that_changed_is_executed_again(folder):
    lesson_pages.execute_where_needed(folder)
    lessons.sources()[0].write_text(SOURCE.replace("arange(3)", "arange(4)"), encoding="utf-8")
    assert lesson_pages.execute_where_needed(folder) == ["01_tiny"]


def test_a_notebook_that_did_not_run_to_its_end_is_not_used(folder):
    folder.mkdir()
    path = folder / "01_tiny.ipynb"
    error = nbformat.v4.new_output("error", ename="ValueError", evalue="", traceback=[])
    for notebook in (lessons.parse_notebook(SOURCE, "01"), executed(outputs=[error])):
        nbformat.write(notebook, path)
        assert lesson_pages.execute_where_needed(folder) == ["01_tiny"]


def test_the_page_of_a_lesson_links_to_its_notebook_and_folds_the_imports():
    page = lesson_pages.page(executed(), "01_tiny")
    assert page.cells[0].source.startswith("# 1 · Tiny\n\n{download}")
    assert "<../../lessons/01_tiny.ipynb>" in page.cells[0].source
    assert "hide-input" in page.cells[1].metadata.tags
    assert "hide-input" not in page.cells[2].metadata.get("tags", [])


def test_assertions_are_folded_and_pictures_and_exercises_explained(monkeypatch):
    exercise = replace(EXERCISES["3.1"], worked="Each layer adds 2 pixels.")
    monkeypatch.setitem(EXERCISES, "3.1", exercise)
    text = SOURCE + '\n# %% tags=["tests"]\nassert True\n\n# %%\ncheck(..., "3.1")\n'
    picture = nbformat.v4.new_output(
        "display_data", {"image/png": "x"}, metadata={"image/png": {"alt": "a map"}}
    )
    page = lesson_pages.page(executed(text, [picture]), "01_tiny")
    nbformat.validate(page)
    assert page.cells[2].metadata.mystnb == {"image": {"alt": "a map"}}
    assert "hide-cell" in page.cells[3].metadata.tags
    assert page.cells[-1].cell_type == "markdown"
    assert page.cells[-1].source == (
        "::::{dropdown} Worked answer to 3.1\nEach layer adds 2 pixels.\n::::"
    )


def test_instead_of_a_slider_the_page_has_a_sentence():
    slider = nbformat.v4.new_output(
        "display_data", {lessons.WIDGET: {}, "text/plain": "interactive"}
    )
    picture = nbformat.v4.new_output("display_data", {"image/png": "x"})
    notebook = executed(outputs=[slider, picture])
    notebook.metadata.widgets = {}
    page = lesson_pages.page(notebook, "01_tiny")
    assert "widgets" not in page.metadata
    assert page.cells[2].outputs[0].data == {"text/markdown": lesson_pages.SLIDER}
    assert page.cells[2].outputs[1] == picture


def test_below_the_sentence_is_what_the_slider_showed():
    """Its picture is kept with the state of the widgets, in a part of the slider."""
    slider = nbformat.v4.new_output("display_data", {lessons.WIDGET: {"model_id": "box"}})
    picture = nbformat.v4.new_output("display_data", {"image/png": "x"})
    notebook = executed(outputs=[slider])
    state = {
        "box": {"state": {"children": ["IPY_MODEL_bar", "IPY_MODEL_out"]}},
        "bar": {"state": {"value": 3}},
        "out": {"state": {"outputs": [dict(picture)]}},
    }
    notebook.metadata.widgets = {lessons.WIDGET_STATE: {"state": state}}
    outputs = lesson_pages.page(notebook, "01_tiny").cells[2].outputs
    assert outputs[0].data == {"text/markdown": lesson_pages.SLIDER}
    assert outputs[1:] == [picture]


def test_every_exception_from_alternative_text_is_a_lesson():
    names = {f"course/{source.stem}" for source in lessons.sources()}
    assert names >= alternative_text.LESSONS_WITHOUT_DESCRIPTIONS


def test_links_of_a_lesson_lead_to_pages_of_the_site():
    text = (
        "# %% [markdown]\n# # 1 · Tiny\n#\n# [one](00_start_here.ipynb), [1b](01b_loss_and_gradient"
        ".ipynb), [two](assignments/README.md), [three](../docs/glossary.md), [four](README.md)\n"
    )
    page = lesson_pages.page(executed(text), "01_tiny")
    assert page.cells[0].source.endswith(
        "[one](00_start_here.ipynb), [1b](01b_loss_and_gradient.ipynb), [two](assignments.md), "
        "[three](../glossary.md), [four](index.md)"
    )
