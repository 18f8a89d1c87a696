"""The form of the lessons: notebooks equal sources, claims are proved, HTML needs no network.

The lessons themselves run in .ci/run.
"""

import functools
import os
import re
import sys
from pathlib import Path

import nbformat
import pytest
from support.source import imported_modules

import minivgg
from minivgg.classroom import lessons
from minivgg.classroom.exercises import EXERCISES
from minivgg.classroom.student_files import lesson_label
from minivgg.cli import main

ROOT = Path(__file__).parent.parent
SOURCES = [p for p in sorted((ROOT / "lessons").glob("*.py")) if lesson_label(p.name)]
CORE = {"minivgg", "numpy", "matplotlib", "threadpoolctl"}
BY_NAME = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


notebook = functools.cache(lessons.notebook)


def text(source, kind):
    return [cell.source for cell in notebook(source).cells if cell.cell_type == kind]


@BY_NAME
def test_the_notebook_is_the_source(source):
    made = lessons.notebook_text(notebook(source))
    path = source.with_suffix(".ipynb")
    assert path.read_text(encoding="utf-8") == made, (
        "python -m minivgg lessons --notebooks writes it anew"
    )
    nbformat.validate(nbformat.reads(made, as_version=4))
    assert not any(cell.get("outputs") for cell in nbformat.reads(made, as_version=4).cells)


@BY_NAME
def test_the_form_of_a_lesson(source):
    words, code = "\n".join(text(source, "markdown")), text(source, "code")
    label = lesson_label(source.name)
    assert re.match(rf"# {label} · ", words)
    assert "What you will know afterwards" in words
    assert "The paper: " in words
    assert re.search("## What (popular )?write-ups", words)
    assert re.search(r"[Ww]rite (your guess|it) down", words)
    assert 'find_spec("minivgg")' in code[0]
    imported = {name.split(".")[0] for name in imported_modules(code[0])}
    assert imported <= CORE | sys.stdlib_module_names, "the first cell needs the core install only"
    found = re.findall(r'^check\([\w.]+, "(.*?)"\)', "\n".join(code), re.MULTILINE)
    assert len(found) >= 3
    assert {name for name in EXERCISES if name.split(".")[0] == label} == set(found)
    summary = text(source, "markdown")[-1]
    assert summary.startswith("## In five lines")
    assert 1 <= summary.count("\n- ") <= 5


@BY_NAME
def test_every_formula_can_be_shown_without_the_network(source):
    for words in text(source, "markdown"):
        shown = re.sub(r"`[^`]*`", "", lessons.with_mathml(words))
        assert "$" not in shown.replace(r"\$", "")


def test_a_logarithm_keeps_its_distance():
    assert re.search("<mi>log</mi><mspace [^>]*/><mi>p</mi>", lessons.with_mathml(r"$-\log p$"))


def test_formulas_become_mathml_and_code_stays():
    shown = lessons.with_mathml(
        "with $27C^2$ and `$x$`\n\n$$a_i = \\prod_{j<i} s_j$$\n\n```\n$y$\n```\ncosts \\$5"
    )
    assert shown.count("<math") == 2
    assert 'display="block"' in shown
    assert "`$x$`" in shown
    assert "$y$" in shown
    assert "\\$5" in shown


TINY = """# %% [markdown]
# # 1 · Tiny, with $x_i^2$
#
# $$\\frac{a}{b}$$

# %%
import numpy as np
from minivgg.plots import figures
print("hello")
figures.maps([np.ones((2, 2))], ["a title"])

# %%
import ipywidgets
ipywidgets.interact(lambda n: print("n was", n), n=(0, 3))
"""


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "01_tiny.py").write_text(TINY, encoding="utf-8")
    monkeypatch.setattr(lessons, "folder", lambda: tmp_path / "lessons")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "lessons" / "01_tiny.py"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the libraries that run notebooks
def test_html_holds_outputs_pictures_and_formulas_and_fetches_nothing(tiny, capsys):
    assert main(["lessons", "1", "--html", "out"]) == 0
    assert "wrote out/01_tiny.html" in capsys.readouterr().out
    body = Path("out/01_tiny.html").read_text(encoding="utf-8")
    assert "hello" in body
    assert "data:image/png;base64," in body
    assert "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>" in body
    assert "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>" in body
    assert re.findall(r"n was \d", body) == ["n was 1"], "what the slider showed, once"
    assert "unpkg" not in body
    assert "pre-wrap" in body.split("</head>")[0]
    assert not re.search(r'(src|href)="(https?:)?//', body)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_lesson_that_fails_is_named(tiny, capsys):
    tiny.write_text("# %%\nraise ValueError('a mistake in the lesson')\n")
    assert main(["lessons", "--html", "out"]) == 2
    assert "01_tiny.py failed: ValueError: a mistake in the lesson" in capsys.readouterr().err
    assert not Path("out").exists()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_running_a_lesson_prints_nothing_about_the_kernels_connection(tiny, capfd):
    tiny.write_text("# %%\n1 + 1\n")
    assert main(["lessons", "1", "--html", "out"]) == 0
    out, err = capfd.readouterr()
    assert out.startswith("wrote out/01_tiny.html")
    assert "TCP" not in err


