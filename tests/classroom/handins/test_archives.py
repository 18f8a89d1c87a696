"""Archives: what is read, and that damage and bombs cost only a remark and little time."""

import gzip
import io
import lzma
import os
import random
import tarfile
import tracemalloc
import warnings
import zipfile

import pytest
from support.submissions import STUBS, write, zipped

from minivgg.classroom.handins import archives
from minivgg.classroom.handins.archive_readers import Budget
from minivgg.classroom.handins.archives import unpack
from minivgg.classroom.handins.collecting import find_submissions

WORK = {"work/loss.py": "x = 1\n" * 50, "work/notes.txt": "n", "loss.ipynb": "{}"}


def tarred(path, entries, mode):
    with tarfile.open(path, mode) as archive:
        for name, text in entries.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(text), 1000
            archive.addfile(info, io.BytesIO(text.encode()))
    return path


def files_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def of_one(tmp_path, name, data):
    """The submission of one student who handed in one archive."""
    write(tmp_path / "class" / name, data)
    (one,) = find_submissions(tmp_path / "class", tmp_path / "scratch").submissions
    return one


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("a.tar", "w"),
        ("a.tar.gz", "w:gz"),
        ("a.TGZ", "w:gz"),
        ("a.tar.bz2", "w:bz2"),
        ("a.tar.xz", "w:xz"),
        ("a.txz", "w:xz"),
        ("a.zip", "w:gz"),  # what it is counts, not its name
    ],
)
def test_tars_are_read_with_any_compression(name, mode, tmp_path):
    one = of_one(tmp_path, name, tarred(tmp_path / "x", WORK, mode).read_bytes())
    assert sorted(file.place for file in one.files) == [
        f"{name}/loss.ipynb",
        f"{name}/work/loss.py",
    ]
    assert one.remarks == []
    assert one.files[0].modified == 1000
    assert one.other_names == ["notes.txt"]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_zips_are_read_with_any_compression(method, tmp_path):
    assert not unpack(zipped(tmp_path / "a.zip", WORK, method), tmp_path / "out").problem
    assert (tmp_path / "out" / "work" / "loss.py").read_text() == WORK["work/loss.py"]
    assert (tmp_path / "out" / "work" / "notes.txt").read_text() == ""  # only that it is there


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Müller".encode(), "Müller"),
        ("Müller".encode("cp437"), "Müller"),
        ("김민수".encode("cp949"), "김민수"),
        ("홍길동_과제".encode("cp949"), "홍길동_과제"),
        ("ÄÖÜ é".encode("cp437"), "ÄÖÜ é"),
    ],
)
def test_names_without_the_mark_for_utf_8_are_guessed(raw, shown, tmp_path):
    path = zipped(tmp_path / "a.zip", {"X" * len(raw) + "/loss.py": STUBS, "b.py": STUBS})
    path.write_bytes(path.read_bytes().replace(b"X" * len(raw), raw))
    names = {one.student for one in find_submissions(path, tmp_path / "s").submissions}
    assert names == {shown, "b"}


def test_nothing_is_written_outside_whatever_the_names_are(tmp_path):
    names = [
        *("../../out.py", "/tmp/abs-handin.py", "..\\..\\back.py", "a/../../b.py", "C:\\x.py"),
        *("con.py", "a" * 300 + ".py", "d/" * 60 + "deep.py", "tab\there.py", "x.py/y.py", "x.py"),
        *("x.py", "./.", "space .py ", "\ufeffbom.py", "\u202ereversed.py"),
    ]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the name that is there twice
        for name in names:
            archive.writestr(name, STUBS)
        link = zipfile.ZipInfo("link.py")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    before = files_below(tmp_path.parent)
    unpacked = unpack(tmp_path / "a.zip", tmp_path / "deep" / "deep" / "out")
    assert unpacked.problem == ""
    new = set(files_below(tmp_path.parent)) - set(before)
    assert all("deep/deep/out/" in name for name in new)
    assert len(new) >= len(names) - 2
    assert not any("link" in name for name in new)


