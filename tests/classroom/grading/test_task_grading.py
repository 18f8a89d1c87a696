"""One function is graded from what its child processes return, whatever that is."""

import math
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.case_generators import generate_cases
from minivgg.classroom.grading import task_grading
from minivgg.classroom.grading.grades import TaskGrade
from minivgg.classroom.grading.task_grading import (
    RunOptions,
    grade_task,
    regrade_with_references,
)
from minivgg.classroom.isolation.child_process import Limits, RunResult
from minivgg.classroom.results import Results
from minivgg.classroom.tasks import Case
from minivgg.classroom.verdict import Verdict

RELU = TASKS["relu_forward"]
HIDDEN = tuple(Case.from_dict(entry) for entry in generate_cases("relu_forward", 3, 7))


def right(x):
    return np.maximum(x, 0)


def records(function, cases=RELU.cases):
    return Results.from_function(function, RELU, cases).records


@pytest.fixture
def run(monkeypatch):
    """Results instead of child processes: the first for the public checks, the next for others."""
    calls = []

    def begin(*results):
        left = list(results)

        def run_isolated(*arguments, **options):
            calls.append((arguments, options))
            result = left.pop(0)
            if isinstance(result, Exception):
                raise result
            return result

        monkeypatch.setattr(task_grading, "run_isolated", run_isolated)
        return calls

    return begin


PUBLIC = RunResult(records(right), printed="hello", remarks=("left out",), seconds=2.0)


def test_public_checks_alone(run):
    calls = run(PUBLIC)
    graded, loaded = grade_task("a.py", RELU, limits=Limits(3), references=("x",))
    assert loaded
    assert graded.verdict.message == "relu_forward: public checks passed."
    assert (graded.public_count, graded.hidden_count) == (len(RELU.cases), 0)
    assert (graded.printed, graded.remarks, graded.seconds) == ("hello", ("left out",), 2.0)
    assert (graded.hidden, graded.timed_out, graded.picture) == (None, False, b"")
    assert calls == [(("a.py", RELU, RELU.cases, Limits(3), ("x",), "auto"), {})]


def test_where_processes_run_is_passed_on(run):
    calls = run(PUBLIC, PUBLIC)
    options = RunOptions("audit", Path("scratch"), hidden_folders=(Path("class"),))
    grade_task("a.py", RELU, options=options)
    grade_task("a.py", RELU, options=RunOptions("bwrap"))
    assert calls[0][0][-1] == "audit"
    assert calls[0][1] == {"scratch": Path("scratch"), "hidden_folders": (Path("class"),)}
    assert (calls[1][0][-1], calls[1][1]) == ("bwrap", {})


@pytest.mark.parametrize(
    ("result", "message", "loaded"),
    [
        (RunResult(problem="takes longer than 3 seconds", kind="time"),
         "relu_forward takes longer than 3 seconds.", True),
        (RunResult(problem="is empty?", kind="exit"), "relu_forward is empty?", True),
        (RunResult(problem="does not define the function relu_forward", kind="missing"),
         "relu_forward: the file does not define the function relu_forward: is it ReLU_Forward?",
         True),
        (RunResult(problem="cannot be imported", kind="SyntaxError", loaded=False),
         "a.py cannot be imported.", False),
        (RunResult(problem="takes longer than 3 seconds", kind="time", loaded=False),
         "a.py takes longer than 3 seconds.", False),
    ],
)  # fmt: skip
def test_a_function_without_results_gets_a_sentence_and_no_hidden_checks(
    result, message, loaded, run, tmp_path
):
    path = tmp_path / "a.py"
    path.write_text("def ReLU_Forward(x): pass\ndef im2col(): pass\n")
    calls = run(RunResult(**{**vars(result), "printed": "p", "remarks": ("r",), "seconds": 1.5}))
    graded, is_loaded = grade_task(path, RELU, HIDDEN)
    assert is_loaded is loaded
    assert (graded.verdict.passed, graded.verdict.score) == (False, 0)
    assert graded.verdict.message == message
    assert graded.timed_out is (result.kind == "time")
    assert (graded.printed, graded.remarks, graded.seconds) == ("p", ("r",), 1.5)
    assert (graded.public_count, graded.hidden_count, len(calls)) == (1, 0, 1)


