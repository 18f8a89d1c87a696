"""The last lines of ``minivgg progress``, for work that is given: totals, folders and files."""

from pathlib import Path

import pytest

from minivgg.classroom import course
from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.grading.grades import TaskGrade
from minivgg.classroom.progress import AssignmentProgress, LessonProgress, Progress
from minivgg.classroom.saved_work import Answer
from minivgg.classroom.verdict import Verdict
from minivgg.cli import progress as module
from minivgg.cli.progress import page

EXERCISES = course.exercises_by_lesson()
C, W, N, M = Answer.CORRECT, Answer.WRONG, Answer.NOT_RUN, Answer.MISSING


@pytest.fixture(autouse=True)
def program(monkeypatch):
    """What is typed to start the program."""
    monkeypatch.setattr(module, "program", lambda: "minivgg")


def lesson(number, path=None, answers=None, **more):
    names = EXERCISES[number]
    given = dict(zip(names, answers or [C] * len(names), strict=True))
    return LessonProgress(number, f"Lesson {number}", given, path and Path(path), **more)


def assignments(**paths):
    """All assignments, those with a path done."""
    found = []
    for name, tasks in ASSIGNMENTS.items():
        path = paths.get(name)
        one = AssignmentProgress(name, path and Path(path))
        one.grades = [TaskGrade(task, Verdict(True, 1.0, (), "")) for task in tasks if path]
        found.append(one)
    return found


def end(progress, folder="."):
    return page(progress, Path(folder)).splitlines()[-1]


def test_missing_lessons_and_assignments_go_to_the_folder_of_the_last_file():
    lessons = [lesson("0", "a/0.ipynb"), lesson("1", "b/1.ipynb"), lesson("1b", "c c/1b.ipynb")]
    lessons += [lesson("2", answers=[M, M, M]), lesson("3", answers=[M, M, M])]
    every = assignments(convolution="x/convolution.py")
    assert end(Progress(lessons, every)) == "Next: minivgg lessons 2 --to 'c c'"
    lessons[2].path, lessons[2].damaged = None, Path("d/1b.ipynb")
    assert end(Progress(lessons, every)) == "Next: minivgg lessons 2 --to d"
    every = assignments(convolution="x/1.py", convolution_backward="y/2.py", pooling="z/3.py")
    step = end(Progress([], every), "here")
    assert step.startswith("Next: minivgg assignment release ")
    assert step.endswith(" --to z")
    assert end(Progress([lesson("0", "0.ipynb")], assignments()), "here") == (
        "Next: minivgg assignment release convolution --to here/homework"
    )


@pytest.mark.parametrize(
    ("answers", "has_outputs", "note", "step"),
    [
        ([C, W, M], True, "0.2: not correct yet", "exercise 0.2 in 0.ipynb"),
        ([C, C, M], True, "0.3", "exercise 0.3 in 0.ipynb"),
        ([M, M, M], False, "", "lesson 0 in 0.ipynb"),
        ([M, M, M], True, "0.1", "exercise 0.1 in 0.ipynb"),
        ([C, N, N], False, "0.2: run it and save",
         "run the cells of 0.2, 0.3 in 0.ipynb and save the notebook, which has no outputs of "
         "them"),
        ([N, W, N], False, "0.1: run it and save",
         "run the cells of 0.1, 0.3 in 0.ipynb and save the notebook, which has no outputs of "
         "them"),
    ],
)  # fmt: skip
def test_the_note_of_a_lesson_and_the_next_step_in_it(answers, has_outputs, note, step):
    one = lesson("0", "0.ipynb", answers, has_outputs=has_outputs)
    assert module._lesson_row(one)[3] == note
    assert end(Progress([one], assignments())) == f"Next: {step}"
    assert module._lesson_row(lesson("0", "0.ipynb"))[2:] == ("■■■  3 of 3", "")


def test_totals_are_of_all_lessons_and_assignments():
    every = assignments(convolution="c.py", loss="l.py")
    every[0].grades[0] = TaskGrade(every[0].tasks[0], Verdict(False, 0.25, ("x",), ""))
    first, second = (task.points for task in every[0].tasks)
    points = first / 4 + second + sum(task.points for task in ASSIGNMENTS["loss"])
    total = sum(task.points for tasks in ASSIGNMENTS.values() for task in tasks)
    lessons = [lesson("0", "0.ipynb"), lesson("1", "1.ipynb", [C, W, M])]
    lines = page(Progress(lessons, every), Path()).splitlines()
    assert lines[-2] == f"4 of 6 exercises, {points:g} of {total} points in the public checks"
    assert lines[-1] == "Next: exercise 1.2 in 1.ipynb"
    assert end(Progress([], every)) == "Next: minivgg assignment check c.py"
    every[0].is_loaded = False
    assert module._assignment_note(every[0]) == "cannot be imported"


def test_files_that_are_not_read_and_too_many_files_are_told():
    unread = [(Path(f"{k}.py"), "damaged") for k in range(4)]
    lines = page(Progress([], [], unread[:3]), Path("d")).splitlines()
    assert lines == [
        *(f"not read: {k}.py (damaged)" for k in range(3)),
        "Nothing of the course is in d. Start with: minivgg lessons",
    ]
    lines = page(Progress([], [], unread, has_more_files=True), Path("d")).splitlines()
    assert lines[3:5] == [
        "not read: 1 more",
        "only 1000 files were read: name the folder that holds your work",
    ]
