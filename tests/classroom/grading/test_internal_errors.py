"""Errors of the grader itself: where they are written, and what a student reads."""

import re

import pytest

from minivgg.classroom.grading import internal_errors
from minivgg.classroom.grading.internal_errors import note_error
from minivgg.classroom.isolation.child_process import NotStarted

SENTENCE = "could not be graded: ZeroDivisionError in the grader"


def error(text="division"):
    try:
        raise ZeroDivisionError(text)
    except ZeroDivisionError as raised:
        return raised


def test_tracebacks_are_added_to_the_file_with_when_and_what(tmp_path):
    path = tmp_path / "errors.txt"
    assert note_error(error("première\udcff"), "Ada, loss", path) == SENTENCE
    assert note_error(error("second"), "Ben, loss", path) == SENTENCE
    first, second = path.read_text(encoding="utf-8").split("\n\n")[:2]
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  "
    assert re.match(f"{when}Ada, loss\nTraceback ", first)
    assert first.endswith("ZeroDivisionError: première?")
    assert re.match(f"{when}Ben, loss\nTraceback ", second)
    assert second.endswith("ZeroDivisionError: second")


def test_a_student_reads_that_a_process_did_not_start(tmp_path):
    sentence = "could not be graded: the process did not start"
    assert note_error(NotStarted("no memory"), "Ada", None) == sentence
    assert note_error(error(), "Ada", None) == SENTENCE


def test_a_file_that_cannot_be_written_changes_nothing(tmp_path):
    assert note_error(error(), "Ada", tmp_path) == SENTENCE  # a folder
    assert note_error(error(), "Ada", tmp_path / "none" / "errors.txt") == SENTENCE


def test_only_the_end_of_a_long_traceback_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(internal_errors, "MAX_CHARACTERS", 6)
    note_error(error("abc"), "Ada", tmp_path / "e.txt")
    assert (tmp_path / "e.txt").read_text().endswith("  Ada\n: abc\n\n")


@pytest.mark.parametrize(("before", "is_added"), [(9, True), (10, False), (11, False)])
def test_a_file_grows_up_to_a_limit(before, is_added, tmp_path, monkeypatch):
    monkeypatch.setattr(internal_errors, "MAX_BYTES", 10)
    path = tmp_path / "errors.txt"
    path.write_bytes(b"x" * before)
    note_error(error(), "Ada", path)
    assert (path.stat().st_size > before) == is_added
    assert path.read_bytes().startswith(b"x" * before)
