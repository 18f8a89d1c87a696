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


def test_links_to_any_folder_above_are_circles_and_to_one_beside_are_not(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "1.txt").write_text("x")
    for name, target in (("self", "."), ("up", ".."), ("top", "../.."), ("beside", "../../c")):
        (tmp_path / "a" / "b" / name).symlink_to(target)
    (tmp_path / "a" / "b" / "gone").symlink_to("nowhere")
    found = contents(tmp_path)
    assert sorted(map(str, found.circular)) == ["a/b/self", "a/b/top", "a/b/up"]
    assert sorted(map(str, found.files)) == ["a/b/beside/1.txt", "c/1.txt"]
    assert list(map(str, found.broken)) == ["a/b/gone"]
    assert sorted(map(str, found.folders)) == ["a", "a/b", "a/b/beside", "c"]


def test_what_follows_a_closed_folder_a_circle_or_a_broken_link_is_found(tmp_path, monkeypatch):
    for name in "ace":
        (tmp_path / name).mkdir()
        (tmp_path / name / ".hidden").write_text("x")
        (tmp_path / name / "1.txt").write_text("x")
    (tmp_path / "b").symlink_to(tmp_path)
    (tmp_path / "d").symlink_to(tmp_path / "nowhere")
    scandir = os.scandir

    def in_order(path):
        if str(path).endswith("a"):
            raise PermissionError
        with scandir(path) as entries:
            return _Entries(sorted(entries, key=lambda entry: entry.name))

    monkeypatch.setattr(folders.os, "scandir", in_order)
    found = contents(tmp_path)
    assert list(map(str, found.files)) == ["c/1.txt", "e/1.txt"]
    assert list(map(str, found.unreadable)) == ["a"]


class _Entries(list):
    """What os.scandir returns, for a with statement."""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


def test_nowhere_there_is_nothing(tmp_path):
    assert contents(tmp_path / "nowhere") == folders.Contents()
