"""Texts are UTF-8 whatever the system's encoding is, and other ends of what files can be."""

import io
import os
from pathlib import Path

import pytest

from minivgg.utils import files


def test_texts_are_utf8_on_a_system_with_another_encoding(tmp_path, monkeypatch):
    monkeypatch.setattr(io, "text_encoding", lambda encoding, stacklevel=2: encoding or "latin-1")
    files.write_text(tmp_path / "x.json", '{"ü": "나"}')
    assert (tmp_path / "x.json").read_bytes() == '{"ü": "나"}'.encode()
    assert files.read_json(tmp_path / "x.json", ["ü"]) == {"ü": "나"}


def test_a_name_that_no_system_allows_is_no_file():
    assert not files.is_regular("a\0b")


def test_a_leftover_that_cannot_be_removed_does_not_keep_the_others(tmp_path, monkeypatch):
    names = [".a.b.tmp", ".c.d.tmp", ".e.f.tmp"]
    for name in names:
        (tmp_path / name).write_text("")
    unlink = Path.unlink

    def refuse(path):
        if path.name == names[1]:
            raise PermissionError
        unlink(path)

    monkeypatch.setattr(Path, "unlink", refuse)
    assert [path.name for path in files.remove_leftovers(tmp_path)] == [names[0], names[2]]
    assert [path.name for path in tmp_path.iterdir()] == [names[1]]


def test_a_folder_is_judged_from_where_the_program_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    files.check_writable("new/folder")
    files.check_writable(".")
    with pytest.raises(OSError, match="cannot write to the folder file/x: file is a file; choose"):
        files.check_writable("file/x")
    asked = []
    monkeypatch.setattr(os, "access", lambda path, mode: asked.append((path, mode)) or True)
    files.check_writable("new/folder")
    assert asked == [(tmp_path, os.W_OK)]


def test_an_empty_file_and_one_of_just_the_size_are_read(tmp_path):
    (tmp_path / "x").write_bytes(b"")
    assert files.read_regular(tmp_path / "x", 0) == b""
    (tmp_path / "x").write_bytes(b"\r\n\xff")
    assert files.read_regular(tmp_path / "x", 3) == b"\r\n\xff"
    with pytest.raises(ValueError, match="x has more than 2 bytes"):
        files.read_regular(tmp_path / "x", 2)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="pipe is not an ordinary file"):
        files.read_regular(tmp_path / "pipe", 9)
    assert not files.is_regular(tmp_path / "pipe")


def test_the_number_of_an_error_is_kept(tmp_path):
    with pytest.raises(FileNotFoundError) as refused:
        files.write_text(tmp_path / "nowhere" / "x", "")
    assert refused.value.errno == 2
    (tmp_path / "file").write_text("")
    with pytest.raises(
        (NotADirectoryError, FileNotFoundError), match=r"x: .*; choose another folder$"
    ):
        files.write_text(tmp_path / "file" / "x", "")
