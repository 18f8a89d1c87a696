"""Files in a zip: where they are, what is unpacked, and what is refused."""

import io
import random
import zipfile
import zlib

import pytest

from minivgg.weights import zip_archive
from minivgg.weights.memory_map import Budget, CorruptFileError
from minivgg.weights.zip_archive import Archive, Part, Window, is_zip, lists


def zipped(*entries, method=zipfile.ZIP_STORED, comment=b""):
    """The bytes of a zip of (name, content)."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.comment = comment
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return Memory(file.getvalue())


class Memory(bytes):
    """As a mapped file: with rfind, slices and a length."""

    def __getitem__(self, key):
        found = super().__getitem__(key)
        return found if isinstance(found, int) else bytes(found)


class Checksums:
    """Keeps what is added."""

    def __init__(self):
        self.added = []

    def add(self, *what):
        """Note it."""
        self.added.append(what)


def archive_of(memory, budget=None):
    return Archive(memory, Budget(len(memory)) if budget is None else budget)


def test_a_window_is_read_as_a_file():
    window = Window(Part(b"--0123456789--", 2, 10))
    assert window.readable()
    assert window.seekable()
    assert window.read(3) == b"012"
    assert window.tell() == 3
    assert window.seek(2, 1) == 5
    assert window.read() == b"56789"
    assert window.read() == b""
    assert window.seek(-4, 2) == 6
    assert window.read(2) == b"67"
    assert window.seek(-100, 1) == 0
    assert window.seek(9) == 9
    assert window.read(5) == b"9"
    assert window.seek(20) == 20
    assert window.read(5) == b""
    assert window.read(-1) == b""
    window.seek(8)
    target = bytearray(b"xxxxx")
    assert window.readinto(target) == 2
    assert target == b"89xxx"
    window.seek(15)
    assert window.readinto(target) == 0


def test_a_window_is_not_read_beyond_a_limit():
    window = Window(Part(b"0123456789", 0, 10), 4)
    assert window.read(4) == b"0123"
    window.seek(0)
    for size, count in ((5, 5), (-1, 10)):
        with pytest.raises(
            CorruptFileError, match=f"table of contents has {count} bytes; at most 4"
        ):
            window.read(size)
    window.seek(8)
    assert window.read() == b"89"


def test_a_part_is_copied():
    assert Part(b"abcdef", 2, 3).content() == b"cde"


def test_zips_are_told_by_their_beginning_and_their_names():
    memory = zipped(("a/data.pkl", b"content"))
    assert is_zip(memory)
    assert not is_zip(Memory(b"PK\3\5" + memory[4:]))
    assert lists(memory, b"/data.pkl")
    assert lists(memory, b"data")
    assert not lists(memory, b"/other.pkl")
    assert not lists(Memory(b"x" + memory[1:]), b"/data.pkl")


def test_names_are_looked_for_in_the_table_of_contents_only(monkeypatch):
    memory = zipped(("first", b"x" * 300), ("last", b""))
    monkeypatch.setattr(zip_archive, "MAX_DIRECTORY_BYTES", 150)
    assert lists(memory, b"last")
    assert b"first" in memory[-150:]
    monkeypatch.setattr(zip_archive, "MAX_DIRECTORY_BYTES", len(memory) - 334)
    assert not lists(memory, b"xxx")
    assert lists(Memory(memory[:40]), b"x")  # of a short file


def test_stored_files_are_where_they_are():
    memory = zipped(("a", b"first"), ("b", b"second"))
    budget = Budget(len(memory))
    budget.checksums = Checksums()
    archive = archive_of(memory, budget)
    assert archive.names() == ["a", "b"]
    assert (archive.size("a"), archive.size("b")) == (5, 6)
    for name, content in (("a", b"first"), ("b", b"second")):
        part = archive.part(name)
        assert part.buffer is memory
        assert (part.start, part.size) == (memory.index(content), len(content))
        assert budget.checksums.added[-1] == (name, part.start, part.size, zlib.crc32(content))
        assert archive.checked(name) == content


def test_a_file_with_an_extra_field_begins_after_it():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        entry = zipfile.ZipInfo("a")
        entry.extra = b"\x46\x42" + (300).to_bytes(2, "little") + bytes(300)
        archive.writestr(entry, b"content")
    assert archive_of(Memory(file.getvalue())).part("a").content() == b"content"


def test_without_a_checksum_nothing_is_compared():
    memory = zipped(("a", b"content"))
    memory = Memory(memory.replace(zlib.crc32(b"content").to_bytes(4, "little"), bytes(4)))
    budget = Budget(len(memory))
    budget.checksums = Checksums()
    archive = archive_of(memory, budget)
    assert archive.part("a").content() == b"content"
    assert budget.checksums.added == []
    assert archive.checked("a") == b"content"


def test_a_compressed_file_is_unpacked_within_the_budget(monkeypatch):
    content = bytes(range(256)) * 20
    memory = zipped(("a", content), method=zipfile.ZIP_DEFLATED)
    taken = []
    budget = Budget(len(memory))
    budget.take = lambda name, count: taken.append((name, count))
    monkeypatch.setattr(zip_archive, "BLOCK_BYTES", 1000)
    assert archive_of(memory, budget).part("a") == Part(content, 0, len(content))
    assert taken == [("a", len(content))]


def changed(memory, *changes):
    data = bytearray(memory)
    for at, value in changes:
        data[at] = value
    return Memory(data)


def test_damage_is_one_sentence():
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped(("a", b"1"), ("a", b"2"))
    stored = zipped(("a", b"content"))
    directory = stored.index(b"PK\1\2")
    sizes = (directory + 20, directory + 24)  # compressed, and unpacked
    for memory, words in (
        (twice, "it is damaged: it holds a twice"),
        (Memory(stored[:-5]), "its table of contents cannot be read"),
        (changed(stored, (sizes[0], 200)), "it is damaged: the files in it are larger than it is"),
    ):
        with pytest.raises(CorruptFileError, match=words):
            archive_of(memory)
    for memory, words in (
        (changed(stored, (0, 0)), "a is not where the table of contents has it"),
        (
            changed(stored, (directory + 42, len(stored) - 20)),
            "a is not where the table of contents",
        ),
        (changed(stored, (directory + 8, 1)), "a is encrypted: unpack the zip"),
        (changed(stored, (sizes[1], 200)), r"it is truncated: a would end at byte 231 of \d+$"),
        (changed(stored, (sizes[1] + 1, 200)), r"would end at byte 51,238 of \d+$"),
        (changed(stored, (directory + 10, 12)), "a is compressed by bzip2, which is not read here"),
        (changed(stored, (directory + 10, 14)), "a is compressed by LZMA, which is not read here"),
        (changed(stored, (directory + 10, 99)), r"a cannot be unpacked \(.*compression"),
    ):
        with pytest.raises(CorruptFileError, match=words):
            archive_of(memory).part("a")


def test_files_may_be_as_large_as_the_zip_says():
    stored = zipped(("a", b"content"))
    size = stored.index(b"PK\1\2") + 20
    archive_of(changed(stored, (size, len(stored))))
    with pytest.raises(CorruptFileError, match="larger than it is"):
        archive_of(changed(stored, (size, len(stored) + 1)))


def test_what_is_unpacked_has_its_size_and_its_checksum():
    memory = zipped(("a", b"content" * 10), method=zipfile.ZIP_DEFLATED)
    directory = memory.index(b"PK\1\2")
    with pytest.raises(CorruptFileError, match=r"a cannot be unpacked \(Bad CRC-32"):
        archive_of(changed(memory, (directory + 16, memory[directory + 16] ^ 1))).part("a")
    with pytest.raises(CorruptFileError, match="a has 70 bytes, but the table of contents says 71"):
        archive_of(changed(memory, (directory + 24, 71))).part("a")
    with pytest.raises(CorruptFileError, match="a cannot be unpacked"):
        archive_of(changed(memory, (memory.index(b"a") + 1, 7))).part("a")


def test_a_small_file_is_compared_with_its_checksum_at_once():
    memory = zipped(("a", b"content"))
    wrong = changed(memory, (memory.index(b"content"), ord("C")))
    assert archive_of(wrong).part("a").content() == b"Content"
    with pytest.raises(CorruptFileError, match="the checksum of a in it is wrong"):
        archive_of(wrong).checked("a")


def test_a_large_table_of_contents_is_refused_and_a_large_file_is_not(monkeypatch):
    memory = zipped(("a", b"x" * 5000))
    monkeypatch.setattr(zip_archive, "MAX_DIRECTORY_BYTES", 500)
    with pytest.raises(CorruptFileError, match="its table of contents has"):
        archive_of(zipped(*((f"{i:050}", b"") for i in range(10))))
    monkeypatch.setattr(zip_archive, "MAX_DIRECTORY_BYTES", (1 << 16) + 22)
    large = zipped(("a", random.Random(0).randbytes(1 << 18)), method=zipfile.ZIP_DEFLATED)
    assert archive_of(large).part("a").size == 1 << 18
    assert archive_of(memory).part("a").size == 5000
