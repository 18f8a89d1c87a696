"""Copied functions are named to the instructor, whatever they are called; others are not."""

import json
import re
from pathlib import Path

import pytest
from classroom.corpus import specimens

from minivgg.classroom import lessons
from minivgg.classroom.assignments import files_for_students, source_path
from minivgg.classroom.bank import ASSIGNMENTS, geometry
from minivgg.classroom.grading import originality, published_functions
from minivgg.classroom.grading.function_forms import MIN_SIZE, function_forms, parse
from minivgg.classroom.grading.originality import compare, examine
from minivgg.classroom.isolation.provided_code import reference_source
from minivgg.utils import installation

ROOT = Path(__file__).parents[3]

MINE = """import numpy as np

def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1)[:, None]
    sums = np.exp(shifted).sum(axis=1)
    losses = np.log(sums) - shifted[rows, labels]
    gradient = np.exp(shifted) / sums[:, None]
    gradient[rows, labels] = gradient[rows, labels] - 1
    return losses.sum() / len(labels), gradient / len(labels)
"""
DISGUISED = (
    MINE.replace("import numpy as np", "import numpy")
    .replace("np.", "numpy.")
    .replace("rows", "idx")
    .replace("logits, labels)", "a: numpy.ndarray, b=None)")
    .replace("logits", "a").replace("labels", "b").replace(", b=None", ", b")
    .replace("    idx =", '    """My own."""\n    print("so far")\n    idx: object =', 1)
)  # fmt: skip


def compared(tmp_path, **files):
    """The comparison of files {student: text}."""
    examined = {}
    for name, text in files.items():
        path = tmp_path / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        examined[name] = [examine(path, path.name)]
    return compare(examined, {name: name for name in files})


def notes(tmp_path, **files):
    """The notes on files {student: text}."""
    found = compared(tmp_path, **files)
    return {name: found.notes[name] + found.copies[name] for name in files}


def notebook(path, *texts):
    """A notebook with these cells."""
    cells = [{"cell_type": "code", "source": text} for text in texts]
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}))
    return examine(path, path.name)


def test_a_disguised_copy_is_named_for_both_students(tmp_path):
    found = notes(tmp_path, ada=MINE, ben=DISGUISED, cem=MINE.replace("- 1", "+ 1"))
    assert found["ada"] == [
        "ada.py: softmax_cross_entropy is the same as in the submission of ben, apart from names "
        "and comments."
    ]
    assert "is the same as in the submission of ada" in found["ben"][0]
    assert found["cem"] == []  # another operator is another step


def test_reference_solutions_are_named_also_in_a_notebook(tmp_path):
    cell = reference_source("im2col").replace("cols", "my_columns")
    examined = notebook(tmp_path / "convolution.ipynb", f"%matplotlib inline\n{cell}")
    found = compare({"ada": [examined]}, {"ada": "Ada"})
    assert "is the same as _extend in the reference solution of im2col" in found.copies["ada"][0]


def test_helpers_of_the_reference_solutions_are_compared_as_they_stand_in_the_package(tmp_path):
    text = Path(geometry.__file__).read_text(encoding="utf-8").replace("side", "length")
    found = " ".join(notes(tmp_path, ada=text)["ada"])
    assert "windows is the same as minivgg.classroom.bank.geometry.windows" in found
    assert "_extend is the same as minivgg.classroom.bank.geometry._extend" in found


