"""The commands of the classroom: what students and instructors type, and what they are told."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from minivgg.classroom import assignments, case_generators
from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.classroom.case_generators import generate_cases
from minivgg.classroom.grading import task_grading
from minivgg.classroom.grading.grades import TaskGrade
from minivgg.classroom.isolation.child_process import Limits
from minivgg.classroom.verdict import Verdict
from minivgg.cli import assignment, main

SOURCES = Path(__file__).parents[2] / "lessons" / "assignments"


def run(capsys, *arguments):
    status = main([*map(str, arguments)])
    out, err = capsys.readouterr()
    return status, out, err


def test_the_list_names_all_assignments_functions_and_points(capsys):
    status, out, _ = run(capsys, "assignment", "list")
    assert status == 0
    assert "conv_backward(dy, x, w, b, stride, padding)" in out
    assert out == run(capsys, "assignment")[1]


@pytest.mark.slow
def test_release_check_and_what_is_said_on_the_way(tmp_path, capsys):
    status, out, _ = run(capsys, "assignment", "release", "pooling", "--to", tmp_path)
    assert status == 0
    assert f"wrote {tmp_path / 'pooling.py'}" in out
    work = tmp_path / "pooling.py"
    status, out, _ = run(capsys, "assignment", "check", work)
    assert status == 1
    assert "maxpool_forward: not written yet." in out
    work.write_bytes((SOURCES / "pooling.py").read_bytes())
    status, out, _ = run(capsys, "assignment", "check", work)
    assert status == 0
    assert out.endswith("2 of 2 functions passed the public checks\n")
    status, _, err = run(capsys, "assignment", "release", "pooling", "--to", tmp_path)
    assert status == 2
    assert "--force replaces it" in err


@pytest.mark.slow
def test_check_shows_mistakes_prints_and_files_that_cannot_be_read(tmp_path, capsys):
    work = tmp_path / "mine.py"
    work.write_text("def relu_forward(x):\n    print('here')\n    return abs(x)\n")
    status, out, _ = run(capsys, "assignment", "check", work)
    assert status == 1
    assert "relu_forward printed:\n  here" in out
    assert "absolute-value: " in out
    work.write_text("def relu_forward(x):\n    return x[\n")
    status, out, _ = run(capsys, "assignment", "check", work)
    assert status == 1
    assert "cannot be imported: SyntaxError in line 2" in out


@pytest.mark.slow
def test_an_endless_loop_is_waited_for_once_and_passed_functions_are_shown(
    tmp_path, capsys, monkeypatch
):
    """Three functions: the first is right, the second never ends, the third calls the second."""
    runs, run_isolated = [], task_grading.run_isolated

    def counted(path, task, *arguments):
        runs.append(task.name)
        return run_isolated(path, task, *arguments)

    monkeypatch.setattr(task_grading, "run_isolated", counted)
    work = tmp_path / "mine.py"
    work.write_text(
        "import numpy as np\n"
        "def relu_forward(x):\n    return np.maximum(x, 0)\n"
        "def relu_backward(dy, x):\n    while True:\n        pass\n"
        "def dropout_forward(x, p, rng):\n    return relu_backward(x, x)\n"
    )
    status, out, _ = run(capsys, "assignment", "check", work, "--time", 3)
    assert status == 1
    assert runs == ["relu_forward", "relu_backward"]
    assert out.startswith("relu_forward: public checks passed.\n")
    assert "relu_backward takes longer than 3 seconds." in out
    assert "not checked after that: dropout_forward" in out
    assert out.endswith("1 of 3 functions passed the public checks\n")


def test_a_hint_says_how_to_get_the_next_one_and_the_third_is_the_last(capsys):
    status, out, _ = run(capsys, "assignment", "hint", "im2col")
    assert status == 0
    assert out.startswith("hint 1 of 3: ")
    assert out.endswith("\nnext: python -m minivgg assignment hint im2col --level 2\n")
    _, second, _ = run(capsys, "assignment", "hint", "im2col", "--level", 2)
    assert second.startswith("hint 2 of 3: ")
    _, third, _ = run(capsys, "assignment", "hint", "im2col", "--level", 3)
    assert third.startswith("hint 3 of 3: ")
    assert "next:" not in third
    assert run(capsys, "assignment", "hint", "3.1")[1].startswith("hint 1 of 3: ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "none.py"), "there is no file none.py"),
        (("check", "."), ". is a folder: check takes one file, such as a.py"),
        (("check", "a.txt"), "neither .py nor .ipynb"),
        (("check", "a.py"), "defines no function of an assignment"),
        (("check", "a.py", "--only", "im2cool"), "did you mean 'im2col'"),
        (("check", "a.py", "--time", "0"), "--time must be greater than 0 seconds"),
        (("release", "convolutions", "--to", "x"), "did you mean 'convolution'"),
        (("hidden", "--to", "x", "--count", "0"), "--count must be at least 1"),
        (("hint", "im2cool"), "did you mean 'im2col'"),
        (("hint", "loss"), "'loss' is an assignment: there are hints for softmax_cross_entropy"),
        (("hint", "im2col", "--level", "4"), "the level of a hint is 1, 2 or 3, got 4"),
        (("hidden", "nothing", "--to", "x"), "there is no assignment or task 'nothing'"),
        (("hidden", "im2cool", "--to", "x"), "there is no assignment or task 'im2cool': did you"),
        (("hidden", "--to", "x", "--count", "101"), "--count must be at most 100, got 101"),
        (("check", "empty"), "empty is a folder: check takes one file\n"),
    ],
)
def test_bad_input_is_one_sentence(arguments, words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.py", "a.txt"):
        (tmp_path / name).write_text("x = 1\n")
    (tmp_path / "empty").mkdir()
    status, _, err = run(capsys, "assignment", *arguments)
    assert status == 2
    assert words in err
    assert err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py", "a.txt", "empty"]


def graded(name, score, message, loaded=True, **more):
    """What ``grade_task`` returns."""
    return TaskGrade(TASKS[name], Verdict(score == 1, score, (), message), **more), loaded


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A file of three functions, and what it is graded with; nothing runs."""
    path = tmp_path / "mine.py"
    names = "relu_forward", "relu_backward", "dropout_forward"
    path.write_text("".join(f"def {name}(x): pass\n" for name in names))
    calls = SimpleNamespace(path=path, grades={}, checked=[], again=[])

    def grade_task(file, task, *, limits):
        calls.checked.append((file, task.name, limits))
        return calls.grades[task.name]

    monkeypatch.setattr(assignment, "grade_task", grade_task)
    monkeypatch.setattr(assignment, "regrade_with_references", lambda *a: calls.again.append(a))
    monkeypatch.setattr(assignment, "in_force", lambda kind: calls.checked.append(kind))
    calls.grades = {name: graded(name, 1, f"{name}: passed.") for name in names}
    return calls


