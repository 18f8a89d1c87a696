"""Files that two datasets share are counted byte for byte, and few of them are read."""

import zipfile

import pytest

from minivgg.data import duplicates
from minivgg.data.duplicates import count_shared
from minivgg.data.file_sources import open_source


class Files:
    """All files of a folder or archive, as an ImageFolder has them."""

    def __init__(self, path):
        self.source, self.read = open_source(path), []
        self.files = sorted(self.source.files)
        content = self.source.content

        def counted(file, limit=1 << 28):
            self.read.append((file.name, limit))
            return content(file, limit)

        self.source.content = counted


def folder(path, contents):
    path.mkdir()
    for name, content in contents.items():
        (path / name).write_bytes(content)
    return Files(path)


@pytest.fixture
def pair(tmp_path, monkeypatch):
    """The first has three files that begin alike, of which two are one; 3 of the second are there.

    "alone" has a size of its own, and "other" a beginning of its own.
    """
    monkeypatch.setattr(duplicates, "START", 2)
    first = {"a": b"xx1", "b": b"xx2", "c": b"xx2", "alone": b"xx", "d": b"yy1"}
    second = {"k": b"xx1", "l": b"xx2", "m": b"xx3", "n": b"xx2", "other": b"zz1", "long": b"xxxx"}
    return folder(tmp_path / "first", first), folder(tmp_path / "second", second)


def test_equal_files_are_counted_once_for_each_of_the_second(pair):
    first, second = pair
    assert (count_shared(first, second), count_shared(second, first)) == (3, 3)


def test_what_cannot_be_equal_is_not_read_and_nothing_twice(pair):
    first, second = pair
    count_shared(first, second)
    whole = 1 << 28
    assert sorted(first.read) == [
        (name, limit) for name in "abc" for limit in (2, whole)
    ] + [("d", 2)]  # fmt: skip
    assert sorted(second.read) == [
        (name, limit) for name in "klmn" for limit in (2, whole)
    ] + [("other", 2)]  # fmt: skip


def test_a_folder_and_a_zip_share_files_too(pair, tmp_path):
    first, second = pair
    with zipfile.ZipFile(tmp_path / "second.zip", "w") as archive:
        for file in second.files:
            archive.writestr(file.name, (tmp_path / "second" / file.name).read_bytes())
    packed = Files(tmp_path / "second.zip")
    assert (count_shared(first, packed), count_shared(packed, first)) == (3, 3)
    assert count_shared(packed, Files(tmp_path / "second.zip")) == 6


def test_files_of_zips_with_other_checksums_are_not_read(tmp_path):
    """Also if their sizes are those of others."""
    for name, content in (("first", b"xx1"), ("second", b"xx2")):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr("a", content)
            archive.writestr("b", b"both")
    first, second = (Files(tmp_path / f"{name}.zip") for name in ("first", "second"))
    assert count_shared(first, second) == 1
    assert {name for name, _ in first.read + second.read} == {"b"}