@pytest.mark.parametrize("folder", ["locked/html", "locked", "01_tiny.py/html"])
def test_a_folder_for_html_that_cannot_be_written_is_refused_before_the_lesson_runs(
    folder, tiny, monkeypatch, capsys
):
    """Root may write anywhere, so the system's answer is replaced."""
    Path("locked").mkdir()
    Path("01_tiny.py").write_text("")
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "locked")
    monkeypatch.setattr(lessons, "execute", lambda source: pytest.fail("the lesson ran"))
    assert main(["lessons", "1", "--html", folder]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"minivgg: cannot write to the folder {folder}: ")
    assert error.endswith("; choose another\n")
    assert sorted(path.name for path in Path().iterdir()) == ["01_tiny.py", "lessons", "locked"]


def test_notebooks_are_made_anew_and_unknown_lessons_refused(tiny, capsys):
    assert main(["lessons", "--notebooks"]) == 0
    assert Path("lessons/01_tiny.ipynb").read_text(encoding="utf-8") == lessons.notebook_text(
        lessons.notebook(tiny)
    )
    assert main(["lessons", "7"]) == 2
    assert "there is no lesson '7': there are lessons 1 to 1" in capsys.readouterr().err


def test_only_notebooks_that_changed_are_written(tiny, capsys):
    assert main(["lessons", "--notebooks"]) == 0
    path = Path("lessons/01_tiny.ipynb")
    assert f"{path.name}\nnotebooks: 1 changed, 0 current\n" in capsys.readouterr().out
    written = path.stat().st_mtime_ns
    assert main(["lessons", "--notebooks"]) == 0
    assert capsys.readouterr().out == "notebooks: 0 changed, 1 current\n"
    assert path.stat().st_mtime_ns == written


CLAIMS = re.findall(
    r"^\| (.+?) \| .+ \| .+?, 20\d\d \| (\w+) \| `(claim-.+?)` \|$",
    (ROOT / "lessons" / "README.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def tagged(source):
    """{tag: code} of the cells of a lesson that treat a claim, with the assertions about it.

    These follow a comment with the tag in a cell of tests.
    """
    cells = notebook(source).cells
    tests = "\n".join(c.source for c in cells if "tests" in c.metadata.get("tags", ()))
    parts = re.split(r"^# (claim-[\w-]+)$", tests, flags=re.MULTILINE)
    assertions = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {
        tag: cell.source + assertions.get(tag, "")
        for cell in cells
        for tag in cell.metadata.get("tags", ())
        if tag.startswith("claim-")
    }


def test_each_claim_of_the_table_is_treated_in_the_cell_that_it_names():
    found = {lesson_label(source.name): tagged(source) for source in SOURCES}
    assert len(CLAIMS) >= 23
    assert {(number, tag) for _, number, tag in CLAIMS} == {
        (number, tag) for number, tags in found.items() for tag in tags
    }
    for claim, number, tag in CLAIMS:
        assert "assert " in found[number][tag], f"{claim}: an assertion must prove what is said"


def test_each_claim_of_the_table_says_where_it_is_met():
    text = (ROOT / "lessons" / "README.md").read_text(encoding="utf-8")
    assert len(CLAIMS) == text.count("| `claim-")


def test_the_course_is_complete_and_listed_in_order():
    assert [lesson_label(source.name) for source in SOURCES] == [n for n, *_ in lessons.table()]
    text = (ROOT / "lessons" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\((\d\d[a-z]?_\w+)\.ipynb\)", text) == [source.stem for source in SOURCES]


@BY_NAME
def test_names_of_files_and_functions_in_the_head_of_a_lesson_exist(source):
    """Such as `minivgg/ops/conv.py` and `models.vgg`: where a reader is told to look."""
    head = text(source, "markdown")[0]
    for name in re.findall(r"`(minivgg/[\w/.]+)`", head):
        assert (ROOT / name).exists(), name
    for module, name in re.findall(r"`(models|layers)\.(\w+)", head):
        assert hasattr(getattr(minivgg, module), name), name