def test_functions_that_pass_are_shown_one_after_the_other(work, capsys):
    status, out, _ = run(capsys, "assignment", "check", work.path, "--time", 3)
    assert status == 0
    assert out == (
        "relu_forward: passed.\n\nrelu_backward: passed.\n\ndropout_forward: passed.\n\n"
        "3 of 3 functions passed the public checks\n"
    )
    limits = Limits(seconds=3)
    assert work.checked == ["auto", *((work.path, name, limits) for name in work.grades)]
    assert work.again == [(work.path, [], {}, limits)]


def test_those_that_fail_come_last_with_what_they_printed(work, capsys):
    lines = [f"line {k}" for k in range(12)]
    for name, printed in (("relu_forward", lines[:10]), ("relu_backward", lines[:11])):
        text = "\n".join(printed) + "\n"
        work.grades[name] = graded(name, 0.5, f"{name}: wrong.", printed=text)
    status, out, _ = run(capsys, "assignment", "check", work.path)
    assert status == 1
    hint = "python -m minivgg assignment hint"
    assert out == "\n".join(
        ["dropout_forward: passed.", "",
         "relu_forward: wrong.", f"{hint} relu_forward gives a hint.",
         "relu_forward printed:", *(f"  {line}" for line in lines[:10]), "",
         "relu_backward: wrong.", f"{hint} relu_backward gives a hint.",
         "relu_backward printed (the end of it):", *(f"  {line}" for line in lines[1:11]), "",
         "1 of 3 functions passed the public checks", ""]
    )  # fmt: skip
    ((_, failed, hidden, _),) = work.again
    assert [mark.task.name for mark in failed] == ["relu_forward", "relu_backward"]
    assert hidden == {}


def test_what_was_left_out_of_the_file_is_said_once(work, capsys):
    for name, remarks in (("relu_forward", ("a",)), ("relu_backward", ("a", "b"))):
        work.grades[name] = graded(name, 1, f"{name}: passed.", remarks=remarks)
    _, out, _ = run(capsys, "assignment", "check", work.path)
    assert out.startswith("a\nrelu_forward: passed.\n\nb\nrelu_backward: passed.\n")
    assert "printed" not in out


def test_nothing_is_checked_after_a_function_that_takes_too_long(work, capsys):
    work.grades["relu_forward"] = graded("relu_forward", 0, "takes too long.", timed_out=True)
    status, out, _ = run(capsys, "assignment", "check", work.path)
    assert status == 1
    assert len(work.checked) == 2
    assert "not checked after that: relu_backward, dropout_forward\n\n0 of 3 functions" in out
    assert not work.again


def test_a_file_that_cannot_be_read_is_one_sentence(work, capsys):
    work.grades["relu_forward"] = graded("relu_forward", 0, "cannot be read.", loaded=False)
    assert run(capsys, "assignment", "check", work.path) == (1, "cannot be read.\n", "")


def test_only_some_functions_are_checked_or_all_of_the_assignment(work, capsys):
    run(capsys, "assignment", "check", work.path, "--only", "relu_backward")
    assert [name for _, name, _ in work.checked[1:]] == ["relu_backward"]
    work.checked.clear()
    work.grades["dropout_backward"] = graded("dropout_backward", 1, "passed.")
    whole = work.path.rename(work.path.with_name("relu_dropout.py"))
    assert run(capsys, "assignment", "check", whole)[0] == 0
    assert len(work.checked) == 5


