"""Members of archives: which paths count, what is said of links, and copies of large files."""

import io
import shutil
from pathlib import PurePosixPath
from types import SimpleNamespace

import pytest

from minivgg.data import archive_members
from minivgg.data.archive_members import (
    check_size,
    counted,
    in_temporary_file,
    reason,
    visible_path,
)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a/b.png", "a/b.png"), ("a\\b\\c.png", "a/b/c.png"), ("/a//b/", "a/b"),
        ("../a/./b", "a/b"), ("a/.b/c", None), ("__MACOSX/a", None), ("a/b\0c", None), ("", None),
        ("/", None), ("..", None), (".", None), ("a/..b", None),
        ("x" * 255, "x" * 255), ("x" * 256, None), ("a/" + "x" * 256 + "/b", None),
        ("a/" * 63 + "b", "a/" * 63 + "b"), ("a/" * 64 + "b", None),
    ],
)  # fmt: skip
def test_the_path_of_a_member_is_below_the_archive_or_there_is_none(name, path):
    assert visible_path(name) == (None if path is None else PurePosixPath(path))


@pytest.mark.parametrize(
    ("what", "names", "said"),
    [
        ("link", "", []), ("link", "a", ["1 link (a)"]), ("link", "a b", ["2 links (a, …)"]),
        ("broken link", "a b c", ["3 broken links (a, …)"]),
        ("link to a folder above it", "a b", ["2 links to a folder above it (a, …)"]),
        ("link to a link", "a b", ["2 links to a link (a, …)"]),
    ],
)  # fmt: skip
def test_paths_of_a_kind_are_counted_and_the_first_is_named(what, names, said):
    assert counted(what, [PurePosixPath(name) for name in names.split()]) == said


def test_a_reason_is_short_and_never_empty():
    assert reason(OSError("x" * 300)) == "x" * 200
    assert reason(MemoryError()) == "it asks for more memory than there is"


def test_a_member_of_256_mib_may_be_a_picture():
    check_size(256 << 20)
    words = r"^unpacked, it has 268,435,457 bytes; at most 268,435,456 are read from an archive:"
    with pytest.raises(OSError, match=words):
        check_size((256 << 20) + 1)


@pytest.mark.parametrize("block", [1, 3, 100])
def test_a_copy_has_all_bytes_in_their_order_and_is_read_from_its_end(monkeypatch, block):
    monkeypatch.setattr(archive_members, "COPY_BLOCK_BYTES", block)
    with in_temporary_file(io.BytesIO(b"0123456789"), 10) as copy:
        assert copy.tell() == 10
        copy.seek(0)
        assert copy.read() == b"0123456789"


@pytest.mark.parametrize(
    ("plausible", "free", "words"),
    [
        (9, 100, "more than 9e-09 GB, far more than images should: unpack it, and name the"),
        (10, 19, "more than 9e-09 GB, half of the free space for temporary files"),
        (10, 20, None),
    ],
)
def test_a_copy_that_is_too_large_is_removed(monkeypatch, plausible, free, words):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    made, make = [], archive_members.tempfile.TemporaryFile
    monkeypatch.setattr(
        archive_members.tempfile, "TemporaryFile", lambda: made.append(make()) or made[-1]
    )
    if words:
        with pytest.raises(OSError, match=words):
            in_temporary_file(io.BytesIO(b"0123456789"), plausible)
    else:
        in_temporary_file(io.BytesIO(b"0123456789"), plausible)
    assert [file.closed for file in made] == [words is not None]
    made[0].close()
