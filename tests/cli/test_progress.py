"""``minivgg progress``: the page that a student reads, and its last line, the next step."""

import io
import json
import re
import sys
from pathlib import Path

import pytest

from minivgg.classroom import course
from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.grading.grades import TaskGrade
from minivgg.classroom.progress import AssignmentProgress, LessonProgress, Progress
from minivgg.classroom.saved_work import Answer
from minivgg.classroom.verdict import Verdict
from minivgg.cli import main
from minivgg.cli.progress import page
from minivgg.utils.tables import display_width

MAX_LINES, MAX_COLUMNS = 45, 80
EXERCISES = course.exercises_by_lesson()
COUNT = sum(map(len, EXERCISES.values()))


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def save_notebook(path, *cells):
    """cells: (source, printed) of each."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    found = [
        {
            "cell_type": "code",
            "source": source,
            "outputs": [{"output_type": "stream", "text": [printed]}] if printed else [],
        }
        for source, printed in cells
    ]
    Path(path).write_text(json.dumps({"cells": found}), encoding="utf-8")


def done(lesson):
    """The cells of a lesson, all with the right answer."""
    return [(f'check(x, "{name}")', f"{name}: correct.\n") for name in EXERCISES[lesson]]


def lines(capsys, *arguments):
    assert main(["progress", *map(str, arguments)]) == 0
    return capsys.readouterr().out.replace("python -m minivgg", "minivgg").splitlines()


def squeezed(rows):
    """Lines with one space between words."""
    return [" ".join(row.split()) for row in rows]


def test_the_page_says_what_is_done_what_is_next_and_fits_a_terminal(capsys):
    save_notebook("lessons/00.ipynb", *done("0"))
    save_notebook("lessons/03.ipynb", *done("3")[:1], ("check(1, '3.2')", "3.2: not correct yet."))
    save_notebook("lessons/04.ipynb", ('check(7, "4.1")', ""))
    main(["assignment", "release", "all", "--to", "homework"])
    capsys.readouterr()
    found = lines(capsys)
    rows = squeezed(found)
    assert "0 Start here ■■■ 3 of 3" in rows
    assert "1 Convolution by hand □□□ 0 of 3 no notebook here" in rows
    assert "3 Receptive fields ■□□ 1 of 3 3.2: not correct yet" in rows
    assert "4 Where the parameters are □□□ 0 of 3 4.1: run it and save" in rows
    assert "1  convolution           □□    0 of 20  im2col" in found
    assert found[-2] == f"4 of {COUNT} exercises, 0 of 200 points in the public checks"
    assert found[-1] == "Next: minivgg lessons 1 --to lessons"
    assert len(found) <= MAX_LINES
    assert max(map(display_width, found)) <= MAX_COLUMNS


def test_the_widest_page_fits_a_terminal():
    """Every note at its longest: no lesson or assignment is done, and every point is a fraction."""
    names = EXERCISES.items()
    wrong = [
        LessonProgress(n, "x" * 35, dict.fromkeys(e, Answer.WRONG), Path("a")) for n, e in names
    ]
    assignments = []
    for name, tasks in ASSIGNMENTS.items():
        for task in tasks:
            one = AssignmentProgress(name, Path("a.py"), True)
            partly = Verdict(False, 0.4567, ("x",), "")
            others = [other for other in tasks if other is not task]
            one.grades = [
                TaskGrade(task, partly),
                *(TaskGrade(other, Verdict(True, 1.0, (), "")) for other in others),
            ]
            assignments.append(one)
    text = page(Progress(wrong, assignments), Path())
    assert re.search(r"linear_to_convolution: \d\.\d\d of \d", text)
    assert max(map(display_width, text.splitlines())) <= MAX_COLUMNS


def test_an_empty_folder_is_told_how_to_begin(capsys):
    assert lines(capsys) == ["Nothing of the course is in this folder. Start with: minivgg lessons"]
    Path("숙제").mkdir()
    (found,) = lines(capsys, "숙제")
    assert found.startswith("Nothing of the course is in 숙제.")


def test_lessons_alone_lead_to_the_first_assignment(capsys):
    save_notebook("00.ipynb", *done("0"))
    save_notebook("01.ipynb", *done("1"))
    found = lines(capsys)
    assert found[-2] == f"6 of {COUNT} exercises"
    assert found[-1] == "Next: minivgg assignment release convolution --to homework"
    assert not any("assignment " in line for line in found[:-1])


def test_assignments_alone_have_a_page_without_lessons(capsys):
    main(["assignment", "release", "pooling", "--to", "내 숙제"])
    capsys.readouterr()
    found = lines(capsys)
    assert found[0].split() == ["assignment", "done", "points", "next"]
    assert found[-1] == "Next: minivgg assignment release convolution --to '내 숙제'"


def test_stubs_are_to_be_written(capsys):
    main(["assignment", "release", "convolution", "--to", "."])
    capsys.readouterr()
    assert lines(capsys)[-1] == "Next: write im2col in convolution.py"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "row", "step"),
    [
        (
            "def im2col(*arguments):\n    return 1\n",
            "1  convolution           □□    0 of 20  im2col: 0 of 10",
            "minivgg assignment check convolution.py",
        ),
        (
            "def im2col(:\n",
            "1  convolution           □□    0 of 20  cannot be imported",
            "minivgg assignment check convolution.py",
        ),
        (
            "def im2col(*arguments):\n    raise NotImplementedError\n"
            "def conv_forward(*arguments):\n    return 1\n",
            "1  convolution           □□    0 of 20  im2col",
            "write im2col in convolution.py",
        ),
    ],
)
def test_a_function_that_fails_is_to_be_checked_and_one_that_is_missing_to_be_written(
    code, row, step, capsys
):
    Path("convolution.py").write_text(code)
    found = lines(capsys)
    assert found[2] == row
    assert found[-1] == f"Next: {step}"


def test_a_function_that_never_ends_is_named(capsys, monkeypatch):
    def grade_task(path, task, limits):
        return TaskGrade(task, Verdict(False, 0.0, (), "too long"), timed_out=True), True

    monkeypatch.setattr("minivgg.classroom.progress.grade_task", grade_task)
    Path("pooling.py").write_text("def maxpool_forward(x, size, stride):\n    return x\n")
    row = next(line for line in lines(capsys) if "pooling" in line)
    assert row == "3  pooling               □□    0 of 20  maxpool_forward: takes too long"


def test_the_next_step_in_a_lesson_is_to_read_it_to_solve_an_exercise_or_to_save_it(capsys):
    save_notebook("00.ipynb", ('check(..., "0.1")', ""))
    assert lines(capsys)[-1] == "Next: lesson 0 in 00.ipynb"
    save_notebook("00.ipynb", *done("0")[:1])
    assert lines(capsys)[-1] == "Next: exercise 0.2 in 00.ipynb"
    save_notebook("00.ipynb", *[(source, "") for source, _ in done("0")])
    assert lines(capsys)[-1] == (
        "Next: run the cells of 0.1, 0.2, 0.3 in 00.ipynb and save the notebook, which has no "
        "outputs of them"
    )


def test_a_damaged_notebook_is_named_and_how_to_get_another(capsys):
    save_notebook("00.ipynb", *done("0"))
    Path("01_convolution_by_hand.ipynb").write_text("{")
    Path("mine.ipynb").write_text("{")
    found = lines(capsys)
    assert "1 Convolution by hand □□□ 0 of 3 cannot be read" in squeezed(found)
    assert "not read: 01_convolution_by_hand.ipynb (not a notebook, or damaged)" in found
    assert "not read: mine.ipynb (not a notebook, or damaged)" in found
    assert found[-1] == (
        "Next: delete or rename 01_convolution_by_hand.ipynb, then: minivgg lessons 1 --to ."
    )


def test_many_files_that_cannot_be_read_stay_on_the_page(capsys):
    for number in range(9):
        Path(f"mine-{number}.ipynb").write_text("{")
    found = lines(capsys)
    assert len(found) == 5
    assert "not read: 6 more" in found


def test_the_end_of_the_course_is_announced():
    lessons = [
        LessonProgress(n, "", dict.fromkeys(e, Answer.CORRECT), Path("a"))
        for n, e in EXERCISES.items()
    ]
    assignments = [AssignmentProgress(name, Path("a.py"), True) for name in ASSIGNMENTS]
    for one in assignments:
        one.grades = [TaskGrade(task, Verdict(True, 1.0, (), "")) for task in one.tasks]
    text = page(Progress(lessons, assignments), Path())
    assert text.endswith("All lessons and assignments are done.")
    for lesson in lessons:
        lesson.path = None
    assert page(Progress(lessons, assignments), Path()).endswith("All assignments are done.")


@pytest.mark.parametrize(
    ("encoding", "boxes"), [("cp1252", "#--"), ("ascii", "#--"), ("cp949", "■□□"), ("utf-8", "■□□")]
)
def test_a_terminal_without_boxes_gets_signs_of_ascii(encoding, boxes, monkeypatch):
    save_notebook("03.ipynb", *done("3")[:1])
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["progress"]) == 0
    out.flush()
    text = out.buffer.getvalue().decode(encoding)
    assert f"Receptive fields                     {boxes}  1 of 3" in text
    assert "?" not in text


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("nowhere", "there is no folder nowhere"),
        ("a.py", "a.py is a file: progress takes the folder that holds your work"),
    ],
)
def test_bad_input_is_one_sentence(folder, words, capsys):
    Path("a.py").write_text("")
    assert main(["progress", folder]) == 2
    assert capsys.readouterr().err == f"minivgg: {words}\n"


def test_nothing_is_written_into_the_folder(capsys):
    save_notebook("03.ipynb", *done("3"))
    before = sorted(Path().rglob("*"))
    lines(capsys)
    assert sorted(Path().rglob("*")) == before


def test_the_command_lessons_names_it_once_copies_are_made(capsys):
    main(["lessons", "--no-open"])
    assert capsys.readouterr().out.endswith("the next step: python -m minivgg progress\n")
    main(["lessons", "--no-open", "--to", "a/b"])
    assert capsys.readouterr().out.endswith("minivgg progress a/b\n")
    main(["lessons", "--no-open"])
    assert "progress" not in capsys.readouterr().out