def test_hidden_checks_of_several_assignments_and_functions(tmp_path, capsys):
    folder = tmp_path / "a" / "hidden"
    words = ("loss", "relu_forward", "--to", folder, "--count", 2, "--seed", 7)
    status, out, _ = run(capsys, "assignment", "hidden", *words)
    assert status == 0
    assert out.startswith(f"wrote 2 files of 2 cases to {folder}: keep them to yourself")
    names = ["softmax_cross_entropy", "relu_forward"]
    assert {path.stem for path in folder.iterdir()} == set(names)
    for number, name in enumerate(names):
        text = (folder / f"{name}.json").read_text()
        assert text == json.dumps(generate_cases(name, 2, [7, number]), indent=1) + "\n"
    status, _, err = run(capsys, "assignment", "hidden", "relu_forward", "--to", folder)
    assert status == 2
    assert f"{folder / 'relu_forward.json'} exists already: --force replaces it" in err
    words = ("hidden", "relu_forward", "--to", folder, "--count", 1, "--force")
    assert run(capsys, "assignment", *words)[0] == 0
    assert len(json.loads((folder / "relu_forward.json").read_text())) == 1


def test_the_number_of_hidden_cases_is_at_most_a_hundred(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(case_generators, "generate_cases", lambda *arguments: [arguments])
    words = ("assignment", "hidden", "relu_forward", "--to", tmp_path, "--count")
    assert run(capsys, *words, 100)[0] == 0
    assert json.loads((tmp_path / "relu_forward.json").read_text()) == [["relu_forward", 100, None]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("loss",), [("release", "loss", "t", False)]),
        (("loss", "pooling", "--force"),
         [("release", "loss", "t", True), ("release", "pooling", "t", True)]),
        (("all",), [("release", name, "t", False) for name in ASSIGNMENTS]),
        (("loss", "--nbgrader"), [("release_nbgrader", "loss", "t")]),
    ],
)  # fmt: skip
def test_assignments_are_released_one_by_one(words, expected, capsys, monkeypatch):
    calls = []
    for name in ("release", "release_nbgrader"):
        result = "a" if name == "release_nbgrader" else ["a", "b"]
        monkeypatch.setattr(
            assignments, name, lambda *a, n=name, r=result: calls.append((n, *a)) or r
        )
    status, out, _ = run(capsys, "assignment", "release", *words, "--to", "t")
    assert status == 0
    assert calls == expected
    assert out == ("wrote a\n" if "--nbgrader" in words else len(calls) * "wrote a, b\n")


def test_notebooks_without_jupyter_are_one_sentence(capsys, monkeypatch):
    def release(*arguments):
        raise ImportError("no module nbformat")

    monkeypatch.setattr(assignments, "release", release)
    status, _, err = run(capsys, "assignment", "release", "loss", "--to", "t")
    assert status == 2
    assert "writing notebooks needs Jupyter: " in err
    assert "(no module nbformat)" in err


@pytest.mark.slow
def test_hidden_checks_are_drawn_anew_or_again_and_grade_uses_them(tmp_path, capsys):
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        assert (
            run(
                capsys,
                "assignment",
                "hidden",
                "pooling",
                "--to",
                tmp_path / name,
                "--count",
                2,
                "--seed",
                seed,
            )[0]
            == 0
        )
    one, again, other = (
        (tmp_path / name / "maxpool_forward.json").read_text() for name in ("one", "again", "other")
    )
    assert one == again != other
    assert len(json.loads(one)) == 2
    status, _, err = run(capsys, "assignment", "hidden", "pooling", "--to", tmp_path / "one")
    assert status == 2
    assert "--force replaces it" in err
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "alice.py").write_bytes((SOURCES / "pooling.py").read_bytes())
    status, out, _ = run(
        capsys,
        "grade",
        tmp_path / "class",
        "--out",
        tmp_path / "grades",
        "--hidden",
        tmp_path / "one",
        "--format",
        "md",
    )
    assert status == 0
    assert "1 student, out of 20 points: median 20" in out
    assert "Public and hidden checks passed" in (
        tmp_path / "grades" / "students" / "alice.md"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("none", "--out", "x"), "there is no folder or zip none"),
        (("in", "--out", "x", "--assignment", "pool"), "did you mean 'pooling'"),
        (("in", "--out", "x", "--jobs", "0"), "--jobs must be at least 1"),
        (("in", "--out", "x", "--memory", "0"), "--memory must be greater than 0"),
        (("in", "--out", "x", "--hidden", "in"), "there are no hidden checks"),
        (("in", "--out", "in/x"), "is among the submissions"),
        (("in", "--out", "x"), "is named after an assignment or defines one of its functions"),
    ],
)
def test_grade_refuses_what_it_cannot_use(arguments, words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "alice.py").write_text("x = 1\n")
    status, _, err = run(capsys, "grade", *arguments)
    assert status == 2
    assert words in err
    assert not (tmp_path / "x").exists()
