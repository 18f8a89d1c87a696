"""Copied functions are named to the instructor, whatever they are called; others are not."""

import json
import re

import pytest
from classroom.corpus import specimens

from minivgg.classroom.grading import originality
from minivgg.classroom.grading.function_forms import function_forms, parse
from minivgg.classroom.grading.originality import compare, examine
from minivgg.classroom.isolation.provided_code import reference_source

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


def notes(tmp_path, **files):
    """The notes on files {student: text}."""
    examined = {}
    for name, text in files.items():
        path = tmp_path / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        examined[name] = [examine(path, path.name)]
    return compare(examined, {name: name for name in files})


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
    path = tmp_path / "convolution.ipynb"
    cells = [{"cell_type": "code", "source": ["%matplotlib inline\n", cell]}]
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}))
    found = compare({"ada": [examine(path, path.name)]}, {"ada": "Ada"})
    assert "is the same as _extend in the reference solution of im2col" in found["ada"][0]


def test_independent_right_answers_are_not_named(tmp_path):
    """Of all right specimens, each a student, no answer equals another or a published one."""
    published = originality.published_solutions()
    seen = {}
    for specimen in specimens("right", "convention"):
        for form in function_forms(parse(specimen.text)):
            if form.name == specimen.task and form.size >= originality.MIN_SIZE:
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