def test_links_and_devices_in_a_tar_are_left_out(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo(f"x{kind.decode()}.py")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert unpack(tmp_path / "a.tar", tmp_path / "out").problem == ""
    assert files_below(tmp_path) == ["a.tar"]


@pytest.mark.parametrize("date", [(1980, 0, 0, 0, 0, 0), (2107, 15, 31, 31, 63, 62)])
def test_dates_that_do_not_exist_are_no_reason_to_fail(date, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        info = zipfile.ZipInfo("loss.py")
        info.date_time = date
        archive.writestr(info, "x")
    assert unpack(tmp_path / "a.zip", tmp_path / "out") == archives.Unpacked()
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("loss.py")
        info.mtime = 1e30
        archive.addfile(info)
    assert unpack(tmp_path / "a.tar", tmp_path / "tar") == archives.Unpacked()


def test_archives_in_archives_are_read_three_deep(tmp_path):
    data, inner = b"", {"loss.py": b"x = 1\n"}
    for depth in range(4):
        data = zipped(tmp_path / f"{depth}.zip", inner).read_bytes()
        inner = {f"{depth}.zip": data, f"at_{depth}.py": b"x = 1\n"}
    one = of_one(tmp_path, "ada.zip", data)
    assert [file.name for file in one.files] == ["at_2.py", "at_1.py", "at_0.py"]
    assert one.remarks == [
        "ada.zip/2.zip/1.zip/0.zip was not unpacked: it is nested too deeply in other archives."
    ]
    assert not list((tmp_path / "scratch").rglob("*.zip"))  # copies are not kept


def zeros(count):
    return bytes(count)


def test_one_budget_holds_for_all_archives_of_a_student(tmp_path):
    inner = zipped(
        tmp_path / "i.zip", {f"{k}.py": zeros(15 << 20) for k in range(12)}, zipfile.ZIP_DEFLATED
    ).read_bytes()
    place = zipped(tmp_path / "class" / "bob.zip", {f"{k}.zip": inner for k in range(30)})
    zipped(tmp_path / "class" / "bob" / "again.zip", {f"{k}.zip": inner for k in range(30)})
    (one,) = find_submissions(place.parent, tmp_path / "scratch").submissions
    written = sum(path.stat().st_size for path in (tmp_path / "scratch").rglob("*.py"))
    assert written <= Budget().bytes
    assert any("exceeds the limits" in remark for remark in one.remarks)


def test_a_member_that_unpacks_to_much_with_little_is_cut(tmp_path):
    path = tmp_path / "a.zip"
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("loss.py", zeros(archives.MAX_FILE_BYTES + 10**7))
        budget = Budget()
        out = tmp_path / str(method)
        assert unpack(path, out, budget).damaged == {}
        status = (out / "loss.py").stat()
        assert status.st_size == archives.MAX_FILE_BYTES + 1  # says that it is too large
        assert budget.bytes > Budget().bytes - archives.MAX_FILE_BYTES - 2 * 10**7


LONG = {"a/" * 64 + "loss.py": STUBS, "x" * 1001: "", "학" * 334 + ".py": STUBS}


@pytest.mark.parametrize("kind", ["a.zip", "a.tar.gz"])
def test_entries_with_long_names_are_left_out(kind, tmp_path):
    entries = LONG | {"a/" * 63 + "loss.py": STUBS}
    path = tmp_path / "x"
    zipped(path, entries) if kind == "a.zip" else tarred(path, entries, "w:gz")
    one = of_one(tmp_path, kind, path.read_bytes())
    assert [file.name for file in one.files] == ["loss.py"]
    said = "contains 3 entries with names that are too long, which were left out."
    assert one.remarks == [f"{kind} {said}"]
    found = find_submissions(tmp_path / "class" / kind, tmp_path / "again")
    assert found.ignored == [f"{kind} {said[:-1]}"]


@pytest.mark.parametrize("kind", ["a.zip", "a.tar.gz"])
def test_a_name_with_many_folders_takes_little_memory(kind, tmp_path):
    folders = 30_000 if kind == "a.zip" else 100_000
    entries = {"a/" * folders + "loss.py": STUBS, "loss.py": STUBS}
    path = tmp_path / kind
    zipped(path, entries) if kind == "a.zip" else tarred(path, entries, "w:gz")
    tracemalloc.start()
    unpacked = unpack(path, tmp_path / "out")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (unpacked.problem, unpacked.too_long) == ("", 1)
    assert most < 20 * 2**20
    assert files_below(tmp_path / "out") == ["loss.py"]


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_what_a_tar_says_about_its_entries_is_limited(mode, tmp_path):
    path = tmp_path / "a.tar"
    with tarfile.open(path, mode, format=tarfile.PAX_FORMAT) as archive:
        for k in range(5):
            info = tarfile.TarInfo(f"{k}.py")
            info.pax_headers = {"comment": "x" * 1000}
            archive.addfile(info)
    said = "exceeds the limits: the names in it are too long"
    assert unpack(path, tmp_path / "o", Budget(names=4000)).problem == said
    assert unpack(path, tmp_path / "p", Budget(names=6000)).problem == ""
    with tarfile.open(path, mode) as archive:
        archive.addfile(tarfile.TarInfo("x" * 2**19))
    assert "its list of contents is too long" in unpack(path, tmp_path / "q").problem
    zipped(tmp_path / "a.zip", {f"{k}{'x' * 100}": "" for k in range(5)})
    assert unpack(tmp_path / "a.zip", tmp_path / "r", Budget(names=400)).problem == said


def test_headers_are_not_believed(tmp_path):
    path = zipped(tmp_path / "a.zip", {"loss.py": "x" * 99})
    data = bytearray(path.read_bytes())
    where = data.rindex(b"PK\x01\x02")
    data[where + 24 : where + 28] = (3).to_bytes(4, "little")  # the size in the list of contents
    path.write_bytes(data)
    assert unpack(path, tmp_path / "out").problem == ""
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        info = tarfile.TarInfo("loss.py")
        info.size = 2**60
        archive.fileobj.write(info.tobuf(tarfile.GNU_FORMAT))
    assert "exceeds the limits" in unpack(tmp_path / "a.tar", tmp_path / "tar").problem


def test_what_is_skipped_in_a_tar_counts(tmp_path):
    with gzip.open(tmp_path / "a.tar.gz", "wb", 1) as file:
        info = tarfile.TarInfo("zeros.bin")
        info.size = 64 << 20
        file.write(info.tobuf())
        file.write(zeros(64 << 20))
    budget = Budget(scanned=2**20)
    assert "exceeds the limits" in unpack(tmp_path / "a.tar.gz", tmp_path / "o", budget).problem


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Rar!\x1a\x07\x00rest", "is an archive in RAR format, which cannot be read here"),
        (b"7z\xbc\xaf\x27\x1crest", "is an archive in 7-Zip format"),
        (b"PK\x03\x04 and so on", "its end is missing"),
        (b"", "neither a zip nor a tar"),
        (b"<html>", "neither a zip nor a tar"),
        (gzip.compress(b"no tar", mtime=0), "neither a zip nor a tar"),
        (lzma.compress(b"x" * 999)[:-9], "cannot be unpacked"),
        (b"\x1f\x8b\x08\x00broken gzip", "cannot be unpacked"),
    ],
)
def test_files_that_are_no_archives_are_a_remark(data, said, tmp_path):
    one = of_one(tmp_path, "ada.zip", data)
    (remark,) = one.remarks
    assert said in remark
    assert remark.startswith("ada.zip ")


