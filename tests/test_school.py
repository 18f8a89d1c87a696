"""A small generated class, as ``python -m benchmarks.school`` grades a large one: all marks as expected, nothing left running."""

import sys
import tempfile

import pytest

from benchmarks import school
from minivgg.classroom import grading
from minivgg.classroom.isolation import Limits


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform != "linux", reason="limits on memory and files are the system's: tried on Linux"
)
def test_every_mark_is_as_expected_and_nothing_is_left_running(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    expected = school.build(tmp_path / "class", 20, ["convolution", "relu_dropout"], seed=3)
    graded = grading.grade(tmp_path / "class", limits=Limits(seconds=5))
    assert [student.name for student in graded] == sorted(expected)
    assert {mark.task.name for mark in graded[0].works[0].marks} == {"im2col", "conv_forward"}
    assert school.unexpected(graded, expected) == []
    assert school.left_running(tmp_path) == []