@pytest.mark.parametrize("defined", ["conv_forward", "something"])
def test_a_function_that_is_missing_is_not_another_one_of_the_course(defined, run, tmp_path):
    path = tmp_path / "a.py"
    path.write_text(f"def {defined}(x): pass\n")
    run(RunResult(problem="does not define conv_forwards", kind="missing"))
    graded, _ = grade_task(path, TASKS["conv_backward"])
    assert graded.verdict.message.endswith("the file does not define conv_forwards.")


def test_hidden_checks_are_run_apart_and_add_their_time(run):
    hidden = RunResult(records(np.abs, HIDDEN), seconds=0.5)
    calls = run(PUBLIC, hidden)
    graded, _ = grade_task("a.py", RELU, HIDDEN, Limits(3), ("x",), RunOptions("audit"))
    assert calls[1] == (("a.py", RELU, HIDDEN, Limits(3), ("x",), "audit"), {})
    assert (graded.hidden_count, graded.seconds, graded.hidden_seconds) == (3, 2.0, 0.5)
    assert "\nWrong, for example: hidden case " in graded.hidden.message
    assert graded.hidden.mistakes == ("absolute-value",)
    assert graded.hidden.picture is None
    assert not graded.timed_out
    assert not graded.hidden_problem


@pytest.mark.parametrize(
    ("result", "problem", "late"),
    [
        (RunResult(problem="takes long", kind="time", seconds=0.5), "takes too long", True),
        (RunResult(problem="raises SECRET", kind="exit", seconds=0.5), "fails", False),
        (RunResult(loaded=False, seconds=0.5), "fails", False),
    ],
)
def test_hidden_checks_without_results(result, problem, late, run):
    run(PUBLIC, result)
    graded, _ = grade_task("a.py", RELU, HIDDEN)
    assert graded.hidden == Verdict(False, 0.0, (), "relu_forward: 0 of 3 hidden checks passed.")
    assert (graded.hidden_problem, graded.timed_out) == (problem, late)
    assert (graded.hidden_seconds, graded.internal_error) == (0.5, "")
    assert graded.verdict.message.endswith(
        f"\n0 of 3 hidden checks passed: relu_forward {problem}."
    )


def test_an_error_of_the_grader_is_noted(run, tmp_path):
    options = RunOptions(errors=tmp_path / "errors.txt")
    run(IndexError("of ours"))
    graded, loaded = grade_task("a.py", RELU, HIDDEN, options=options)
    sentence = "relu_forward could not be graded: IndexError in the grader."
    assert loaded
    assert graded.internal_error == graded.verdict.message == sentence
    assert graded.remarks == (sentence,)
    assert (graded.verdict.passed, graded.verdict.score) == (False, 0)
    assert "a.py, relu_forward\n" in options.errors.read_text()
    run(PUBLIC, IndexError("of ours"))
    graded, _ = grade_task("a.py", RELU, HIDDEN, options=options)
    sentence = "relu_forward, hidden checks: could not be graded: IndexError in the grader."
    assert graded.internal_error == sentence
    assert graded.remarks == ("left out", sentence)
    assert graded.hidden_problem == "could not be graded: IndexError in the grader"
    assert graded.hidden.score == 0
    assert "a.py, relu_forward, hidden checks\n" in options.errors.read_text()


