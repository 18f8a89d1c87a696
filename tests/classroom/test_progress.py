"""What a folder shows of a student's progress: saved answers, functions, and the next step."""

import contextlib
import io
import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from minivgg.classroom import Verdict, check, course, lessons, progress
from minivgg.classroom.assignments import files_for_students
from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.exercises import EXERCISES
from minivgg.classroom.isolation.child_process import Limits
from minivgg.classroom.lesson_copies import copy_lessons
from minivgg.classroom.progress import AssignmentProgress, LessonProgress, find_progress
from minivgg.classroom.saved_work import Answer, read_saved

ROOT = Path(__file__).parents[2]
SOLVED = ROOT / "lessons" / "assignments"
RELU = "import numpy as np\n\ndef relu_forward(x):\n    return np.maximum(x, 0)\n"


def printed_by(function, *arguments):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        function(*arguments)
    return out.getvalue()


def exercise_cell(name, answer=..., is_run=True):
    """A cell that answers an exercise, with the output that ``check`` has printed."""
    text = "..." if answer is ... else repr(answer)
    cell = nbformat.v4.new_code_cell(f'# the question\ncheck({text}, "{name}")')
    if is_run:
        output = printed_by(check, answer, name)
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=output)]
    return cell


def solved_cell(name, **options):
    exercise = EXERCISES[name]
    if exercise.answer and not exercise.cases:
        return exercise_cell(name, exercise.answer(), **options)
    source = f'def my_function(x):\n    return x\n\n\ncheck(my_function, "{name}")'
    output = nbformat.v4.new_output("stream", name="stdout", text=f"{name}: correct.\n")
    return nbformat.v4.new_code_cell(
        source, outputs=[output] if options.get("is_run", True) else []
    )


def save(path, *cells):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)
    return path


