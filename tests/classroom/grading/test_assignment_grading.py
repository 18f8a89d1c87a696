"""One assignment of one student: which functions are run, what is kept, and what is only noted."""

import threading

import pytest

from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.grading import assignment_grading
from minivgg.classroom.grading.assignment_grading import (
    Grading,
    Stopped,
    grade_assignment,
    take_from_journal,
)
from minivgg.classroom.grading.grades import AssignmentGrade, TaskGrade
from minivgg.classroom.grading.journal import Journal
from minivgg.classroom.grading.task_grading import RunOptions
from minivgg.classroom.handins.submission import File, Submission
from minivgg.classroom.isolation.child_process import Limits
from minivgg.classroom.tasks import Case
from minivgg.classroom.verdict import Verdict

CASE = Case("one", ())
NAMES = [task.name for task in ASSIGNMENTS["relu_dropout"]]


@pytest.fixture
def submission(tmp_path):
    path = tmp_path / "in.py"
    path.write_text("def relu_forward(x): pass\n")
    return Submission("Ada", [File(path, "mine.py", 0.0)], key="ada")


@pytest.fixture
def grading(tmp_path):
    options = RunOptions("audit", errors=tmp_path / "errors.txt")
    journal = Journal(tmp_path / "work")
    return Grading({"relu_forward": (CASE,)}, Limits(3), options, journal, False, threading.Event())


class Runs:
    """What ``grade_task`` and ``regrade_with_references`` are called with, and return."""

    def __init__(self):
        self.tasks, self.regraded, self.loaded, self.on_run = [], [], True, None

    def grade_task(self, path, task, hidden, limits, *, options):
        """A grade that says which function it is of."""
        self.tasks.append((path, task.name, hidden, limits, options))
        if self.on_run:
            self.on_run(task.name)
        remarks = ("left out", f"of {task.name}")
        verdict = Verdict(self.loaded, float(self.loaded), (), f"says {task.name}")
        return TaskGrade(task, verdict, printed="p", seconds=2.0, remarks=remarks,
                         timed_out=not self.loaded), self.loaded  # fmt: skip

    def regrade(self, *arguments):
        """Change nothing."""
        self.regraded.append(arguments)


@pytest.fixture
def runs(monkeypatch):
    runs = Runs()
    monkeypatch.setattr(assignment_grading, "grade_task", runs.grade_task)
    monkeypatch.setattr(assignment_grading, "regrade_with_references", runs.regrade)
    return runs


def test_every_function_is_run_and_then_those_that_failed_again(submission, grading, runs):
    assignment = AssignmentGrade("relu_dropout")
    path = submission.files[0].path
    assert grade_assignment(submission, assignment, grading) == (path, False)
    assert runs.tasks == [
        (path, name, (CASE,) if name == "relu_forward" else (), grading.limits, grading.options)
        for name in NAMES
    ]
    hidden, limits, options = grading.hidden_cases, grading.limits, grading.options
    assert runs.regraded == [(path, assignment.tasks, hidden, limits, options)]
    assert assignment.file_name == "mine.py"
    about_file, *others = assignment.remarks
    assert "mine.py was graded" in about_file
    assert others == ["left out", *(f"of {name}" for name in NAMES)]  # each sentence once


def test_results_come_from_the_journal_until_something_changes(submission, grading, runs):
    first, second = AssignmentGrade("relu_dropout"), AssignmentGrade("relu_dropout")
    grade_assignment(submission, first, grading)
    path, is_kept = grade_assignment(submission, second, grading)
    assert (path, is_kept, len(runs.tasks)) == (submission.files[0].path, True, len(NAMES))
    assert second == first
    for change in ({"again": True}, {"limits": Limits(4)}, {"journal": None},
                   {"hidden_cases": {}}, {"options": RunOptions("bwrap")}):  # fmt: skip
        runs.tasks.clear()
        other = Grading(**(vars(grading) | change))
        assert not grade_assignment(submission, AssignmentGrade("relu_dropout"), other)[1]
        assert len(runs.tasks) == len(NAMES)
        grade_assignment(submission, first, Grading(**(vars(grading) | {"again": True})))
    submission.files[0].path.write_text("def relu_forward(x): return x\n")
    assert not grade_assignment(submission, second, grading)[1]