@pytest.mark.parametrize(
    ("picture", "wanted", "expected"),
    [(4, True, 4), (4, False, 0), (None, True, 0), (task_grading.MAX_PICTURE_BYTES, True, 500_000),
     (task_grading.MAX_PICTURE_BYTES + 1, True, 0), (math.nan, True, 0)],
)  # fmt: skip
def test_pictures_are_drawn_where_they_are_wanted_if_that_is_possible(
    picture, wanted, expected, run, monkeypatch
):
    drawing = None if picture is None else lambda: picture
    verdict = Verdict(False, 0.5, (), "wrong", picture=drawing)
    monkeypatch.setattr(task_grading, "grade_results", lambda *_: verdict)
    monkeypatch.setitem(sys.modules, "minivgg.plots.figure", SimpleNamespace(png=bytes))
    run(PUBLIC, PUBLIC)
    graded, _ = grade_task("a.py", RELU, HIDDEN, options=RunOptions(pictures=wanted))
    assert len(graded.picture) == expected
    assert graded.public.picture is graded.hidden.picture is None


def test_a_failed_function_is_graded_again_with_the_references_of_those_before(monkeypatch):
    """Of im2col, conv_forward and conv_backward; col2im comes between the first two."""

    def graded(name, score, **more):
        verdict = Verdict(score == 1, score, (), f"{name}: {score}")
        return TaskGrade(TASKS[name], verdict, seconds=1.0, hidden_seconds=0.5, **more)

    asked = []
    better = {
        "conv_forward": graded("conv_forward", 1.0, public_count=9, picture=b"new"),
        "conv_backward": graded("conv_backward", 0.5, hidden=Verdict(False, 0.5, (), "h"),
                                hidden_count=4, hidden_problem="fails", timed_out=True),
    }  # fmt: skip

    def again(path, task, *arguments):
        asked.append((task.name, *arguments))
        return better.get(task.name, graded(task.name, 0.25)), True

    monkeypatch.setattr(task_grading, "grade_task", again)
    order = [name for name in TASKS if name in ("im2col", "conv_forward", "conv_backward")]
    grades = [graded(name, 0.25, picture=b"old") for name in order]
    internal = graded("maxpool_forward", 0.0, internal_error="x")
    passed = graded("maxpool_backward", 1.0)
    options = RunOptions("audit")
    regrade_with_references(
        "a.py", [*grades, internal, passed], {"conv_forward": HIDDEN}, Limits(3), options
    )
    assert asked == [
        (order[1], HIDDEN if order[1] == "conv_forward" else (), Limits(3), order[:1], options),
        (order[2], HIDDEN if order[2] == "conv_forward" else (), Limits(3), order[:2], options),
    ]
    first, second, third = grades
    assert (first.seconds, second.seconds, second.hidden_seconds) == (1.0, 2.0, 1.0)
    assert second.public.message == (
        f"{order[1]}: 1.0\n(Checked with the reference solution of {order[0]}: a mistake costs "
        "points only once.)"
    )
    assert (second.public_count, second.picture) == (9, b"new")
    assert f"of {order[0]} and {order[1]}: a mistake" in third.public.message
    assert (third.hidden_count, third.hidden_problem, third.timed_out) == (4, "fails", True)


def test_a_second_grading_that_is_no_better_changes_nothing_but_the_time(monkeypatch):
    def graded(name, score):
        return TaskGrade(TASKS[name], Verdict(False, score, (), "old"), seconds=1.0)

    for loaded, score in ((True, 0.25), (False, 0.5)):
        again = TaskGrade(RELU, Verdict(False, score, (), "new"), seconds=2.0)
        monkeypatch.setattr(task_grading, "grade_task", lambda *_, a=again, b=loaded: (a, b))
        grades = [graded("im2col", 0.0), graded("conv_forward", 0.25)]
        regrade_with_references("a.py", grades, {}, None)
        assert [grade.public.message for grade in grades] == ["old", "old"]
        assert [grade.seconds for grade in grades] == [1.0, 3.0]


def test_by_default_nothing_is_drawn_and_the_system_chooses_the_folder(run):
    assert RunOptions() == RunOptions("auto", None, None, False, ())
    run(RunResult(records(np.abs)))
    graded, _ = grade_task("a.py", RELU)
    assert (graded.verdict.passed, graded.picture) == (False, b"")


def test_options_are_never_altered_while_processes_run():
    with pytest.raises(AttributeError):
        RunOptions().pictures = True
