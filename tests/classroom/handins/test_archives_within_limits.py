"""Each limit of unpacking is exact, and holds for all files of an archive together."""

import tarfile

import pytest
from support.submissions import zipped

from minivgg.classroom.handins import archive_readers, archives
from minivgg.classroom.handins.archive_readers import (
    MAX_NAME,
    MAX_PARTS,
    Budget,
    UnreadableArchiveError,
)
from minivgg.classroom.handins.archives import describe_too_long, is_left_out, unpack

TEN = b"0123456789"


def sizes(folder):
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file()
    }


def budget(**limits):
    found = Budget()
    for name, value in limits.items():
        setattr(found, name, value)
    return found


def test_the_budget_is_reduced_by_every_file_and_byte(tmp_path):
    left = budget(bytes=100, files=7)
    zipped(tmp_path / "a.zip", {"a.py": TEN, "b/c.py": 2 * TEN, "d.txt": TEN})
    assert unpack(tmp_path / "a.zip", tmp_path / "out", left).problem == ""
    assert sizes(tmp_path / "out") == {"a.py": 10, "b/c.py": 20, "d.txt": 0}
    assert (left.bytes, left.files) == (70, 4)


@pytest.mark.parametrize(("files", "count"), [(3, 3), (2, 2), (0, 0), (-1, 0)])
def test_files_beyond_the_budget_are_left_out(files, count, tmp_path):
    zipped(tmp_path / "a.zip", {f"{k}.py": TEN for k in range(3)})
    problem = unpack(tmp_path / "a.zip", tmp_path / "out", budget(files=files)).problem
    assert len(sizes(tmp_path / "out")) == count
    assert problem == ("" if count == 3 else "exceeds the limits: not everything was read")


@pytest.mark.parametrize(("size", "last"), [(31, 10), (21, 0)])
def test_bytes_beyond_the_budget_are_left_out(size, last, tmp_path):
    zipped(tmp_path / "a.zip", {f"{k}.py": TEN for k in range(3)})
    unpacked = unpack(tmp_path / "a.zip", tmp_path / "out", budget(bytes=size))
    assert sizes(tmp_path / "out") == {"0.py": 10, "1.py": 10, "2.py": last}
    assert list(unpacked.damaged.values()) == ["was not unpacked: the files are too large"] * (
        size == 21
    )
    assert bool(unpacked.problem) is (size == 21)


@pytest.mark.parametrize(("limit", "is_whole"), [(20, True), (19, False)])
def test_an_entry_of_a_class_has_a_limit_of_its_own(limit, is_whole, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_ENTRY_BYTES", limit)
    files = {"ada/a.py": TEN, "ada/b.py": TEN, "ben/a.py": TEN, "ben/b.txt": 3 * TEN}
    zipped(tmp_path / "a.zip", files)
    unpacked = unpack(tmp_path / "a.zip", tmp_path / "out", also=lambda name: False)
    found = sizes(tmp_path / "out")
    assert (found["ada/a.py"], found["ben/a.py"], found["ben/b.txt"]) == (10, 10, 0)
    assert (found["ada/b.py"] == 10) is is_whole
    assert [path.name for path in unpacked.damaged] == ["b.py"] * (not is_whole)


def test_the_class_may_be_in_a_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_ENTRY_BYTES", 10)
    zipped(tmp_path / "a.zip", {"class/ada/a.py": TEN, "class/ben/a.py": TEN})
    assert not unpack(tmp_path / "a.zip", tmp_path / "out", also=lambda name: False).damaged


def test_the_first_files_of_each_entry_are_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_OF_ENTRY", 2)
    names = ["ada/1.py", "ada/2.py", "ada/3.py", "ben/1.py"]
    zipped(tmp_path / "a.zip", dict.fromkeys(names, TEN))
    unpack(tmp_path / "a.zip", tmp_path / "out", also=lambda name: False)
    assert sorted(sizes(tmp_path / "out")) == ["ada/1.py", "ada/2.py", "ben/1.py"]


@pytest.mark.parametrize(("limit", "size"), [(10, 10), (9, 10), (8, 9)])
def test_a_file_beyond_its_limit_is_cut_so_that_its_size_tells(limit, size, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_FILE_BYTES", limit)
    monkeypatch.setattr(archives, "MAX_ARCHIVE_BYTES", 100)
    zipped(tmp_path / "a.zip", {"a.py": TEN, "b.zip": 9 * TEN})
    unpack(tmp_path / "a.zip", tmp_path / "out")
    found = sizes(tmp_path / "out")
    assert found["b.zip"] == 90
    assert found["a.py"] <= size if limit < 10 else found["a.py"] == 10


def test_other_files_that_are_wanted_are_unpacked_too(tmp_path):
    zipped(tmp_path / "a.zip", {"ada/notes.txt": TEN, "ada/list.csv": TEN, "ben/x.py": TEN})
    unpack(tmp_path / "a.zip", tmp_path / "out", also=lambda name: name == "list.csv")
    assert sizes(tmp_path / "out") == {"ada/notes.txt": 0, "ada/list.csv": 10, "ben/x.py": 10}


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (1, "contains an entry with a name that is too long, which was left out"),
        (2, "contains 2 entries with names that are too long, which were left out"),
    ],
)
def test_names_that_are_too_long_are_counted(count, sentence):
    assert describe_too_long(count) == sentence


