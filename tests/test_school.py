"""A small class as ``python -m benchmarks.school`` generates it: all grades are as expected."""

import sys
import tempfile

import pytest

from benchmarks import school
from minivgg.classroom.grading.class_grading import grade_class
from minivgg.classroom.isolation.child_process import Limits


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform != "linux", reason="the system's limits on memory and files are tested on Linux"
)
def test_every_mark_is_as_expected_and_nothing_is_left_running(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    expected = school.build_class(tmp_path / "class", 20, ["convolution", "relu_dropout"], seed=3)
    students = grade_class(tmp_path / "class", limits=Limits(seconds=5)).students
    assert [student.name for student in students] == sorted(expected)
    tasks = {grade.task.name for grade in students[0].assignments[0].tasks}
    assert tasks == {"im2col", "conv_forward"}
    assert school.unexpected_grades(students, expected) == []
    assert school.running_processes(tmp_path) == []