@pytest.mark.parametrize("name", ["a.rar", "a.7z", "a.alz", "a.egg", "a.tar.zst", "a.RAR", "a.gz"])
def test_other_archives_are_a_row_with_advice(name, tmp_path):
    one = of_one(tmp_path, name, b"anything")
    assert one.remarks == [
        f"{name} cannot be unpacked here: please hand in a .zip, or the files themselves."
    ]


def test_a_damaged_zip_of_a_platform_has_the_name_the_student_gave_and_advice(tmp_path):
    folder = tmp_path / "class" / "Carla Corrupt_1099_assignsubmission_file_"
    write(folder / "hw.zip", b"PK\x03\x04 and so on")
    write(folder.with_name("Bo_1_assignsubmission_file_") / "work" / "loss.py", "x = 1")
    bo, carla = find_submissions(tmp_path / "class", tmp_path / "scratch").submissions
    assert [file.place for file in bo.files] == ["work/loss.py"]
    assert carla.remarks == [
        "hw.zip cannot be unpacked because it is damaged: its end is missing. "
        "Please hand in a new .zip, or the .py and .ipynb files themselves."
    ]


def test_a_zip_with_a_password_is_a_remark_for_each_file(tmp_path):
    path = zipped(tmp_path / "x.zip", {"loss.py": "x"})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    one = of_one(tmp_path, "ada.zip", bytes(data))
    assert one.remarks == [
        "ada.zip/loss.py is protected by a password: please hand it in without one."
    ]


@pytest.mark.parametrize("kind", ["zip", "zip of zips", "tar.gz", "tar.xz", "tar"])
def test_no_damage_of_an_archive_is_an_exception(kind, tmp_path):
    path = tmp_path / f"a.{kind.split()[0]}"
    if kind == "zip of zips":
        zipped(path, {"b.zip": zipped(tmp_path / "b", WORK, 8).read_bytes()}, 8)
    elif kind == "zip":
        zipped(path, WORK, zipfile.ZIP_DEFLATED)
    else:
        tarred(path, WORK, f"w:{kind.removeprefix('tar').lstrip('.')}")
    data, generator = path.read_bytes(), random.Random(kind)
    for k in range(150):
        mutant = bytearray(data)
        for _ in range(generator.choice([1, 1, 2, 8])):
            mutant[generator.randrange(len(mutant))] = generator.choice([0, 1, 127, 255])
        if k % 5 == 0:
            del mutant[generator.randrange(len(mutant)) :]
        write(tmp_path / "class" / "bob.zip", bytes(mutant))
        (one,) = find_submissions(tmp_path / "class", tmp_path / "scratch").submissions
        assert one.files or one.remarks
        assert "Error:" not in " ".join(one.remarks)  # our own code has not failed


