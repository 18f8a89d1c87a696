"""Files are replaced whole or not at all."""

import errno
from pathlib import Path

import pytest

from minivgg.utils import files


def test_a_failure_leaves_the_old_file(tmp_path):
    path = tmp_path / "x.txt"
    files.write_text(path, "old")

    def fail():
        with files.replacing(path) as temporary:
            temporary.write_text("half of the n")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match=r"cannot write .*x\.txt: No space left on device"):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_has_the_users_default_permissions(tmp_path):
    """Whatever the writer does: a class must be able to read its instructor's weights."""
    (tmp_path / "plain").write_text("")
    with files.replacing(tmp_path / "x") as temporary:
        temporary.unlink()
        temporary.touch(mode=0o600)
    assert (tmp_path / "x").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(
        OSError, match=r"cannot write .*nowhere.*: No such file or directory; choose another folder"
    ):
        files.write_text(tmp_path / "nowhere" / "x.txt", "new")


def test_on_a_read_only_disk_the_users_own_file_is_named(tmp_path, monkeypatch):
    """There, Linux also refuses to remove a file that does not exist."""

    def refuse(path, *args, **kwargs):
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(Path, "touch", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    message = r"cannot write .*[/\\]a\.csv: Read-only file system; choose another folder$"
    with pytest.raises(OSError, match=message):
        files.write_text(tmp_path / "a.csv", "new")
