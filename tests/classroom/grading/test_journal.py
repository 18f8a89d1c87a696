"""The journal gives back what was graded, and nothing where anything else would be graded now."""

import json
from dataclasses import replace

import pytest

from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.classroom.grading.grades import TaskGrade
from minivgg.classroom.grading.journal import Journal, digest_of
from minivgg.classroom.isolation.child_process import Limits
from minivgg.classroom.messages import NOT_WRITTEN
from minivgg.classroom.tasks import Case
from minivgg.classroom.verdict import Verdict


def graded(name, **more):
    return TaskGrade(TASKS[name], Verdict(True, 1.0, (), f"{name}: passed"), **more)


@pytest.fixture
def grades():
    """Of relu_dropout: every field that is kept has a value of its own."""
    public = Verdict(False, 0.25, ("mask-inverted",), "wrong", ("strict",), diagnoses=("in row 1",))
    first, second, *others = (task.name for task in ASSIGNMENTS["relu_dropout"])
    return [
        graded(first, seconds=0.5),
        TaskGrade(
            TASKS[second],
            public,
            Verdict(False, 1.0, (NOT_WRITTEN,), "hidden"),
            public_count=7,
            hidden_count=3,
            printed="p",
            timed_out=False,
            remarks=("a", "b"),
            seconds=1.5,
            hidden_seconds=2.5,
            picture=b"\x89PNG",
            hidden_problem="fails",
        ),
        *map(graded, others),
    ]


@pytest.fixture
def journal(tmp_path, grades):
    journal = Journal(tmp_path)
    journal.write("ada", "relu_dropout", "d1", grades, ["one file"])
    return journal


def entry_of(journal, tmp_path):
    (path,) = (tmp_path / "results").iterdir()
    return path, json.loads(path.read_text())


def test_what_is_written_is_read(journal, grades):
    for digest in ("d1", None):
        assert journal.read("ada", "relu_dropout", digest) == (grades, ["one file"], "d1")
    assert journal.read("ada", "relu_dropout", "d2") is None
    assert journal.read("bob", "relu_dropout", None) is None
    assert journal.read("ada", "loss", None) is None


def test_files_are_named_after_assignment_and_student(tmp_path, grades):
    journal = Journal(tmp_path)
    for key in ("a/b", "a b", "\udcff", 50 * "x"):
        journal.write(key, "relu_dropout", "d", grades, [])
    names = sorted(path.name for path in (tmp_path / "results").iterdir())
    beginnings = ["relu_dropout--", "relu_dropout-a-b-", "relu_dropout-a-b-"]
    assert len(set(names)) == 4
    for name, begin in zip(names, [*beginnings, f"relu_dropout-{40 * 'x'}-"], strict=True):
        assert name.startswith(begin)
        assert len(name) == len(begin) + 16 + len(".json")


def test_a_function_that_took_too_long_is_graded_again_but_known(tmp_path, grades):
    journal = Journal(tmp_path)
    journal.write("ada", "relu_dropout", "d", [replace(grades[0], timed_out=True), *grades[1:]], [])
    assert journal.read("ada", "relu_dropout", "d") is None
    assert journal.read("ada", "relu_dropout", None).tasks[0].timed_out


def test_an_internal_error_is_not_kept(tmp_path, grades):
    journal = Journal(tmp_path)
    journal.write(
        "ada", "relu_dropout", "d", [*grades[:-1], replace(grades[-1], internal_error="x")], []
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "change",
    [
        {"format": 0}, {"format": 2}, {"student": "bob"}, {"remarks": ["a", 1]}, {"remarks": None},
        {"tasks": []}, {"tasks": None}, {"digest": "other"},
    ],
)  # fmt: skip
def test_an_entry_of_something_else_is_none(change, journal, tmp_path):
    path, entry = entry_of(journal, tmp_path)
    path.write_text(json.dumps(entry | change))
    assert journal.read("ada", "relu_dropout", "d1") is None


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("score", -0.01), ("score", 1.01), ("score", "x"), ("mistakes", ["none-of-ours"]),
        ("mistakes", 3), ("conventions", None), ("message", ...), ("diagnoses", ...),
    ],
)  # fmt: skip
def test_a_verdict_of_another_version_is_none(place, value, journal, tmp_path):
    path, entry = entry_of(journal, tmp_path)
    for kind in ("public", "hidden"):
        verdict = entry["tasks"][1][kind]
        changed = {k: v for k, v in (verdict | {place: value}).items() if v is not ...}
        tasks = [entry["tasks"][0], entry["tasks"][1] | {kind: changed}, *entry["tasks"][2:]]
        path.write_text(json.dumps(entry | {"tasks": tasks}))
        assert journal.read("ada", "relu_dropout", "d1") is None


def test_functions_in_another_order_or_a_damaged_file_are_none(journal, tmp_path):
    path, entry = entry_of(journal, tmp_path)
    path.write_text(json.dumps(entry | {"tasks": entry["tasks"][::-1]}))
    assert journal.read("ada", "relu_dropout", "d1") is None
    path.write_text(json.dumps(entry)[:-9])
    assert journal.read("ada", "relu_dropout", "d1") is None
    path.write_text(5000 * "[" + 5000 * "]")
    assert journal.read("ada", "relu_dropout", "d1") is None


def test_the_digest_depends_on_all_that_affects_results(tmp_path):
    path, other, notebook = (tmp_path / name for name in ("a.py", "b.py", "a.ipynb"))
    for file, text in ((path, "x = 1"), (other, "x = 2"), (notebook, "x = 1")):
        file.write_text(text)
    case = Case.from_dict({"about": "one", "calls": [[{"normal": [2]}]]})
    first = {"path": path, "file_name": "n", "assignment": "loss", "hidden": [[case]],
             "limits": Limits(3), "isolation": "bwrap"}  # fmt: skip
    changes = [
        {}, {"path": other}, {"path": notebook}, {"file_name": "m"}, {"assignment": "im2col"},
        {"hidden": [[]]}, {"hidden": [[replace(case, about="two")]]},
        {"hidden": [[replace(case, seed=1)]]}, {"hidden": [[replace(case, calls=())]]},
        {"limits": Limits(4)}, {"isolation": "audit"},
    ]  # fmt: skip
    digests = [digest_of(**(first | change)) for change in changes]
    assert len(set(digests)) == len(changes)
    assert digest_of(**first) == digests[0]
    assert all(len(digest) == 64 for digest in digests)