def test_virtual_environments_in_an_archive_are_left_out(tmp_path):
    entries = {f"env/Lib/site-packages/m{k}.py": "" for k in range(300)}
    entries |= {f"env/Lib/m{k}.py": "" for k in range(300)} | {"env/pyvenv.cfg": ""}
    entries |= {".venv/bin/a.py": "", "node_modules/a/b.py": "", "src/loss.py": "x"}
    one = of_one(tmp_path, "ada.zip", zipped(tmp_path / "x.zip", entries).read_bytes())
    assert [file.place for file in one.files] == ["ada.zip/src/loss.py"]
    assert one.remarks == []


def test_a_damaged_file_in_the_zip_of_a_class_costs_only_its_student(tmp_path):
    path = zipped(
        tmp_path / "class.zip",
        {"ada/loss.py": "a" * 500, "bob_1_2_loss.py": "b" * 500, "cy/loss.py": "c"},
    )
    path.write_bytes(path.read_bytes().replace(b"b" * 500, b"b" * 499 + b"x"))
    found = find_submissions(path, tmp_path / "s").submissions
    assert {one.student: len(one.files) for one in found} == {"ada": 1, "bob": 0, "cy": 1}
    assert "loss.py cannot be unpacked because it is damaged: Bad CRC-32" in found[1].remarks[0]


def test_a_class_may_be_a_tar(tmp_path):
    path = tarred(tmp_path / "class.tgz", {"hw/ada/loss.py": "x", "hw/bob_1_2_hw.pdf": "x"}, "w:gz")
    found = find_submissions(path, tmp_path / "s").submissions
    assert [(one.student, one.number) for one in found] == [("ada", ""), ("bob", "1")]


@pytest.mark.skipif(os.name != "posix", reason="names of bytes")
def test_names_in_a_tar_that_are_not_utf_8(tmp_path):
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT, encoding="latin-1") as archive:
        archive.addfile(tarfile.TarInfo("Müller_loss.py"))
    one = of_one(tmp_path, "ada.tar", path.read_bytes())
    assert [file.name for file in one.files] == ["M_xfcller_loss.py"]


@pytest.mark.parametrize("around", ["", "homework/"])
def test_no_student_takes_up_the_budget_of_a_class(around, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_OF_ENTRY", 20)
    monkeypatch.setattr(archives, "MAX_ENTRY_BYTES", 5000)
    monkeypatch.setattr(archives, "class_budget", lambda: Budget(20_000, 50))
    monkeypatch.setattr("minivgg.classroom.handins.collecting.class_budget", archives.class_budget)
    entries = {f"{around}ada/{k}.py": "" for k in range(100)}
    entries |= {f"{around}bob/{k}.py": "x" * 1000 for k in range(15)}
    entries |= {f"{around}cy/src/{k}.py": "x" for k in range(3)}
    path = zipped(tmp_path / "class.zip", entries)
    ada, bob, cy = find_submissions(path, tmp_path / "s").submissions
    assert (len(ada.files), len(bob.files), len(cy.files)) == (20, 5, 3)
    assert "the files are too large" in bob.remarks[0]


def test_a_name_may_be_that_of_a_file_and_of_a_folder(tmp_path):
    path = zipped(tmp_path / "x.zip", {"a.py": "x", "a.py/b.py": "x", "b.py/c.py": "", "b.py": ""})
    one = of_one(tmp_path, "ada.zip", path.read_bytes())
    assert sorted(file.name for file in one.files) == ["a.py", "b.py", "b.py", "c.py"]
    assert one.remarks == []


def test_a_full_disk_is_a_remark_without_our_own_paths(tmp_path, monkeypatch):
    def fail(self, folder, name):
        raise OSError(28, "No space left on device", str(folder))

    monkeypatch.setattr(archives._Writer, "_free", fail)
    one = of_one(tmp_path, "ada.zip", zipped(tmp_path / "x.zip", {"a.py": "x"}).read_bytes())
    said = "ada.zip cannot be unpacked completely: a.py: No space left on device."
    assert one.remarks == [said]
