"""A learner's copies of the lessons: complete, updated, and never written over what was changed."""

import json

import pytest

from minivgg.classroom import lesson_copies, lessons
from minivgg.classroom.lesson_copies import RECORD, copy_lessons


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A folder of two lessons, of which the second shows a figure."""
    folder = tmp_path / "course"
    (folder / "figures").mkdir(parents=True)
    (folder / "01_one.ipynb").write_text("one")
    (folder / "01_one.py").write_text("source")
    (folder / "02_two.ipynb").write_text("two ![shown](figures/shown.png)")
    (folder / "figures" / "shown.png").write_bytes(b"png")
    (folder / "figures" / "other.png").write_bytes(b"png")
    monkeypatch.setattr(lessons, "folder", lambda: folder)
    return folder


def names(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_the_copies_are_the_notebooks_and_the_figures_that_they_show(course, tmp_path):
    copies = copy_lessons(tmp_path / "mine")
    assert names(tmp_path / "mine") == [
        RECORD,
        "01_one.ipynb",
        "02_two.ipynb",
        "figures/shown.png",
    ]
    assert len(copies.written) == 3
    assert copies.kept == []


def test_a_changed_copy_is_kept_and_an_unchanged_one_is_updated(course, tmp_path):
    mine = tmp_path / "mine"
    copy_lessons(mine)
    (mine / "01_one.ipynb").write_text("one, with my answers")
    for lesson in ("01_one", "02_two"):
        (course / f"{lesson}.ipynb").write_text("a new version")
    copies = copy_lessons(mine)
    assert copies.kept == [mine / "01_one.ipynb"]
    assert copies.written == [mine / "02_two.ipynb"]
    assert (mine / "01_one.ipynb").read_text() == "one, with my answers"
    assert (mine / "02_two.ipynb").read_text() == "a new version"
    assert copy_lessons(mine).kept == [mine / "01_one.ipynb"], "and it is kept the next time"


def test_nothing_is_written_the_second_time_and_a_removed_copy_comes_back(course, tmp_path):
    mine = tmp_path / "mine"
    copy_lessons(mine)
    assert copy_lessons(mine).written == []
    (mine / "01_one.ipynb").unlink()
    assert copy_lessons(mine).written == [mine / "01_one.ipynb"]


@pytest.mark.parametrize("record", [None, "", "[1]", "{", '{"01_one.ipynb": 7}'])
def test_a_file_of_unknown_origin_is_kept(record, course, tmp_path):
    """Somebody else's file of the same name, or a record that is missing or damaged."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "01_one.ipynb").write_text("my own notes")
    if record is not None:
        (mine / RECORD).write_text(record)
    copies = copy_lessons(mine)
    assert copies.kept == [mine / "01_one.ipynb"]
    assert (mine / "01_one.ipynb").read_text() == "my own notes"
    assert "02_two.ipynb" in json.loads((mine / RECORD).read_text())


def test_an_interrupted_copying_loses_nothing_and_is_completed(course, tmp_path, monkeypatch):
    mine = tmp_path / "mine"
    monkeypatch.setattr(lesson_copies, "write_text", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        copy_lessons(mine)  # the copies are there, and the record is not
    monkeypatch.undo()
    monkeypatch.setattr(lessons, "folder", lambda: course)
    assert copy_lessons(mine).written == []
    (course / "01_one.ipynb").write_text("a new version")
    assert copy_lessons(mine).written == [mine / "01_one.ipynb"]
