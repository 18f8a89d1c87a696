"""A class is graded: marks, reports, hidden checks; one student's trouble is nobody else's."""

import csv
import json
import re
from pathlib import Path

import pytest

from minivgg.classroom import grading, reports
from minivgg.classroom.bank import TASKS
from minivgg.classroom.case_generators import fresh_cases
from minivgg.classroom.isolation import Limits

RELU = "import numpy as np\n\n\ndef relu_forward(x):\n    return np.maximum(x, 0)\n\n\ndef relu_backward(dy, x):\n    return dy * (x > 0)\n"
REST = """

def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask


def dropout_backward(dy, mask):
    return dy if mask is None else dy * mask
"""
QUICK = Limits(seconds=4)


@pytest.fixture
def school(tmp_path):
    """A class of six: right, wrong, half done, unreadable, one that fails on import, and one that handed in nothing."""
    place = tmp_path / "class"
    files = {
        "alice/relu_dropout.py": RELU + REST,
        "bob/relu_dropout.py": (RELU + REST)
        .replace("dy * (x > 0)", "dy * (dy > 0)")
        .replace("rng.random", "np.random.random"),
        "carol/homework.py": RELU
        + "print('<b>so far</b>')\n\n\ndef dropout_forward(x, p, training, rng):\n    raise NotImplementedError\n",
        "dave/relu_dropout.py": "def relu_forward(x:\n",
        "erin/relu_dropout.py": "import sys\nsys.exit()\n",
    }
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    (place / "=frank").mkdir()
    return place


def by_name(students):
    return {student.name: student for student in students}


def test_marks_mistakes_and_remarks(school):
    found = by_name(grading.grade(school, limits=QUICK))
    assert list(found) == ["=frank", "alice", "bob", "carol", "dave", "erin"]
    assert all(student.out_of == 25 for student in found.values())
    assert found["alice"].points == 25
    assert {mark.task.name: mark.verdict.mistakes for mark in found["bob"].works[0].marks} == {
        "relu_forward": (), "relu_backward": ("mask-from-gradient",), "dropout_forward": ("ignores-the-generator",),
        "dropout_backward": ()}  # fmt: skip
    assert 10 < found["bob"].points < 20
    assert found["carol"].points == 10
    assert "homework.py is graded" in found["carol"].works[0].remarks[0]
    assert [found[name].points for name in ("dave", "erin", "=frank")] == [0, 0, 0]
    assert "SyntaxError in line 1" in found["dave"].works[0].remarks[0]
    assert "called sys.exit()" in found["erin"].works[0].remarks[0]
    assert found["=frank"].works[0].remarks == ["no file relu_dropout.py."]


def test_reports_are_complete_and_nothing_in_them_is_code(school, tmp_path):
    students = grading.grade(school, limits=QUICK)
    table, index = reports.write_all(students, tmp_path / "out", gradescope=True)
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert [row["points"] for row in rows] == [f"{student.points:g}" for student in students]
    assert rows[0]["student"] == "'=frank"  # not a formula
    assert "relu_backward: mask-from-gradient" in rows[2]["mistakes"]
    pages = sorted(path.name for path in (tmp_path / "out" / "students").iterdir())
    assert pages == [
        "=frank.html",
        "alice.html",
        "bob.html",
        "carol.html",
        "dave.html",
        "erin.html",
    ]
    carol = (tmp_path / "out" / "students" / "carol.html").read_text(encoding="utf-8")
    assert "<b>so far" not in carol
    assert "&lt;b&gt;so far" in carol
    assert "mask-from-gradient" in index.read_text(encoding="utf-8")
    results = json.loads(
        (tmp_path / "out" / "gradescope" / "bob" / "results.json").read_text(encoding="utf-8")
    )
    assert results["score"] == students[2].points
    assert [test["max_score"] for test in results["tests"]] == [5, 5, 10, 5]
    reports.write_all(students, tmp_path / "md", form="md")
    bob = (tmp_path / "md" / "students" / "bob.md").read_text(encoding="utf-8")
    assert "mask-from-gradient" in bob
    assert "Reread lesson 5" in bob


def test_one_student_and_gradescopes_file(tmp_path):
    place = tmp_path / "submission"
    place.mkdir()
    (place / "relu_dropout.py").write_text(RELU + REST)
    students = grading.grade(place, limits=QUICK)
    reports.write_all(students, tmp_path / "results", gradescope=True)
    results = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == 25
    assert {test["status"] for test in results["tests"]} == {"passed"}


def hidden_folder(tmp_path, *names):
    folder = tmp_path / "hidden"
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.json").write_text(json.dumps(fresh_cases(name, 4, 11)))
    return folder