def save_stub(name, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in files_for_students(name).items():
        (folder / file).write_text(text, encoding="utf-8")


def set_age(path, seconds):
    """Let a file have been changed so many seconds ago."""
    changed = path.stat().st_mtime - seconds
    os.utime(path, (changed, changed))


def lesson(found, number):
    return next(one for one in found.lessons if one.number == number)


def assignment(found, name):
    return next(one for one in found.assignments if one.name == name)


# the order of the course


def test_the_tables_and_the_guides_name_the_lessons_that_an_assignment_needs():
    readme = (SOLVED / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+ \| `(\w+)` \| .+ \| ([\d, ]+) \|$", readme, re.MULTILINE)
    needed = {name: tuple(numbers.split(", ")) for name, numbers in rows}
    assert list(needed) == list(ASSIGNMENTS)
    assert needed == course.NEEDED_LESSONS
    teaching = (ROOT / "docs" / "guides" / "teaching.md").read_text(encoding="utf-8")
    last = re.findall(r"^\| (\d+) \| `(\w+)` \| .+ \| \d+ \|$", teaching, re.MULTILINE)
    assert {name: number for number, name in last} == {
        name: numbers[-1] for name, numbers in needed.items()
    }
    for name, numbers in needed.items():
        guide = (SOLVED / "guides" / f"{name}.py").read_text(encoding="utf-8")
        (line,) = re.findall(r"^# Prerequisites?: (.*)$", guide, re.MULTILINE)
        assert tuple(re.findall(r"\d+", line)) == numbers


def test_each_lesson_and_assignment_is_one_step_and_follows_the_lessons_that_it_needs():
    steps = course.steps()
    numbers = [number for number, _, _ in lessons.table()]
    assert [step for step in steps if step not in ASSIGNMENTS] == numbers
    assert [step for step in steps if step in ASSIGNMENTS] == list(ASSIGNMENTS)
    for name, needed in course.NEEDED_LESSONS.items():
        assert all(steps.index(number) < steps.index(name) for number in needed)


# exercises


def test_answers_count_as_the_notebook_was_saved(tmp_path):
    """Right, wrong, answered but not run, and the three dots."""
    save(
        tmp_path / "03_receptive_fields.ipynb",
        solved_cell("3.1"),
        exercise_cell("3.2", 1),
        solved_cell("3.3", is_run=False),
    )
    save(tmp_path / "04_parameter_counts.ipynb", exercise_cell("4.1"), exercise_cell("4.2"))
    found = find_progress(tmp_path)
    third, fourth = lesson(found, "3"), lesson(found, "4")
    assert list(third.answers.values()) == [Answer.CORRECT, Answer.WRONG, Answer.NOT_RUN]
    assert (third.done, third.is_done, third.next_exercise) == (1, False, "3.2")
    assert list(fourth.answers.values()) == [Answer.MISSING] * 3
    assert fourth.is_started, "it has outputs"


@pytest.mark.parametrize("name", EXERCISES)
def test_the_correct_answer_to_every_exercise_is_recognised(name, tmp_path):
    saved = read_saved(save(tmp_path / "any.ipynb", solved_cell(name)))
    assert saved.answers == {name: Answer.CORRECT}


def test_fresh_copies_are_not_started(tmp_path):
    copy_lessons(tmp_path / "copies")
    found = find_progress(tmp_path)
    for one in found.lessons:
        assert one.path.parent == tmp_path / "copies"
        assert (one.done, one.is_started) == (0, False)
    assert found.next_step is found.lessons[0]
    assert not found.has_assignments


def test_the_first_of_two_cells_for_an_exercise_does_not_hide_the_second(tmp_path):
    """Lesson 0 shows exercise 0.1 before it is answered."""
    save(tmp_path / "a.ipynb", exercise_cell("0.1"), solved_cell("0.1"), exercise_cell("0.1", 1))
    assert lesson(find_progress(tmp_path), "0").answers["0.1"] is Answer.CORRECT


def test_an_answer_in_a_variable_or_over_several_lines_is_an_answer(tmp_path):
    several = nbformat.v4.new_code_cell('check(\n    [1,\n     2],\n    name="9.3",\n)')
    save(tmp_path / "a.ipynb", nbformat.v4.new_code_cell('check(x, "9.2")'), several)
    answers = read_saved(tmp_path / "a.ipynb").answers
    assert answers == {"9.2": Answer.NOT_RUN, "9.3": Answer.NOT_RUN}


def test_a_cell_that_failed_is_not_done(tmp_path):
    cell = nbformat.v4.new_code_cell('check(r, "3.1")')
    error = {"ename": "NameError", "evalue": "name 'r' is not defined", "traceback": []}
    cell.outputs = [nbformat.v4.new_output("error", **error)]
    assert read_saved(save(tmp_path / "a.ipynb", cell)).answers == {"3.1": Answer.WRONG}


def test_what_is_correct_in_any_copy_counts_and_the_further_copy_is_named(tmp_path):
    save(tmp_path / "old" / "03.ipynb", solved_cell("3.1"), exercise_cell("3.2"))
    further = save(
        tmp_path / "Copy of 03.ipynb", exercise_cell("3.1"), solved_cell("3.2"), solved_cell("3.3")
    )
    set_age(further, 1000)
    found = lesson(find_progress(tmp_path), "3")
    assert found.is_done
    assert found.path == further


def test_an_exercise_in_the_notebook_of_another_lesson_counts_for_its_own(tmp_path):
    save(tmp_path / "03.ipynb", solved_cell("3.1"), solved_cell("4.1"))
    own = save(tmp_path / "04.ipynb", exercise_cell("4.1"), exercise_cell("4.2"))
    found = find_progress(tmp_path)
    assert (lesson(found, "3").done, lesson(found, "4").done) == (1, 1)
    assert lesson(found, "4").path == own, "where the next exercise is"


def test_copies_are_named_rather_than_the_untouched_originals(tmp_path, monkeypatch):
    original = save(tmp_path / "lessons" / "03.ipynb", exercise_cell("3.1", is_run=False))
    copy = save(tmp_path / "mine" / "03.ipynb", exercise_cell("3.1", is_run=False))
    set_age(copy, 1000)
    assert lesson(find_progress(tmp_path), "3").path == original
    titles = lessons.table()
    monkeypatch.setattr(lessons, "table", lambda: titles)
    monkeypatch.setattr(lessons, "folder", lambda: original.parent)
    assert lesson(find_progress(tmp_path), "3").path == copy


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe{", b"[]", b'{"cells": 3}', b'{"cells": [{}]}', b"[" * 100_000, b"{}"],
)
def test_a_damaged_notebook_is_named_and_the_others_count(content, tmp_path):
    damaged = tmp_path / "03_receptive_fields.ipynb"
    damaged.write_bytes(content)
    save(tmp_path / "04.ipynb", solved_cell("4.1"))
    found = find_progress(tmp_path)
    assert found.unread == [(damaged, "not a notebook, or damaged")]
    assert (lesson(found, "3").path, lesson(found, "3").damaged) == (None, damaged)
    assert lesson(found, "4").done == 1


# assignments


def test_stubs_are_not_run(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "grade_task", lambda *a, **k: pytest.fail("it was run"))
    for name in ASSIGNMENTS:
        save_stub(name, tmp_path / "homework")
    found = find_progress(tmp_path)
    for one in found.assignments:
        assert one.path == tmp_path / "homework" / f"{one.name}.py"
        assert (one.is_written, one.points, one.is_done) == (False, 0, False)
        assert one.next_task == one.tasks[0]


@pytest.mark.slow
def test_solved_and_half_solved_assignments_have_the_points_of_the_public_checks(tmp_path):
    shutil.copy(SOLVED / "pooling.py", tmp_path)
    (tmp_path / "relu_dropout.py").write_text(f"{RELU}\ndef relu_backward(dy, x):\n    return dy\n")
    found = find_progress(tmp_path)
    pooling, relu = assignment(found, "pooling"), assignment(found, "relu_dropout")
    assert pooling.is_done
    assert pooling.points == pooling.max_points == 20
    assert pooling.next_task is None
    assert relu.passed == [True, False, False, False]
    assert relu.next_task.name == "relu_backward"
    assert relu.tasks[0].points <= relu.points < relu.max_points
    assert found.next_step is assignment(found, "convolution"), "without notebooks of lessons"


@pytest.mark.slow
def test_one_file_that_cannot_be_read_and_one_endless_loop_do_not_stop_the_others(tmp_path):
    (tmp_path / "convolution.py").write_text("def im2col(x:\n")
    (tmp_path / "pooling.py").write_text(
        "def maxpool_forward(x, size, stride):\n    while True:\n        pass\n"
        "def maxpool_backward(dy, x, size, stride):\n    return dy\n"
    )
    (tmp_path / "relu_dropout.py").write_text(RELU)
    found = find_progress(tmp_path, Limits(seconds=3))
    assert not assignment(found, "convolution").is_loaded
    endless = assignment(found, "pooling")
    assert [grade.timed_out for grade in endless.grades] == [True], "waited for once"
    assert assignment(found, "relu_dropout").passed[0]


def graded_paths(folder, monkeypatch):
    """The file that is chosen for each assignment with written functions."""
    chosen = {}
    monkeypatch.setattr(
        progress, "_grade", lambda one, limits: chosen.update({one.name: one.path.name})
    )
    find_progress(folder)
    return chosen


def test_the_newest_written_file_is_checked(tmp_path, monkeypatch):
    """Not the stubs beside it, and not a newer file of another name."""
    save_stub("relu_dropout", tmp_path)
    old, new = tmp_path / "relu_dropout (1).py", tmp_path / "relu_dropout (2).py"
    for path in (old, new, tmp_path / "experiment.py"):
        path.write_text(RELU)
    set_age(old, 2000)
    set_age(new, 1000)
    assert graded_paths(tmp_path, monkeypatch) == {"relu_dropout": new.name}


def test_a_file_of_any_name_and_the_guide_count_once_functions_are_written_in_them(
    tmp_path, monkeypatch
):
    save_stub("loss", tmp_path)
    guide = tmp_path / "loss_guide.ipynb"
    (tmp_path / "hw1.py").write_text(RELU)
    assert graded_paths(tmp_path, monkeypatch) == {"relu_dropout": "hw1.py"}
    notebook = nbformat.read(guide, 4)
    code = "def softmax_cross_entropy(logits, labels):\n    return 0, logits"
    notebook.cells.append(nbformat.v4.new_code_cell(code))
    nbformat.write(notebook, guide)
    assert graded_paths(tmp_path, monkeypatch) == {"relu_dropout": "hw1.py", "loss": guide.name}


def test_a_function_that_was_tried_in_the_notebook_of_a_lesson_is_no_assignment(tmp_path):
    save(tmp_path / "05.ipynb", nbformat.v4.new_code_cell(RELU), exercise_cell("5.1"))
    assert not find_progress(tmp_path).has_assignments


@pytest.mark.parametrize(
    ("code", "is_written"),
    [
        ('def f():\n    """What."""\n    raise NotImplementedError("f is not written yet")', False),
        ("def f():\n    raise NotImplementedError", False),
        ("def f():\n    return 1\n    raise NotImplementedError", True),
        ("def f():\n    raise ValueError", True),
        ('def f():\n    """What."""', True),
        ("def f(:", True),
        ("# -*- coding: utf-8 -*-\ndef f():\n    return '\\d'", True),
    ],
)
def test_a_stub_is_a_function_that_only_raises(code, is_written, tmp_path):
    path = tmp_path / "a.py"
    path.write_text(code)
    assert read_saved(path).functions == {"f": is_written}


# folders


def test_hidden_and_deeper_folders_are_left_out(tmp_path):
    for folder in (".ipynb_checkpoints", ".venv", "__MACOSX", "a/b"):
        save(tmp_path / folder / "03.ipynb", solved_cell("3.1"))
    save(tmp_path / "._03.ipynb", solved_cell("3.1"))
    assert not find_progress(tmp_path).has_lessons
    assert find_progress(tmp_path / "a").has_lessons


def test_only_so_many_files_are_read_those_of_the_folder_first(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "MAX_FILES", 2)
    for name in ("a/01.ipynb", "02.ipynb", "03.ipynb"):
        save(tmp_path / name, solved_cell(f"{int(name[-8:-6])}.1"))
    found = find_progress(tmp_path)
    assert [one.number for one in found.lessons if one.path] == ["2", "3"]
    assert found.has_more_files


def test_an_inner_folder_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    locked, iterdir = tmp_path / "locked", Path.iterdir
    locked.mkdir()

    def refuse(path):
        if path == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return iterdir(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    save(tmp_path / "03.ipynb", solved_cell("3.1"))
    found = find_progress(tmp_path)
    assert found.unread == [(locked, "Permission denied")]
    assert lesson(found, "3").done == 1


def test_a_file_that_is_too_large_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("minivgg.classroom.saved_work.MAX_FILE_BYTES", 2**20)
    (tmp_path / "large.py").write_bytes(b"#" * (2**20 + 1))
    assert find_progress(tmp_path).unread == [(tmp_path / "large.py", "larger than 1 MB")]


# the next step

ALL = tuple(course.exercises_by_lesson())


def with_done(lessons_done, assignments_done=(), notebooks=ALL):
    """A progress in which some lessons and assignments are done."""
    found = progress.Progress([], [])
    for number, names in course.exercises_by_lesson().items():
        answer = Answer.CORRECT if number in lessons_done else Answer.MISSING
        path = Path(f"{number}.ipynb") if number in notebooks else None
        found.lessons.append(LessonProgress(number, "", dict.fromkeys(names, answer), path))
    for name in ASSIGNMENTS:
        one = AssignmentProgress(name)
        if name in assignments_done:
            passed = Verdict(True, 1.0, (), "")
            one.grades = [progress.TaskGrade(task, passed) for task in one.tasks]
        found.assignments.append(one)
    return found


@pytest.mark.parametrize(
    ("lessons_done", "assignments_done", "step"),
    [
        ((), (), "0"),
        (("0",), (), "1"),
        (("0", "1"), (), "convolution"),
        (("0", "1", "1b", "3"), ("convolution",), "2"),
        (ALL[: ALL.index("8")], list(ASSIGNMENTS)[:6], "architecture"),
        (ALL, list(ASSIGNMENTS), None),
    ],
)
def test_the_next_step_is_the_first_of_the_course_that_is_not_done(
    lessons_done, assignments_done, step
):
    found = with_done(lessons_done, assignments_done).next_step
    assert getattr(found, "number", getattr(found, "name", None)) == step


def test_without_notebooks_the_next_step_is_an_assignment():
    assert with_done((), ("convolution",), ()).next_step.name == "convolution_backward"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the libraries that run notebooks
def test_a_lesson_that_jupyter_has_run_counts(tmp_path):
    """Lesson 0, with one right answer and one wrong answer."""
    source = next(iter(lessons.sources(["0"])))
    text = source.read_text(encoding="utf-8")
    answer = EXERCISES["0.2"].answer()
    text = text.replace('check(..., "0.2")', f'check({answer}, "0.2")')
    text = text.replace('check(my_accuracy, "0.3")', 'check(1, "0.3")')
    changed = tmp_path / source.name
    changed.write_text(text, encoding="utf-8")
    nbformat.write(lessons.execute(changed), tmp_path / "mine.ipynb")
    found = lesson(find_progress(tmp_path), "0")
    assert list(found.answers.values()) == [Answer.MISSING, Answer.CORRECT, Answer.WRONG]
    assert found.next_exercise == "0.1"
