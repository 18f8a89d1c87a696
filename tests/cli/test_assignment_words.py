"""What ``minivgg assignment`` prints, to the letter, for assignments that are given."""

import io
import sys
from types import SimpleNamespace

import pytest

from minivgg.classroom.grading.grades import TaskGrade
from minivgg.classroom.verdict import Verdict
from minivgg.cli import assignment, gradescope, main


def task(name, points, *conventions):
    mistakes = [SimpleNamespace(convention=convention) for convention in conventions]
    return SimpleNamespace(name=name, signature=f"{name}(x)", points=points, mistakes=mistakes)


@pytest.fixture
def two(monkeypatch):
    """Two assignments with three functions."""
    tasks = [task("a", 3, False, True), task("b", 4), task("c", 5, False, False)]
    monkeypatch.setattr(assignment, "ASSIGNMENTS", {"one": tasks[:2], "two": tasks[2:]})
    monkeypatch.setattr(assignment, "TASKS", {each.name: each for each in tasks})
    monkeypatch.setattr(assignment, "program", lambda: "minivgg")
    return tasks


def said(capsys, *words):
    status = main(["assignment", *map(str, words)])
    return status, *capsys.readouterr()


def test_the_list_has_a_row_for_each_function_and_counts_mistakes(two, capsys):
    _, out, _ = said(capsys, "list")
    assert [line.rstrip() for line in out.splitlines()] == [
        "assignment  functions  points",
        "─────────────────────────────",
        "one         a(x)            3",
        "            b(x)            4",
        "two         c(x)            5",
        "",
        "3 mistakes are known and named. Begin with: minivgg assignment release convolution --to .",
    ]


def test_the_first_of_several_wrong_names_is_told(two, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("b.py", "a.py", "c.py"):
        (tmp_path / name).write_text("def other(): pass\n")
    _, _, err = said(capsys, "check", ".")
    assert err == "minivgg: . is a folder: check takes one file, such as a.py\n"
    _, _, err = said(capsys, "check", "a.py", "--only", "a", "q", "z")
    assert err == "minivgg: there is no task 'q': there are a, b, c\n"
    _, _, err = said(capsys, "check", "a.py", "--only", "a", "--time", "-1")
    assert err == "minivgg: --time must be greater than 0 seconds, got -1\n"
    for name in ("a", "c"):
        (tmp_path / f"{name}.json").write_text("")
    _, _, err = said(capsys, "hidden", "--to", ".")
    assert err == "minivgg: a.json exists already: --force replaces it\n"
    _, _, err = said(capsys, "hidden", "a", "one", "q", "z", "--to", ".")
    assert err == ("minivgg: there is no assignment or task 'q': there are one, two, a, b, c\n")


@pytest.mark.parametrize(
    ("seed", "seeds"), [((), [None] * 3), (("--seed", 0), [[0, 0], [0, 1], [0, 2]])]
)
def test_all_assignments_have_hidden_checks_by_default(
    seed, seeds, two, tmp_path, monkeypatch, capsys
):
    from minivgg.classroom import case_generators

    asked = []
    monkeypatch.setattr(case_generators, "generate_cases", lambda *a: asked.append(a) or [])
    status, out, _ = said(capsys, "hidden", "--to", tmp_path / "h", *seed)
    assert status == 0
    assert asked == [(name, 5, s) for name, s in zip("abc", seeds, strict=True)]
    assert out == (
        f"wrote 3 files of 5 cases to {tmp_path / 'h'}: keep them to yourself, and grade with "
        f"--hidden {tmp_path / 'h'}\n"
    )
    assert (tmp_path / "h" / "a.json").read_text() == "[]\n"
    _, _, err = said(capsys, "hidden", "--to", tmp_path / "h", "--seed", -1)
    assert err == "minivgg: --seed must be at least 0, got -1\n"


def test_a_verdict_is_shown_before_the_next_function_is_checked(two, tmp_path, monkeypatch):
    """A pipe shows what has been flushed."""
    stream, seen = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), []

    def grade_task(path, task, limits):
        seen.append(stream.buffer.getvalue().decode())
        passed = task.name == "a"
        return TaskGrade(task, Verdict(passed, float(passed), (), f"{task.name}.")), True

    monkeypatch.setattr(assignment, "grade_task", grade_task)
    monkeypatch.setattr(assignment, "regrade_with_references", lambda *a: None)
    monkeypatch.setattr(assignment, "in_force", lambda kind: None)
    monkeypatch.setattr(sys, "stdout", stream)
    (tmp_path / "one.py").write_text("")
    assert main(["assignment", "check", str(tmp_path / "one.py")]) == 1
    assert seen == ["", "a.\n\n"]
    assert stream.buffer.getvalue().decode().startswith("a.\n\nb.\nminivgg assignment hint b gives")


@pytest.fixture
def zipped(tmp_path, monkeypatch):
    """What a zip of 3.26 MB is made of; the current folder is empty."""
    from minivgg.classroom.reports import autograder

    asked = []
    content = bytes(int(3.26 * 2**20))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(autograder, "autograder_zip", lambda *a: asked.append(a) or content)
    return asked


UPLOAD = "upload it in Gradescope under Configure Autograder, and test it there with a submission\n"


def test_the_zip_for_gradescope_and_what_to_do_with_it(zipped, tmp_path, capsys):
    words = "a b --to new/x.ZIP --hidden h --scheme s --visibility hidden --time 0.5"
    status, out, _ = said(capsys, "gradescope", *words.split())
    assert status == 0
    assert zipped == [(["a", "b"], "h", "s", "hidden", 0.5)]
    assert out == (
        f"new/x.ZIP contains hidden checks: do not share it\nwrote new/x.ZIP (3.3 MB): {UPLOAD}"
    )
    assert (tmp_path / "new" / "x.ZIP").stat().st_size == int(3.26 * 2**20)
    status, out, _ = said(capsys, "gradescope", "a", "--to", "x.zip")
    assert zipped[1] == (["a"], None, None, gradescope.AFTER_PUBLISHED, None)
    assert out.startswith(
        "without --hidden, only the public checks count, and students have those\n"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--to a.zip --time inf", "--time must be greater than 0 seconds, got inf"),
        ("--to a.zip --time -1", "--time must be greater than 0 seconds, got -1"),
        ("--to a.zip", "a.zip exists already: --force replaces it"),
        ("--to d.zip", "--to d.zip is a folder: name the zip, such as d.zip/autograder.zip"),
        ("--to a", "--to a should end in .zip"),
    ],
)
def test_a_zip_that_cannot_be_written(words, sentence, zipped, tmp_path, capsys):
    (tmp_path / "a.zip").write_bytes(b"")
    (tmp_path / "d.zip").mkdir()
    status, _, err = said(capsys, "gradescope", "a", *words.split())
    assert (status, err) == (2, f"minivgg: {sentence}\n")
    assert not zipped
    assert said(capsys, "gradescope", "a", "--to", "a.zip", "--force")[0] == 0
    assert (tmp_path / "a.zip").stat().st_size
