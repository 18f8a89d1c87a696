"""The lock of a run folder: its owner, other computers, and systems without locks."""

import errno
import json
import os
import socket
from pathlib import Path

import pytest

from minivgg.training import run_lock
from minivgg.training.run_lock import locked
from minivgg.utils.notices import Notice


def test_a_lock_names_its_owner_while_it_is_held(tmp_path):
    with locked(tmp_path):
        owner = json.loads((tmp_path / ".lock").read_text())
        assert owner == {"host": socket.gethostname(), "process": os.getpid()}
        words = f"is in use: process {os.getpid()} on "
        with pytest.raises(BlockingIOError, match=words), locked(tmp_path):
            pass
    assert not (tmp_path / ".lock").exists()


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ('{"host": "elsewhere", "process": 7, "more": 1}' + " " * 40, True),
        ('{"host": "else\\nwhere", "process": 7}', False), ('{"host": 1, "process": 7}', False),
        ('{"host": "elsewhere", "process": "7"}', False), ('{"host": "elsewhere"}', False),
        ("[1]", False), ("", False), ("no text", False),
    ],
)  # fmt: skip
def test_the_lock_of_another_computer_is_told_of_and_replaced(tmp_path, recwarn, text, is_known):
    (tmp_path / ".lock").write_text(text)
    if is_known:
        words = r"\.lock is a lock of process 7 on elsewhere, which has"
        with pytest.warns(Notice, match=words), locked(tmp_path):
            pass
    else:
        with locked(tmp_path):
            owner = json.loads((tmp_path / ".lock").read_text())
            assert owner["process"] == os.getpid()
        assert not [w for w in recwarn if issubclass(w.category, Notice)]


def test_no_descriptor_is_left_open_by_a_refused_lock(tmp_path):
    descriptors = Path("/proc/self/fd")
    before = len(list(descriptors.iterdir())) if descriptors.is_dir() else 0
    with locked(tmp_path):
        for _ in range(3):
            with pytest.raises(BlockingIOError), locked(tmp_path):
                pass
    (tmp_path / ".lock").mkdir()
    with pytest.raises(OSError, match=r"cannot write .*\.lock"), locked(tmp_path):
        pass
    (tmp_path / ".lock").rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / ".lock")
        with pytest.raises(OSError, match="is not an ordinary file: remove it"), locked(tmp_path):
            pass
    if before:
        assert len(list(descriptors.iterdir())) == before


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (errno.ENOLCK, "no locks"), (errno.EOPNOTSUPP, "no locks"), (errno.EAGAIN, "in use"),
        (errno.EACCES, "in use"), (errno.EDEADLK, "in use"), (errno.EIO, "input/output"),
    ],
)  # fmt: skip
def test_what_the_system_says_of_a_lock(tmp_path, monkeypatch, number, outcome):
    fcntl = pytest.importorskip("fcntl")

    def refuse(*arguments):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    if outcome == "no locks":
        with pytest.warns(Notice, match="this file system has no locks"), locked(tmp_path):
            pass
    else:
        with pytest.raises(OSError, match=f"(?i){outcome}") as refused, locked(tmp_path):
            pass
        assert isinstance(refused.value, BlockingIOError) == (outcome == "in use")


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps the names of open files")
def test_a_lock_that_its_last_owner_removes_meanwhile_is_made_anew(tmp_path, monkeypatch):
    """Between the opening of the file and its lock: it is gone, or another one is in its place."""
    take, path = run_lock._take, tmp_path / ".lock"
    for then in (lambda: None, lambda: path.write_text("")):
        calls = []

        def take_late(number, then=then, calls=calls):
            calls.append(number)
            if len(calls) == 1:
                path.rename(tmp_path / "removed")
                then()
            return take(number)

        monkeypatch.setattr(run_lock, "_take", take_late)
        with locked(tmp_path):
            assert json.loads(path.read_text())["process"] == os.getpid()
        assert len(calls) == 2
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(calls[0])


def test_the_owner_in_a_message_is_the_process_and_its_computer(tmp_path):
    with locked(tmp_path):
        for text, owner in (
            (None, f"process {os.getpid()} on {socket.gethostname()}"),
            ('{"host": "there", "process": 7}', "process 7 on there"),
            ("damaged", "another process"),
        ):  # fmt: skip
            if text:
                (tmp_path / ".lock").write_text(text)
            with pytest.raises(BlockingIOError) as refused, locked(tmp_path):
                pass
            assert str(refused.value) == (
                f"{tmp_path} is in use: {owner} is training there; wait for its end, stop it, or "
                "choose another folder"
            )


def test_an_old_lock_of_this_computer_is_replaced_without_a_word(tmp_path, recwarn):
    for text in (json.dumps({"host": socket.gethostname(), "process": 7}), "x" * 300):
        (tmp_path / ".lock").write_text(text)
        with locked(tmp_path):
            owner = json.loads((tmp_path / ".lock").read_text())
            assert owner["process"] == os.getpid()
    assert not recwarn


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps the names of open files")
def test_a_lock_that_somebody_removes_is_not_missed(tmp_path):
    with locked(tmp_path):
        (tmp_path / ".lock").unlink()
    with pytest.raises(ZeroDivisionError), locked(tmp_path):
        raise ZeroDivisionError
    assert not (tmp_path / ".lock").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    words = r"cannot write to the folder .*: file is a file; choose"
    with pytest.raises(OSError, match=words), locked(tmp_path / "file"):
        pass


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_others_may_read_and_write_a_lock_as_far_as_the_user_lets_them(tmp_path):
    before = os.umask(0)
    try:
        with locked(tmp_path):
            assert (tmp_path / ".lock").stat().st_mode & 0o777 == 0o666
    finally:
        os.umask(before)


def test_a_lock_that_is_a_link_or_no_file_is_named(tmp_path):
    (tmp_path / "other").write_text("")
    (tmp_path / ".lock").symlink_to(tmp_path / "other")
    words = r"\.lock is a link: remove it, if no training runs there$"
    with pytest.raises(OSError, match=words), locked(tmp_path):
        pass
    (tmp_path / ".lock").unlink()
    (tmp_path / ".lock").mkdir()
    with pytest.raises(OSError, match=r"cannot write .*\.lock: ") as refused, locked(tmp_path):
        pass
    assert refused.value.errno in (errno.EISDIR, errno.EACCES)
