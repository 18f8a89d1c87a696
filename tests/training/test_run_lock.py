"""The lock of a run folder: its owner, other computers, and systems without locks."""

import errno
import json
import os
import socket
from pathlib import Path

import pytest

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
