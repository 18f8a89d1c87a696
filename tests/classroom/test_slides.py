"""Slide decks: what is on the slides of a lesson, and what a page of slides fetches: nothing."""

import base64
import builtins
import os
import re
from pathlib import Path

import pytest
from nbformat import v4

from minivgg.classroom import lessons, slides
from minivgg.classroom.exercises import EXERCISES
from minivgg.classroom.slide_page import page
from minivgg.cli import main

HEAD = """# 3 · Tiny fields

*What you will know afterwards:* how to count windows; why $r$ grows; and what follows.

The paper: §2.3.

Reading time: about 40 minutes; the code runs in about 3 seconds."""
SECTION = """## Counting $r$

This first sentence has five. **The receptive field always grows.** A last one with `a. B` in it.

$$r_1 = r_0 + (k - 1)$$

See the [glossary](../docs/glossary.md): **it is there**. Not here.

- an item
- **a bold item** with more words"""
PNG = base64.b64encode(b"not really a picture").decode()


def cell(source, tags=(), alt="", text=""):
    made = v4.new_code_cell(source, metadata={"tags": list(tags)})
    if alt:
        data, metadata = {"image/png": PNG}, {"image/png": {"alt": alt}}
        made.outputs = [v4.new_output("display_data", data=data, metadata=metadata)]
    if text:
        made.outputs.append(v4.new_output("stream", text=text))
    return made


def lesson():
    markdown = v4.new_markdown_cell
    question = (
        "## A question first\n\nOne 7×7 or three 3×3? **Which? Write your guess down now.** "
        "Put it in place of the dots."
    )
    lines = "## In five lines\n\n- first line\n- second line"
    return v4.new_notebook(
        cells=[
            markdown(HEAD),
            cell("import numpy", tags=["setup"], alt="A picture of the setup."),
            markdown(question),
            markdown(SECTION),
            cell("figure", alt='A pyramid, "drawn". It follows that fields grow.', text="printed"),
            markdown("## Nothing in bold\n\nOnly this: a sentence of six words. And another."),
            cell("assert 1", tags=["tests"], alt="A picture of the tests."),
            markdown("## Exercises\n\n**3.1** What? **bold** words\n\n"),
            cell("check(..., '3.1')", text="not answered yet"),
            markdown(lines),
        ]
    )


@pytest.fixture
def deck():
    return slides.slides(lesson(), "3")


def test_the_order_of_the_slides(deck):
    headings = [slide.heading for slide in deck]
    exercises = [f"Exercise {name}" for name in EXERCISES if name.startswith("3.")]
    assert headings == [
        "3 · Tiny fields",
        "A question first",
        "Counting $r$",
        "Counting $r$",  # the figure
        "Nothing in bold",
        *exercises,
        "In five lines",
    ]
    assert [slide.kind for slide in deck].count("figure") == 1


def test_the_title_has_objectives_and_minutes(deck):
    items = re.findall("<li>(.*?)</li>", deck[0].body)
    assert items[0] == "how to count windows"
    assert items[2] == "what follows"
    assert "<math" in items[1]
    assert "About 40 minutes" in deck[0].body


def test_the_question_is_asked_without_what_is_said_about_notebooks(deck):
    assert re.sub("<.*?>", "", deck[1].body).strip() == "One 7×7 or three 3×3? Which?"


def test_a_section_has_its_formulas_and_the_sentences_in_bold(deck):
    body = deck[2].body
    assert "<strong>The receptive field always grows.</strong>" in body
    assert 'display="block"' in body
    assert "See the glossary: <strong>it is there</strong>" in body
    assert "<strong>a bold item</strong> with more words" in body
    for left_out in ("first sentence", "last one", "Not here", "an item", "href"):
        assert left_out not in body


def test_a_very_short_sentence_in_bold_is_shown_with_the_next():
    text = "Nothing here. **Why it works.** Two terms of the sum cancel. Nothing here either."
    assert slides._highlights(text) == ["**Why it works.** Two terms of the sum cancel."]


def test_a_section_without_any_shows_its_first_sentence(deck):
    assert deck[4].body == "<p>Only this: a sentence of six words.</p>"


def test_a_figure_has_its_description_and_a_short_caption(deck):
    body = deck[3].body
    assert 'alt="A pyramid, &quot;drawn&quot;. It follows that fields grow."' in body
    assert "<figcaption>A pyramid, &quot;drawn&quot;.</figcaption>" in body


