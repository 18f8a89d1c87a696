"""A child process that does not start is not the submission's fault."""

import sys

import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.task_grading import RunOptions, grade_task
from minivgg.classroom.isolation import bubblewrap, child_process
from minivgg.classroom.isolation.child_process import Limits, NotStarted, run_isolated
from minivgg.cli import main

TASK = TASKS["relu_forward"]
RIGHT = "print('hello')\n\n\ndef relu_forward(x):\n    return (x + abs(x)) / 2\n"
FAILING = [sys.executable, "-c", "raise SystemExit('Resource temporarily unavailable')"]
MISSING = ["/there/is/no/such/program"]
LIMITS = Limits(seconds=20)


@pytest.fixture
def fail(monkeypatch):
    """Let the first starts run another command."""
    real = bubblewrap.command
    monkeypatch.setattr(child_process, "PAUSE_SECONDS", 0)

    def set_up(command, times):
        left = [command] * times
        monkeypatch.setattr(bubblewrap, "command", lambda *a: left.pop() if left else real(*a))

    return set_up


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "class" / "ada" / "relu_dropout.py"
    path.parent.mkdir(parents=True)
    path.write_text(RIGHT)
    return path


@pytest.mark.parametrize("command", [FAILING, MISSING], ids=["exits", "is missing"])
def test_a_failed_start_is_tried_again_once(command, fail, path):
    fail(command, 1)
    result = run_isolated(path, TASK, TASK.cases, LIMITS, isolation="audit")
    assert (result.problem, result.printed) == ("", "hello\n")
    fail(command, 2)
    with pytest.raises(NotStarted):
        run_isolated(path, TASK, TASK.cases, LIMITS, isolation="audit")


def test_a_function_whose_process_does_not_start_is_told_from_a_wrong_one(fail, path, tmp_path):
    options = RunOptions("audit", errors=tmp_path / "errors.txt")
    fail(FAILING, 2)
    graded, loaded = grade_task(path, TASK, (), LIMITS, options=options)
    assert loaded
    sentence = "relu_forward could not be graded: the process did not start."
    assert graded.internal_error == graded.verdict.message == sentence
    assert "Resource temporarily unavailable" in options.errors.read_text()


def test_a_class_with_failed_starts_is_told_and_graded_when_it_is_run_again(
    fail, path, tmp_path, capsys
):
    fail(FAILING, 2)
    out = tmp_path / "out"
    command = ["grade", str(path.parents[1]), "--out", str(out), "--isolation", "audit"]
    assert main(command) == 0
    assert "note: some functions of ada could not be graded" in capsys.readouterr().out
    assert not list((out / ".grading").glob("results/*.json"))
    assert main(command) == 0
    assert "could not be graded" not in capsys.readouterr().out
    assert list((out / ".grading").glob("results/*.json"))