@pytest.mark.parametrize("task", ["im2col", "softmax_cross_entropy"])
def test_imports_of_all_cells_count(task, tmp_path):
    """A function in a cell of its own is the same as with the import above it."""
    text = MINE if task == "softmax_cross_entropy" else reference_source(task)
    first, rest = text.split("\n", 1)
    assert first == "import numpy as np"
    whole = notebook(tmp_path / "whole.ipynb", text)
    parts = notebook(tmp_path / "parts.ipynb", rest.replace("np.", "n."), "import numpy as n")
    assert whole.forms
    assert [form.digest for form in parts.forms] == [form.digest for form in whole.forms]


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_nothing_of_the_guides_that_students_get_is_mentioned(name, tmp_path):
    """A filled-in guide: its own cells, saved with other ends of lines, and the functions."""
    guide = json.loads(files_for_students(name)[f"{name}_guide.ipynb"])
    cells = ["".join(c["source"]) for c in guide["cells"] if c["cell_type"] == "code"]
    assert any("importlib" in cell for cell in cells)
    solved = source_path(name).read_text(encoding="utf-8")
    cells = [cell.replace("\n", " \r\n") + "\n" for cell in cells]
    examined = notebook(tmp_path / "guide.ipynb", *cells[:2], solved, *cells[2:])
    assert examined.notes == []
    if any("import numpy as np" in cell for cell in cells[1:]):  # it stands in a cell of the guide
        bare = notebook(tmp_path / "b.ipynb", *cells, solved.replace("import numpy as np", ""))
        assert bare.forms == examined.forms
    changed = notebook(tmp_path / "changed.ipynb", f"{cells[0]}\nimport ctypes", solved)
    assert "ctypes in line" in changed.notes[0]


def test_functions_of_the_files_that_students_get_are_not_named(tmp_path, monkeypatch):
    (form,) = function_forms(parse(MINE))
    monkeypatch.setattr(originality, "given_functions", lambda: frozenset([form.digest]))
    assert notes(tmp_path, ada=MINE, ben=DISGUISED) == {"ada": [], "ben": []}


def test_mentions_are_in_the_order_of_the_cells(tmp_path):
    examined = notebook(tmp_path / "x.ipynb", "import ctypes", "import inspect; import ctypes")
    assert examined.notes == [
        "x.ipynb mentions ctypes in line 1 of cell 1, inspect in line 1 of cell 2."
    ]


def test_a_group_of_equal_functions_is_one_row_and_notes_are_short(tmp_path):
    found = compared(tmp_path, **{f"s{i}": MINE for i in range(7)})
    keys = tuple(f"s{i}" for i in range(7))
    assert [group.keys for group in found.groups] == [keys]
    assert found.groups[0].sentence == (
        "s0.py, s1.py, s2.py and 4 more: softmax_cross_entropy is the same, apart from names and "
        "comments."
    )
    assert "in the submission of s1, s2, s3 and 3 more, apart" in found.copies["s0"][0]


@pytest.mark.parametrize(("equal", "others", "is_given"), [(5, 3, True), (4, 4, False)])
def test_what_most_of_a_class_share_is_asked_about_once(equal, others, is_given, tmp_path):
    files = {f"s{i}": MINE for i in range(equal)}
    files |= {f"t{i}": MINE.replace("- 1", f"- {i + 2}") for i in range(others)}
    found = compared(tmp_path, **files)
    (group,) = found.groups
    asked = f"is the same in {equal} of 8 submissions: was it given to the class?"
    assert (asked in group.sentence) == is_given
    assert any(found.copies.values()) != is_given


def test_a_published_solution_is_named_even_if_most_of_a_class_have_it(tmp_path):
    found = compared(tmp_path, **{f"s{i}": reference_source("im2col") for i in range(9)})
    assert all(found.copies.values())
    assert "the same as im2col in the reference solution" in found.groups[-1].sentence


def test_a_wheel_recognises_the_solved_sources_by_their_digests(tmp_path, monkeypatch):
    folder = ROOT / "lessons" / "assignments"
    hook = {"re": re, "__name__": "hatch_build"}
    text = (ROOT / "hatch_build.py").read_text(encoding="utf-8")
    (function,) = re.findall(r"^def digests_of_solutions.*?\n\n\n", text, re.MULTILINE | re.DOTALL)
    (constant,) = re.findall(r"^FUNCTION_FORMS = .*", text, re.MULTILINE)
    exec(f"import json, runpy\n{constant}\n{function}", hook)
    (tmp_path / "assignments").mkdir()
    digests = hook["digests_of_solutions"](ROOT, sorted(folder.glob("*.py")))
    (tmp_path / "assignments" / published_functions.SOLVED).write_text(digests)
    in_checkout = published_functions.published_solutions()
    monkeypatch.setattr(installation, "checkout", lambda: None)
    monkeypatch.setattr(lessons, "folder", lambda: tmp_path)
    assert published_functions.published_solutions.__wrapped__() == in_checkout
    assert "im2col in the solved source convolution.py" in in_checkout.values()


