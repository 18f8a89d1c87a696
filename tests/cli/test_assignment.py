"""The commands of the classroom: what students and instructors type, and what they are told."""

import json
from pathlib import Path

import pytest

from minivgg.classroom.grading import task_grading
from minivgg.cli import main

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
    ],
)
def test_bad_input_is_one_sentence(arguments, words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.py", "a.txt"):
        (tmp_path / name).write_text("x = 1\n")
    status, _, err = run(capsys, "assignment", *arguments)
    assert status == 2
    assert words in err
    assert err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py", "a.txt"]


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