def test_hidden_checks_find_who_wrote_for_the_public_ones_and_are_not_told(tmp_path):
    task = TASKS["relu_forward"]
    place = tmp_path / "class"
    place.mkdir()
    known = [case.drawn()[0][0].shape for case in task.cases]
    (place / "alice.py").write_text(RELU)
    (place / "mallory.py").write_text(
        RELU.replace(
            "return np.maximum(x, 0)",
            f"return np.maximum(x, 0) if x.shape in {known} else np.abs(x)",
        )
    )
    hidden = hidden_folder(tmp_path, "relu_forward", "relu_backward")
    found = by_name(grading.grade(place, ["relu_dropout"], hidden, limits=QUICK))
    alice, mallory = (found[name].works[0].marks[0] for name in ("alice", "mallory"))
    assert alice.verdict.message == "relu_forward: public and hidden checks passed."
    assert alice.points == 5
    assert not mallory.verdict.passed
    assert 0 < mallory.points < 5
    assert mallory.verdict.mistakes == ("absolute-value",)
    assert "relu_forward: public checks passed." in mallory.verdict.message
    assert "hidden case" not in mallory.verdict.message


def test_without_hidden_checks_only_public_ones_are_said_to_pass(school):
    alice = by_name(grading.grade(school, limits=QUICK))["alice"]
    assert {mark.verdict.message.split(": ")[1] for mark in alice.works[0].marks} == {
        "public checks passed."
    }


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("relu_forward", "[", "relu_forward.json: "),
        ("relu_forward", '[{"calls": []}]', 'a case is {"about"'),
        ("relu_forward", '[{"about": "x", "calls": [[{"normal": [-1]}]]}]', "cannot be drawn"),
        ("relu_forward", '[{"about": "x", "calls": [[{"uniform": [1]}]]}]', "is none of normal"),
        (
            "relu_forward",
            '[{"about": "x", "calls": [[{"normal": [2]}, 3]]}]',
            r"relu_forward\(x\) cannot be called like that",
        ),
        ("relu", "[]", "there is no task 'relu': did you mean 'relu_forward'"),
    ],
)
def test_hidden_checks_that_cannot_be_used_are_refused_at_once(name, text, words, tmp_path):
    (tmp_path / f"{name}.json").write_text(text)
    with pytest.raises(ValueError, match=words):
        grading.hidden_cases(tmp_path)


def test_a_folder_without_hidden_checks(tmp_path):
    with pytest.raises(FileNotFoundError, match="there are no hidden checks"):
        grading.hidden_cases(tmp_path)


def test_a_function_that_fails_by_another_ones_mistake_is_tried_with_its_reference(tmp_path):
    text = (Path(__file__).parents[2] / "lessons" / "assignments" / "convolution.py").read_text(
        encoding="utf-8"
    )
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "alice.py").write_text(
        text.replace("transpose(0, 4, 5, 1, 2, 3)", "transpose(4, 5, 0, 1, 2, 3)"), encoding="utf-8"
    )
    unfold, forward = grading.grade(tmp_path / "class", limits=QUICK)[0].works[0].marks
    assert unfold.verdict.mistakes == ("batch-last",)
    assert forward.verdict.passed
    assert "with the reference version of im2col" in forward.verdict.message


def test_names_that_are_none(school):
    with pytest.raises(ValueError, match="did you mean 'relu_dropout'"):
        grading.grade(school, ["relu_droput"])


def test_an_interrupt_keeps_what_is_graded(school, monkeypatch):
    """Ctrl-C after the first file: students with marks are there, the others are named."""

    def interrupted(futures, **_):
        next(iter(futures)).result()
        raise KeyboardInterrupt

    monkeypatch.setattr(grading, "tqdm", interrupted)
    with pytest.raises(grading.Interrupted, match="of 6 students graded; not graded: ") as stop:
        grading.grade(school, jobs=1, limits=QUICK)
    assert 1 <= len(stop.value.students) < 6
    assert len(stop.value.students) + len(stop.value.missing) == 6
    assert all(student.works[0].marks for student in stop.value.students)


def test_hidden_checks_do_not_leak_through_errors(tmp_path):
    place = tmp_path / "class"
    place.mkdir()
    (place / "alice.py").write_text(
        RELU.replace("return np.maximum(x, 0)", "raise ValueError(f'SECRET {x.shape}')")
    )
    hidden = hidden_folder(tmp_path, "relu_forward")
    (student,) = grading.grade(place, ["relu_dropout"], hidden, limits=QUICK)
    shown = student.works[0].marks[0].verdict.message
    assert shown.count("SECRET") == 1  # the public one
    assert "0 of 4 hidden checks passed" in shown


def test_matplotlib_may_be_imported(tmp_path):
    place = tmp_path / "class"
    place.mkdir()
    (place / "alice.py").write_text("import matplotlib.pyplot as plt\n" + RELU)
    (student,) = grading.grade(place, ["relu_dropout"], limits=QUICK)
    assert student.works[0].marks[0].verdict.passed


def test_a_misspelt_function_is_asked_for(tmp_path):
    place = tmp_path / "class"
    place.mkdir()
    (place / "alice.py").write_text(RELU.replace("def relu_forward", "def Relu_forward"))
    (student,) = grading.grade(place, ["relu_dropout"], limits=QUICK)
    assert (
        student.works[0].marks[0].verdict.message
        == "relu_forward: the file defines no function relu_forward: is it Relu_forward?"
    )


def test_file_names_are_safe_and_different(tmp_path):
    students = [grading.Student(name, [], []) for name in ("a/b", "a\\b", "..", "A_B", "con", "")]
    names = reports._file_names(students)
    assert len({name.casefold() for name in names}) == len(names)
    assert not [name for name in names if re.search(r"[/\\]|^\.*$", name)]