def test_independent_right_answers_are_not_named(tmp_path):
    """Of all right specimens, each a student, no answer equals another or a published one."""
    published = published_functions.published_solutions()
    seen = {}
    for specimen in specimens("right", "convention"):
        for form in function_forms(parse(specimen.text)):
            if form.name == specimen.task and form.size >= MIN_SIZE:
                assert form.digest not in published, specimen.id
                assert seen.setdefault(form.digest, specimen.id) == specimen.id
    assert len(seen) > 30


def test_nothing_is_mentioned_in_honest_answers():
    found = {s.id: examine(s.path, s.path.name).notes for s in specimens()}
    assert len(found) > 400
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("import ctypes", "ctypes"),
        ("from ctypes import pythonapi", "ctypes"),
        ("import importlib as i", "importlib"),
        ("from minivgg.losses import softmax", "minivgg.losses.softmax"),
        ("from minivgg.classroom import bank", "minivgg.classroom.bank"),
        ("import minivgg.textbook.loops", "minivgg.textbook.loops"),
        ("x = __import__('mini' + 'vgg')", "__import__"),
        ("x = 'minivgg.classroom.bank.loss'", "minivgg.classroom.bank.loss"),
        ("import sys as s; s.modules", "sys.modules"),
        ("import sys; sys._getframe(1)", "sys._getframe"),
        ("import os; os.fork()", "os.fork"),
        ("from os import system", "os.system"),
        ("x = ().__class__.__base__.__subclasses__()", "__base__"),
        ("x = (lambda: 0).__globals__", "__globals__"),
        ("exec('x = 1')", "exec"),
        ("x = eval", "eval"),
        ("compile('1', '', 'eval')", "compile"),
        ("import gc; gc.get_objects()", "gc"),
        ("import numpy as np; np.ctypeslib", "numpy.ctypeslib"),
        ("getattr(f, '__globals__')", "__globals__"),
        ("import inspect", "inspect"),
    ],
)
def test_ways_round_the_limits_are_mentioned(line, name, tmp_path):
    found = notes(tmp_path, ada=f"import numpy\n{line}\n")["ada"]
    assert len(found) == 1
    assert re.search(rf"^ada.py mentions .*{re.escape(name)} in line 2", found[0])


def test_comments_docstrings_and_what_assignments_need_are_not_mentioned(tmp_path):
    text = (
        '"""Uses ctypes, minivgg.losses."""\n# import ctypes\nimport re, sys, os\n'
        "from minivgg.classroom import check, hint\nimport minivgg.classroom.reference_solutions\n"
        "from minivgg.classroom.reference_solutions import im2col\n"
        "x = re.compile('a'), sys.maxsize, os.sep, os.environ\n"
    )
    assert notes(tmp_path, ada=text)["ada"] == []


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n" * 200_000,
        "(" * 5000,
        "x = " + "-" * 5000 + "1",
        "x = " + "+".join(["1"] * 20_000),
        "def f():\n    return " + "[" * 90 + "]" * 90,
        "if x:\n" + "".join(" " * i + "if x:\n" for i in range(1, 95)) + " " * 95 + "y",
        "\0",
        "x = '\ud800'",
        "def f(:",
    ],
)
def test_sources_of_any_content_are_examined(text, tmp_path):
    path = tmp_path / "x.py"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert isinstance(examine(path, "x.py"), originality.Examined)


SOLVED = source_path("loss").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    ["%matplotlib inline\n" + SOLVED, "".join(f"def f{i}(): pass\n" for i in range(2001)) + SOLVED],
    ids=["commands of a notebook", "many other functions"],
)
def test_what_stands_before_a_copy_does_not_hide_it(text, tmp_path):
    assert (
        "is the same as softmax_cross_entropy in the solved" in notes(tmp_path, ada=text)["ada"][0]
    )


def test_a_file_that_cannot_be_read_has_no_functions(tmp_path):
    assert examine(tmp_path / "none.py", "a.py") == originality.Examined("a.py", [], [])
