"""Reading the members of a zip or tar: what is known of each, and the limits of reading."""

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from datetime import datetime

import pytest
from support.submissions import zipped

from minivgg.classroom.handins import archive_readers
from minivgg.classroom.handins.archive_readers import (
    Budget,
    UnreadableArchiveError,
    _LimitedReader,
    open_archive,
)

TOO_LONG = "is damaged: its list of contents is too long"
EXCEEDED = "exceeds the limits: it was read only in part"


def test_the_limits_of_a_students_archives():
    assert Budget() == Budget(104_857_600, 1000, 100_000, 1_073_741_824, 16_777_216, 67_108_864)
    assert (archive_readers.MAX_NAME, archive_readers.MAX_PARTS) == (1000, 64)
    assert archive_readers.MAX_TAR_HEADER == 262_144


def reader(data=b"0123456789", is_counted=True, **limits):
    return _LimitedReader(io.BytesIO(data), Budget(**limits), is_counted)


@pytest.mark.parametrize("is_counted", [True, False])
@pytest.mark.parametrize(
    ("size", "at_once", "expected"),
    [
        (4, 4, b"0123"),
        (5, 4, TOO_LONG),
        (0, 4, b""),
        (-1, 11, b"0123456789"),
        (-1, 10, TOO_LONG),
        (20, 20, b"0123456789"),
    ],
)
def test_a_piece_has_a_largest_size(size, at_once, expected, is_counted):
    file = reader(is_counted=is_counted, at_once=at_once)
    if expected is not TOO_LONG:
        assert file.read(size) == expected
        return
    with pytest.raises(UnreadableArchiveError) as caught:
        file.read(size)
    assert str(caught.value) == TOO_LONG


def test_by_default_all_is_read_in_one_piece():
    assert reader().read() == b"0123456789"


def test_a_piece_of_a_tar_is_a_header_and_that_of_a_zip_a_list_of_any_length(monkeypatch):
    monkeypatch.setattr(archive_readers, "MAX_TAR_HEADER", 4)
    assert reader(is_counted=False).read(5) == b"01234"
    assert reader().read(4) == b"0123"
    with pytest.raises(UnreadableArchiveError):
        reader().read(5)


def test_what_is_read_or_skipped_is_spent():
    file = reader(scanned=100)
    left = [100]

    def spent():
        left.append(file.budget.scanned)
        return left[-2] - left[-1]

    assert (file.read(3), spent()) == (b"012", 3)
    assert (file.seek(7), spent()) == (7, 4)
    assert (file.seek(7), spent()) == (7, 0)
    assert (file.seek(2), spent()) == (2, 2)  # from the beginning again
    assert (file.seek(3, 1), spent()) == (5, 3)
    assert (file.tell(), spent()) == (5, 0)
    assert (file.read(20), spent()) == (b"56789", 5)
    assert (file.seek(-1, 2), spent()) == (9, 0)


def test_all_that_is_allowed_can_be_spent_and_no_more():
    file = reader(scanned=5)
    assert file.read(5) == b"01234"
    with pytest.raises(UnreadableArchiveError) as caught:
        file.read(1)
    assert str(caught.value) == EXCEEDED
    free = reader(is_counted=False, scanned=5)
    assert free.read(10) == b"0123456789"
    assert free.budget.scanned == 5


def test_a_reader_is_a_file_to_read_in_any_order():
    assert (reader().readable(), reader().seekable(), reader().writable()) == (True, True, False)


