"""Small classes as ``python -m benchmarks.school`` generates them: all grades are as expected."""

import sys
import tempfile

import pytest

from benchmarks import school
from benchmarks.school import classes, mutants, platforms, runs
from minivgg.classroom.grading.class_grading import grade_class
from minivgg.classroom.isolation.child_process import Limits

ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="the system's limits on memory and files are tested on Linux"
)


@pytest.mark.slow
@ON_LINUX
def test_every_mark_is_as_expected_and_nothing_is_left_running(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    expected = school.build_class(tmp_path / "class", 5, ["convolution"], seed=3)
    students = grade_class(tmp_path / "class", limits=Limits(seconds=5)).students
    assert [student.name for student in students] == sorted(expected)
    tasks = {grade.task.name for grade in students[0].assignments[0].tasks}
    assert tasks == {"im2col", "conv_forward"}
    assert school.unexpected_grades(students, expected) == []
    assert school.running_processes(tmp_path) == []


@pytest.mark.slow
@ON_LINUX
def test_a_grading_that_is_killed_and_begun_again_gives_the_same_marks(tmp_path):
    expected = school.build_class(tmp_path / "class", 3, ["loss"], seed=1)
    (tmp_path / "class" / "student 000").rename(tmp_path / "class" / "\x1b]0;eve\x07")
    expected[r"\x1b]0;eve\x07"] = expected.pop("student 000")
    options, scratch = ["--time", "5"], tmp_path / "scratch"
    whole = runs.grade(tmp_path / "class", tmp_path / "whole", scratch, options)
    last, left = runs.grade_with_kills(
        tmp_path / "class", tmp_path / "out", scratch, options, kills=1, seconds=whole.seconds
    )
    assert (whole.status, last.status) == (0, 0)
    assert left == [0]  # it was killed once
    assert list((tmp_path / "out" / ".grading").glob("scratch-*")) == []
    assert not (tmp_path / "out" / "adjustments.csv").exists()
    marks = [classes.read_marks(tmp_path / name / "marks.csv") for name in ("whole", "out")]
    assert marks[0] == marks[1]
    assert classes.unexpected_marks(marks[0], expected) == []


@pytest.mark.slow
@ON_LINUX
def test_damaged_submissions_stop_nobody(tmp_path):
    names = mutants.build_mutants(tmp_path / "class", 10, seed=1)
    options = ["--assignment", "loss", "--time", "5"]
    run = runs.grade(tmp_path / "class", tmp_path / "out", tmp_path / "scratch", options)
    assert run.status == 0, run.words
    assert mutants.silent_rows(classes.read_marks(tmp_path / "out" / "marks.csv"), names) == []


def test_the_hostile_students_are_as_many_as_asked_for():
    for students, hostile in ((200, 20), (35, 1), (12, 0), (5, 5)):
        kinds = classes.kinds_of_students(students, hostile)
        assert (len(kinds), kinds.count("hostile")) == (students, hostile)


def test_missing_rows_and_wrong_points_are_not_as_expected():
    expected = {"ada": {"relu_forward": "right"}, "bob": {"relu_forward": "none"}, "eve": {}}
    marks = {"ada": {"relu_forward": "4"}, "bob": {"relu_forward": "0"}, "mallory": {}}
    assert classes.unexpected_marks(marks, expected) == [
        ("eve", "is missing in marks.csv", "", ""),
        ("ada", "relu_forward", "right", "4"),
        ("mallory", "is in marks.csv, and not in the class", "", ""),
    ]


def test_students_are_known_by_the_letters_or_the_number_of_a_platform():
    persons = platforms.people([({}, {})] * 35)
    names = {platforms.letters(person.name) for person in persons}
    assert len(persons) == len(names) == 35
    marks = {persons[0].login: {"a": "1"}, f"submission_{persons[1].number}": {"a": "2"}}
    rows = platforms.rows_of_persons(marks, persons)
    assert rows == {persons[0].name: {"a": "1"}, persons[1].name: {"a": "2"}}