def test_a_file_that_cannot_be_imported_is_tried_once(submission, grading, runs):
    runs.loaded = False
    assignment = AssignmentGrade("relu_dropout")
    grade_assignment(submission, assignment, grading)
    assert [name for _, name, *_ in runs.tasks] == NAMES[:1]
    assert not runs.regraded
    messages = [grade.verdict.message for grade in assignment.tasks]
    assert messages == [f"{name}: not graded." for name in NAMES]
    assert [grade.points for grade in assignment.tasks] == [0] * len(NAMES)
    first, *others = assignment.tasks
    assert (first.printed, first.seconds, first.timed_out) == ("p", 2.0, True)
    assert {(g.printed, g.seconds, g.timed_out) for g in others} == {("", 0.0, False)}
    assert assignment.remarks[1:] == [f"says {NAMES[0]}"]


def test_without_a_file_nothing_is_run(grading, runs):
    for one in (grade_assignment, take_from_journal):
        assignment = AssignmentGrade("relu_dropout")
        path, is_current = one(Submission("Ada", [], key="ada"), assignment, grading)
        assert (path, is_current) == (None, one is take_from_journal)
        assert [g.verdict.message for g in assignment.tasks] == [f"{n}: not graded." for n in NAMES]
        assert assignment.remarks == ["There is no file relu_dropout.py."]
    assert not runs.tasks


def test_an_error_of_the_grader_is_noted_for_all_functions(submission, grading, runs):
    runs.on_run = lambda name: 1 / 0
    assignment = AssignmentGrade("relu_dropout")
    path, is_kept = grade_assignment(submission, assignment, grading)
    assert (path, is_kept) == (submission.files[0].path, False)
    sentence = "relu_dropout could not be graded: ZeroDivisionError in the grader."
    assert assignment.remarks == [sentence]
    assert [grade.internal_error for grade in assignment.tasks] == [sentence] * len(NAMES)
    assert [grade.task.name for grade in assignment.tasks] == NAMES
    assert "Ada, relu_dropout\n" in grading.options.errors.read_text()


@pytest.mark.parametrize("last", [None, *NAMES])
def test_nothing_counts_after_a_stop(last, submission, grading, runs):
    if last is None:
        grading.stop.set()
    runs.on_run = lambda name: name == last and grading.stop.set()
    assignment = AssignmentGrade("relu_dropout")
    with pytest.raises(Stopped):
        grade_assignment(submission, assignment, grading)
    assert len(runs.tasks) == (0 if last is None else NAMES.index(last) + 1)
    assert not runs.regraded
    assert not assignment.tasks
    assert grading.journal.read("ada", "relu_dropout", None) is None


def test_a_stop_while_functions_are_graded_again(submission, grading, runs, monkeypatch):
    monkeypatch.setattr(
        assignment_grading, "regrade_with_references", lambda *_: grading.stop.set()
    )
    with pytest.raises(Stopped):
        grade_assignment(submission, AssignmentGrade("relu_dropout"), grading)
    assert grading.journal.read("ada", "relu_dropout", None) is None


def test_earlier_results_are_taken_and_told_apart_from_current_ones(
    submission, grading, runs, monkeypatch
):
    new = AssignmentGrade("relu_dropout")
    assert take_from_journal(submission, new, grading) is None
    graded, kept = AssignmentGrade("relu_dropout"), AssignmentGrade("relu_dropout")
    grade_assignment(submission, graded, grading)
    path = submission.files[0].path
    assert take_from_journal(submission, kept, grading) == (path, True)
    assert kept == graded
    other = Grading(**(vars(grading) | {"limits": Limits(4)}))
    assert take_from_journal(submission, kept, other) == (path, False)
    without = Grading(**(vars(grading) | {"journal": None}))
    assert take_from_journal(submission, kept, without) is None
    monkeypatch.setattr(assignment_grading.choosing, "choose_file", lambda *_: 1 / 0)
    assert take_from_journal(submission, kept, grading) is None
    assert "Ada, relu_dropout\n" in grading.options.errors.read_text()
    assert len(runs.tasks) == len(NAMES)


def test_what_holds_for_a_class_is_never_altered(grading):
    with pytest.raises(AttributeError):
        grading.again = True
