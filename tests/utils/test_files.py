"""Files are replaced whole or not at all."""

import errno
import os
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

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    message = r"cannot write .*[/\\]a\.csv: Read-only file system; choose another folder$"
    with pytest.raises(OSError, match=message):
        files.write_text(tmp_path / "a.csv", "new")


def test_a_link_that_waits_under_the_name_of_a_temporary_file_is_not_written_through(
    tmp_path, monkeypatch
):
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    monkeypatch.setattr(files.secrets, "token_hex", lambda count: "0" * 2 * count)
    names = (".x.csv.tmp", f"{files.TEMPORARY}{'0' * 16}.tmp")  # of earlier versions, and guessed
    (tmp_path / names[0]).symlink_to(victim)
    files.write_text(tmp_path / "x.csv", "new")
    (tmp_path / names[1]).symlink_to(victim)
    with pytest.raises(OSError, match=r"cannot write .*x\.csv: File exists"):
        files.write_text(tmp_path / "x.csv", "newer")
    assert victim.read_text() == "mine"
    assert (tmp_path / "x.csv").read_text() == "new"
    assert not (tmp_path / "x.csv").is_symlink()
    assert (tmp_path / names[0]).is_symlink()  # what is not ours is not removed


def test_a_link_at_the_place_of_a_file_is_replaced_and_not_followed(tmp_path):
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.write_text("old")
    (tmp_path / "results.csv").symlink_to(elsewhere)
    files.write_text(tmp_path / "results.csv", "new")
    assert elsewhere.read_text() == "old"
    assert not (tmp_path / "results.csv").is_symlink()


def test_names_of_temporary_files_differ_and_are_short(tmp_path):
    """Two programs that write one file do not share it; a name of 255 bytes leaves no room."""
    path = tmp_path / ("x" * 255)
    with files.replacing(path) as first, files.replacing(path) as second:
        assert first != second
        first.write_text("a")
        second.write_text("b")
    assert path.read_text() == "a"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_program_left_is_removed_and_nothing_else(tmp_path):
    with files.replacing(tmp_path / "x.csv") as temporary:
        left = temporary.name
    leftovers = [left, ".config.json.tmp", ".history.csv.tmp", ".tmpAb12Cd"]
    kept = ["model.tmp", ".tmp", ".tmpAb12Cd.csv", ".bashrc", ".minivgg-notes", "x.csv"]
    for name in (*leftovers, *kept):
        (tmp_path / name).write_text("")
    (tmp_path / ".tmpFolder").mkdir()
    (tmp_path / ".epoch-0001.d.tmp").symlink_to(tmp_path / "x.csv")
    removed = files.remove_leftovers(tmp_path)
    assert sorted(path.name for path in removed) == sorted(leftovers)
    found = {path.name for path in tmp_path.iterdir()}
    assert found == {*kept, ".tmpFolder", ".epoch-0001.d.tmp"}
    assert files.remove_leftovers(tmp_path / "nowhere") == []


def test_a_folder_that_cannot_be_made_is_named_before(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    files.check_writable(tmp_path / "new" / "deeper")
    files.check_writable(tmp_path)
    for path in (tmp_path / "file", tmp_path / "file" / "x" / "y"):
        with pytest.raises(OSError, match=r"cannot write to the folder .*: file is a file; choose"):
            files.check_writable(path)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(OSError, match=r"cannot write to the folder .*: Permission denied"):
        files.check_writable(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_an_ordinary_file_up_to_a_size_is_read_and_nothing_else(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"12345")
    assert files.read_regular(path, 5) == b"12345"
    with pytest.raises(ValueError, match="x has more than 4 bytes"):
        files.read_regular(path, 4)
    with pytest.raises((ValueError, OSError)):
        files.read_regular(tmp_path, 5)
    assert files.is_regular(path)
    assert not files.is_regular(tmp_path)
    assert not files.is_regular(tmp_path / "none")
    (tmp_path / "link").symlink_to(path)
    assert not files.is_regular(tmp_path / "link")
    with pytest.raises(OSError, match="link"):
        files.read_regular(tmp_path / "link", 5)


def test_json_that_lacks_something_is_damaged(tmp_path):
    path = tmp_path / "x.json"
    for text, words in (
        ('{"a": 1}', "is damaged: it lacks 'b'"), ("[1]", "is damaged: it lacks 'an object'"),
        ("{", "is missing or damaged"), (None, "is missing or damaged"),
    ):  # fmt: skip
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_text(text)
        with pytest.raises(OSError, match=rf"x\.json {words}"):
            files.read_json(path, ["a", "b", "c"])
    path.write_text('{"a": 1}')
    assert files.read_json(path, ["a"]) == files.read_json(path) == {"a": 1}


def test_bytes_of_names_that_are_not_utf8_are_written_as_escapes(tmp_path):
    files.write_text(tmp_path / "x", "M\udcfcller \udc80\udcff ü")
    assert (tmp_path / "x").read_text("utf-8") == r"M\xfcller \x80\xff ü"


def test_files_and_folders_are_flushed_to_disk(tmp_path, monkeypatch):
    flushed = []
    monkeypatch.setattr(os, "fsync", lambda number: flushed.append(os.fstat(number).st_ino))
    (tmp_path / "x").write_text("")
    os.chmod(tmp_path / "x", 0o400)  # noqa: PTH101
    files.flush_to_disk(tmp_path / "x")
    files.flush_to_disk(tmp_path)
    assert flushed == [(tmp_path / "x").stat().st_ino, tmp_path.stat().st_ino]


def test_a_folder_that_cannot_be_made_says_why(tmp_path):
    files.make_folder(tmp_path / "a" / "b")
    files.make_folder(tmp_path / "a" / "b")
    (tmp_path / "file").write_text("")
    for path, number, reason in (
        (tmp_path / "file", errno.EEXIST, "there is a file of this name"),
        (tmp_path / "file" / "x", errno.ENOTDIR, os.strerror(errno.ENOTDIR)),
    ):
        with pytest.raises(OSError, match="cannot create the folder") as refused:
            files.make_folder(path)
        assert (refused.value.errno, refused.value.strerror) == (
            number, f"cannot create the folder {path}: {reason}; choose another folder",
        )  # fmt: skip
