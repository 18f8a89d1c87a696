"""A folder is removed with all that is in it, and nothing else."""

import os
from pathlib import Path

import pytest

from minivgg.classroom.isolation.removing import remove_folder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and permissions of POSIX")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "scratch"
    for inner in ("a/b/c/d", "moved-0/x/y", "moved-1/x/y", "moved-2", "e"):
        (folder / inner).mkdir(parents=True)
    for file in ("file", "a/file", "a/b/c/moved-1", "moved-0/x/y/file"):
        (folder / file).touch()
    return folder


def test_folders_in_folders_are_removed_whatever_their_names(folder, tmp_path):
    remove_folder(folder)
    assert list(tmp_path.iterdir()) == []


def test_what_links_lead_to_is_left_as_it_is(folder, tmp_path):
    kept = tmp_path / "kept"
    (kept / "inner").mkdir(parents=True)
    (kept / "file").write_text("text")
    kept.chmod(0o750)
    for link in ("link", "a/link"):
        (folder / link).symlink_to(kept)
    (folder / "nowhere").symlink_to("not-there")
    (tmp_path / "outer").symlink_to(kept)
    remove_folder(tmp_path / "outer")
    remove_folder(folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "outer"]
    assert sorted(path.name for path in kept.iterdir()) == ["file", "inner"]
    assert kept.stat().st_mode & 0o777 == 0o750


def test_each_folder_is_made_accessible(tmp_path, monkeypatch):
    """Before it is looked into, and before it is moved."""
    (tmp_path / "scratch/a/b/c").mkdir(parents=True)
    changed = []
    monkeypatch.setattr(Path, "chmod", lambda path, mode: changed.append((path.name, mode)))
    remove_folder(tmp_path / "scratch")
    names = ["scratch", "a", "b", "moved-0", "c", "moved-1"]
    assert changed == [(name, 0o700) for name in names]


def test_a_folder_that_is_not_there_is_no_error(tmp_path):
    remove_folder(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []
