"""What is in a folder: links, what is hidden, and folders that may not be read."""

import os
from pathlib import PurePosixPath

import pytest

from minivgg.utils import folders
from minivgg.utils.folders import contents, is_hidden


def test_links_are_followed_except_in_circles(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "1.txt").write_text("four")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "again").symlink_to("b")
    (tmp_path / "gone").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    found = contents(tmp_path)
    assert found.files == {PurePosixPath(p): 4 for p in ("a/b/1.txt", "a/again/1.txt")}
    assert found.circular == [PurePosixPath("a/up")]
    assert found.broken == [PurePosixPath("gone")]
    assert sorted(map(str, found.folders)) == ["a", "a/again", "a/b"]


def test_a_folder_that_may_not_be_read_is_reported(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError
        return scandir(path)

    monkeypatch.setattr(folders.os, "scandir", refuse)
    assert contents(tmp_path).unreadable == [PurePosixPath("closed")]


@pytest.mark.parametrize(
    "name", [".git", "__MACOSX", "@eaDir", "._1.png", "System Volume Information"]
)
def test_what_systems_make_is_hidden(name):
    assert is_hidden(name)
    assert not is_hidden("__background__")