def test_the_members_of_a_zip(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, method in [
            ("work/", zipfile.ZIP_STORED),
            ("link.py", zipfile.ZIP_STORED),
            ("work\\a.py", zipfile.ZIP_STORED),
            ("b.py", zipfile.ZIP_LZMA),
            ("c.py", zipfile.ZIP_BZIP2),
            ("d.py", zipfile.ZIP_DEFLATED),
        ]:
            info = zipfile.ZipInfo(name, (2024, 9, 20, 10, 11, 12))
            info.compress_type = method
            kind = stat.S_IFLNK if name == "link.py" else stat.S_IFREG
            info.external_attr = kind << 16
            archive.writestr(info, "" if name.endswith("/") else f"text of {name}")
    left = Budget()
    with open_archive(path, left) as (members, too_long):
        found = [(one.name, one.is_folder, one.position, one.block) for one in members]
        texts = [one.open().read().decode() for one in members]
    assert found == [
        ("work/", True, 0, 65536),
        ("work/a.py", False, 1, 65536),
        ("b.py", False, 2, 4096),
        ("c.py", False, 3, 65536),
        ("d.py", False, 4, 65536),
    ]
    assert texts == ["", "text of work\\a.py", "text of b.py", "text of c.py", "text of d.py"]
    assert too_long == 0
    assert {one.modified for one in members} == {datetime(2024, 9, 20, 10, 11, 12).timestamp()}
    assert left.members == Budget().members - 6
    assert left.names == Budget().names - len("work/" + "work/a.py" + "b.pyc.pyd.py")
    assert left.scanned == Budget().scanned


def test_the_members_of_a_tar(tmp_path):
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        for name, kind, comment in [
            ("work", tarfile.DIRTYPE, ""),
            ("link.py", tarfile.SYMTYPE, ""),
            ("y" * 1001, tarfile.SYMTYPE, ""),
            ("x" * 1001, tarfile.REGTYPE, ""),
            ("z" * 1001, tarfile.DIRTYPE, ""),
            ("work/a.py", tarfile.REGTYPE, "a comment"),
        ]:
            info = tarfile.TarInfo(name)
            info.type, info.mtime, info.size = kind, 1000, 4 if name == "work/a.py" else 0
            info.linkname = "elsewhere" if kind == tarfile.SYMTYPE else ""
            info.pax_headers = {"comment": comment} if comment else {}
            archive.addfile(info, io.BytesIO(b"text"))
    left = Budget()
    with open_archive(path, left) as (members, too_long):
        found = [(m.name, m.is_folder, m.modified, m.position, m.block) for m in members]
        assert members[1].open().read() == b"text"
        with pytest.raises(UnreadableArchiveError) as caught:
            members[0].open()
    assert found == [("work", True, 1000, 0, 65536), ("work/a.py", False, 1000, 5, 65536)]
    assert str(caught.value) == "is not an ordinary file"
    assert too_long == 2  # the link with a long name would have been left out anyway
    assert left.members == Budget().members - 6
    names = len("work" + "link.py" + "work/a.py") + 3 * 1001
    about = 2 * len("elsewhere") + 3 * (len("path") + 1001) + 1  # "/" after that of a folder
    about += len("comment" + "a comment")
    assert left.names == Budget().names - names - about


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_tar_that_is_packed_in_any_way_is_counted_as_it_comes_out(pack, tmp_path):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        info = tarfile.TarInfo("a.py")
        info.size = 3000
        archive.addfile(info, io.BytesIO(bytes(3000)))
    (tmp_path / "x").write_bytes(pack(raw.getvalue()))
    left = Budget()
    with open_archive(tmp_path / "x", left) as (members, _):
        assert members[0].open().read() == bytes(3000)
    assert left.scanned <= Budget().scanned - 512 - 3000


def test_an_archive_is_closed_after_the_block(tmp_path):
    with open_archive(zipped(tmp_path / "a.zip", {"a.py": "x"}), Budget()) as (members, _):
        pass
    with pytest.raises(ValueError, match="closed"):
        members[0].open().read()


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"PK", "cannot be unpacked because it is damaged: its end is missing"),
        (b"P", "cannot be unpacked: it is neither a zip nor a tar"),
        (b"KP and more", "cannot be unpacked: it is neither a zip nor a tar"),
        (
            b"Rar!\x1a\x07",
            "is an archive in RAR format, which cannot be read here: please hand in a .zip",
        ),
    ],
)
def test_why_a_file_is_no_archive(start, said, tmp_path):
    (tmp_path / "x").write_bytes(start)
    with pytest.raises(UnreadableArchiveError) as caught, open_archive(tmp_path / "x", Budget()):
        pass
    assert str(caught.value) == said


def test_a_zip_may_begin_with_other_bytes(tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.py": "x"})
    path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
    with open_archive(path, Budget()) as (members, _):
        assert [member.name for member in members] == ["a.py"]


def test_a_way_of_packing_that_is_not_supported_is_a_sentence(tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.py": "x"})
    data = bytearray(path.read_bytes())
    where = data.rindex(b"PK\x01\x02")
    data[where + 10 : where + 12] = (9).to_bytes(2, "little")  # Deflate64
    path.write_bytes(data)
    with (
        open_archive(path, Budget()) as (members, _),
        pytest.raises(UnreadableArchiveError) as caught,
    ):
        members[0].open()
    assert str(caught.value) == (
        "is compressed in a way that is not supported: please hand in an ordinary .zip"
    )


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ((2024, 9, 20, 10, 11, 12), datetime(2024, 9, 20, 10, 11, 12).timestamp()),
        ((2024, 2, 30, 0, 0, 0), 0),
        ((1980, 0, 0, 0, 0, 0), 0),
    ],
)
def test_dates_in_a_zip(date, expected):
    assert archive_readers._date_in_zip(date) == expected