def test_neither_answers_nor_code_nor_folded_cells_are_on_a_slide(deck):
    text = "".join(slide.heading + slide.body for slide in deck)
    for left_out in (
        "setup",
        "tests",
        "printed",
        "not answered",
        "import numpy",
        "assert",
        "check",
    ):
        assert left_out not in text
    for exercise in ("3.1", "3.2", "3.3"):
        assert slides.render(EXERCISES[exercise].task) in text


def test_long_sections_are_divided_and_no_slide_is_crowded():
    sentence = "**" + " ".join(["word"] * 25) + ".**"
    made = slides._pack("Long", [sentence] * 5)
    assert len(made) == 3
    assert all(slide.body.count("<strong>") <= 2 for slide in made)


def test_a_page_counts_its_slides_and_fetches_nothing():
    html = page("A < B", [("A", "<p>one</p>", "title"), ("B", "<p>two</p>", "text")])
    assert "<title>A &lt; B</title>" in html
    assert re.findall(r'class="number">(.*?)<', html) == ["1 / 2", "2 / 2"]
    assert html.count("<h1>") == 1
    assert not re.search(r"https?:|//[a-z]|\bsrc=|@import|url\(", html)


TINY = """# %% [markdown]
# # 1 · Tiny
#
# *What you will know afterwards:* nothing.

# %%
import numpy as np
from minivgg.plots import figures
figures.maps([np.ones((2, 2))], ["a title"]).describe("One square.")
"""


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "01_tiny.py").write_text(TINY, encoding="utf-8")
    monkeypatch.setattr(lessons, "folder", lambda: tmp_path / "lessons")
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the libraries that run notebooks
def test_the_command_writes_one_file_for_a_lesson(tiny, capsys):
    assert main(["lessons", "1", "--slides", "out"]) == 0
    assert "wrote out/01_tiny_slides.html" in capsys.readouterr().out
    html = Path("out/01_tiny_slides.html").read_text(encoding="utf-8")
    assert html.count("data:image/png;base64,") == 1
    assert 'alt="One square."' in html
    assert not re.search(r'(src|href)="(https?:)?//', html)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_lesson_that_fails_is_named_and_nothing_is_written(tiny, capsys):
    Path("lessons/01_tiny.py").write_text("# %%\nraise ValueError('a mistake in the lesson')\n")
    assert main(["lessons", "--slides", "out"]) == 2
    assert "01_tiny.py failed: ValueError: a mistake in the lesson" in capsys.readouterr().err
    assert not Path("out").exists()


@pytest.mark.parametrize("folder", ["locked/slides", "lessons/01_tiny.py/slides"])
def test_a_folder_that_cannot_be_written_is_refused_before_the_lesson_runs(
    folder, tiny, monkeypatch, capsys
):
    """Root may write anywhere, so the system's answer is replaced."""
    Path("locked").mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "locked")
    monkeypatch.setattr(lessons, "execute", lambda source: pytest.fail("the lesson ran"))
    assert main(["lessons", "1", "--slides", folder]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"minivgg: cannot write to the folder {folder}: ")
    assert error.endswith("; choose another\n")


def test_an_unknown_lesson_is_refused(tiny, capsys):
    assert main(["lessons", "7", "--slides", "out"]) == 2
    assert "there is no lesson '7': there are lessons 1 to 1" in capsys.readouterr().err


def test_without_jupyter_it_says_how_to_install_it(tiny, monkeypatch, capsys):
    imports = builtins.__import__

    def without(name, *rest):
        if name.partition(".")[0] == "nbconvert":
            raise ImportError("no nbconvert here")
        return imports(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert main(["lessons", "1", "--slides", "out"]) == 2
    assert "this needs Jupyter: " in capsys.readouterr().err


def test_every_lesson_has_a_title_a_question_and_a_summary():
    for source in lessons.sources():
        made = slides.slides(lessons.notebook(source), "3")
        assert made[0].kind == "title"
        assert made[0].heading.partition(" · ")[2]
        assert "<li>" in made[0].body, source.name
        assert any(re.search(slides.QUESTION, slide.heading) for slide in made), source.name
        assert made[-1].heading == "In five lines"
        assert all("$" not in re.sub("<code>.*?</code>", "", slide.body) for slide in made)