@pytest.mark.parametrize(
    ("folder", "expected"), [(".git", True), ("__MACOSX", True), ("work", False), ("a.b", False)]
)
def test_folders_that_hold_nothing_of_the_students(folder, expected):
    assert is_left_out(folder) is expected


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (f"{(MAX_PARTS - 1) * 'a/'}b.py", True),
        (f"{MAX_PARTS * 'a/'}b.py", False),
        (f"{MAX_PARTS // 2 * 'a/'}{(MAX_PARTS - MAX_PARTS // 2) * 'c+'}b.py", False),
        (f"{(MAX_NAME - 3) * 'x'}.py", True),
        (f"{(MAX_NAME - 2) * 'x'}.py", False),
        (f"{(MAX_NAME - 3) // 2 * 'é'}.py", True),
        (f"{(MAX_NAME - 3) // 2 * 'é'}éé.py", False),
    ],
)
def test_names_have_a_longest_length_and_depth(name, kept):
    name = name.replace("+", "\\")
    left = Budget()
    assert archive_readers._is_too_long(name, left, 7) is not kept
    assert left.names == Budget().names - len(name) - 7


def test_the_letters_of_all_names_have_a_limit():
    left = budget(names=10)
    assert not archive_readers._is_too_long("12345", left, 5)
    with pytest.raises(UnreadableArchiveError, match="the names in it are too long"):
        archive_readers._is_too_long("1", left)


@pytest.mark.parametrize(("members", "is_read"), [(3, True), (2, False)])
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_the_entries_that_are_examined_have_a_limit(kind, members, is_read, tmp_path):
    path = tmp_path / f"a.{kind}"
    if kind == "zip":
        zipped(path, {f"{k}.py": TEN for k in range(3)})
    else:
        with tarfile.open(path, "w") as archive:
            for k in range(3):
                archive.addfile(tarfile.TarInfo(f"{k}.py"))
    problem = unpack(path, tmp_path / "out", budget(members=members)).problem
    words = "contains 3 files, which is too many" if kind == "zip" else "contains too many files"
    assert problem == ("" if is_read else words)


def test_a_date_that_is_none_is_the_first():
    assert archive_readers._date_in_zip((1980, 0, 0, 0, 0, 0)) == 0.0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (".git/HEAD", False),
        ("work/.git/HEAD", False),
        (".git/config", True),
        ("work/.git/objects/ab/cd", True),
        ("work/git/config", False),
        ("work.git/config", False),
    ],
)
def test_of_a_repository_only_the_file_that_tells_it_is_unpacked(name, expected):
    assert archives._is_of_git(name) is expected
