"""The working folder of a grading: used by one at a time, and left clean."""

import os
import stat

import pytest

from minivgg.classroom.grading import work_folder
from minivgg.classroom.grading.work_folder import locked


def test_scratch_is_there_while_the_folder_is_used_and_results_stay(tmp_path):
    work = tmp_path / "new" / ".grading"
    with locked(work) as scratch:
        assert scratch == work.resolve() / f"scratch-{os.getpid()}"
        assert list(scratch.iterdir()) == []
        if os.name == "posix":
            assert stat.S_IMODE(scratch.stat().st_mode) == 0o700
        (scratch / "left").write_text("x")
        (work / "results").mkdir()
    assert sorted(path.name for path in work.iterdir()) == ["lock", "results"]


def test_what_an_ended_grading_has_left_is_removed(tmp_path):
    for name in ("scratch-1", "scratch-2", "other"):
        (tmp_path / name / "folder").mkdir(parents=True)
    with locked(tmp_path) as scratch:
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == ["lock", "other", scratch.name]


def test_a_relative_folder_is_where_it_was_in_the_beginning(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with locked(work_folder.Path("out")) as scratch:
        assert scratch.is_absolute()
        assert scratch.parent == (tmp_path / "out").resolve()


def test_folders_that_were_made_for_nothing_are_removed(tmp_path):
    with locked(tmp_path / "a" / "b"):
        (tmp_path / "a" / "file").write_text("x")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["file"]
    with locked(tmp_path / "c" / "d"):
        pass
    assert not (tmp_path / "c").exists()
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "e"):
        raise ZeroDivisionError
    assert not (tmp_path / "e").exists()


def test_a_folder_that_was_there_before_stays(tmp_path):
    (tmp_path / "a").mkdir()
    with locked(tmp_path / "a"):
        pass
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["lock"]
    (tmp_path / "a" / "results").mkdir()
    with locked(tmp_path / "a"):
        pass
    assert len(list((tmp_path / "a").iterdir())) == 2


def test_a_second_grading_is_refused_and_the_first_goes_on(tmp_path):
    work = tmp_path / "out" / ".grading"
    with locked(work) as scratch:
        with pytest.raises(BlockingIOError) as refused, locked(work):
            pytest.fail("it is in use")
        assert scratch.is_dir()
    assert str(refused.value) == (
        f"another grading is writing to {work.resolve().parent}: wait until it has ended, or "
        "choose another folder with --out"
    )
    with locked(work):
        pass  # it is free again


@pytest.mark.parametrize("error", [PermissionError, BlockingIOError])
def test_a_lock_that_another_one_has_is_refused_on_every_system(error, tmp_path, monkeypatch):
    def refuse(file):
        raise error

    monkeypatch.setattr(work_folder, "_lock", refuse)
    with pytest.raises(BlockingIOError, match="another grading is writing"), locked(tmp_path):
        pytest.fail("it is in use")


def test_a_file_system_without_locks_is_used_all_the_same(tmp_path, monkeypatch):
    def fail(file):
        raise OSError("no locks available")

    monkeypatch.setattr(work_folder, "_lock", fail)
    with locked(tmp_path) as scratch:
        assert scratch.is_dir()
