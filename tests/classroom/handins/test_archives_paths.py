"""Where the members of an archive are written, in which order, and which of them are left out."""

import zipfile
from pathlib import Path

import pytest
from support.submissions import zipped

from minivgg.classroom.handins import archive_readers, archives
from minivgg.classroom.handins.archive_readers import Budget, Member, UnreadableArchiveError
from minivgg.classroom.handins.archives import Unpacked, unpack

TEN = b"0123456789"


def written(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def unpacked_from(tmp_path, names, **options):
    zipped(tmp_path / "a.zip", {name: name for name in names})
    assert unpack(tmp_path / "a.zip", tmp_path / "out", **options) == Unpacked()
    return {path: text.decode() for path, text in written(tmp_path / "out").items()}


def test_the_sizes_that_are_read():
    assert archives.MAX_FILE_BYTES == 20_971_520
    assert archives.MAX_ARCHIVE_BYTES == 104_857_600
    assert archives.MAX_ENTRY_BYTES == 419_430_400
    assert (archives.MAX_OF_ENTRY, archives.MAX_FOLDERS) == (2000, 8)
    assert archives.class_budget() == Budget(
        bytes=17_179_869_184,
        files=500_000,
        members=5_000_000,
        scanned=137_438_953_472,
        at_once=536_870_912,
        names=1_073_741_824,
    )


def test_the_budget_is_used_in_the_order_of_the_archive(tmp_path):
    zipped(tmp_path / "a.zip", {"x/b.py": TEN, "a.py": TEN, "c.py": TEN, "d.py": TEN})
    unpacked = unpack(tmp_path / "a.zip", tmp_path / "out", Budget(bytes=15))
    assert written(tmp_path / "out") == {"x/b.py": TEN, "a.py": b""}
    assert unpacked.problem == "exceeds the limits: not everything was read"
    said = "was not unpacked: the files are too large"
    assert unpacked.damaged == {tmp_path / "out" / "a.py": said}


def test_the_last_byte_of_the_budget_is_never_used(tmp_path):
    zipped(tmp_path / "a.zip", {"a.py": TEN, "b.py": TEN})
    left = Budget(bytes=20)
    assert unpack(tmp_path / "a.zip", tmp_path / "out", left).problem
    assert written(tmp_path / "out") == {"a.py": TEN, "b.py": b""}
    assert left.bytes == 0


@pytest.mark.parametrize(
    ("files", "kept"), [(1, ["a.py"]), (2, ["a.py", "x/b.py"]), (3, ["a.py", "d.zip", "x/b.py"])]
)
def test_with_few_files_programs_come_before_archives_and_outer_ones_first(files, kept, tmp_path):
    zipped(tmp_path / "a.zip", {"x/b.py": TEN, "c.txt": TEN, "d.zip": TEN, "a.py": TEN})
    unpack(tmp_path / "a.zip", tmp_path / "out", Budget(files=files))
    assert sorted(written(tmp_path / "out")) == kept


def test_a_students_archive_has_no_entries(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_OF_ENTRY", 2)
    assert len(unpacked_from(tmp_path, ["a/1.py", "a/2.py", "a/3.py"])) == 3


def chosen(names):
    members = [Member(name, False, 0, k, lambda: None) for k, name in enumerate(names)]
    return [member.name for member in archives._chosen(members)]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            ["d.txt", "x/c.zip", "b.zip", "x/y/a.py", "x/a.py", "b.py", "a.py"],
            ["b.py", "a.py", "x/a.py", "x/y/a.py", "b.zip", "x/c.zip", "d.txt"],
        ),
        (["env/pyvenv.cfg", "env/lib/a.py", "env/src/b.py"], ["env/src/b.py", "env/pyvenv.cfg"]),
        (["./env/pyvenv.cfg", "env//Lib/a.py"], ["./env/pyvenv.cfg"]),
        (["pyvenv.cfg", "bin/a.py", "src/bin/b.py"], ["src/bin/b.py", "pyvenv.cfg"]),
        (["env/conda-meta/history", "env/lib64/x/a.py", "lib/b.py"], ["lib/b.py"]),
        (["a/env/pyvenv.cfg", "env/lib/a.py"], ["env/lib/a.py", "a/env/pyvenv.cfg"]),
        (["site-packages/a.py", "x/__MACOSX/b.py", "x/.venv/c.py", ".d.py"], [".d.py"]),
        (["__pycache__", "../a.py"], ["../a.py", "__pycache__"]),
        (["x/.git/HEAD", "x/.git/config", "x/.git/a.py"], ["x/.git/HEAD"]),
    ],
)
def test_which_members_are_written_and_which_first(names, expected):
    assert chosen(names) == expected


@pytest.mark.parametrize(
    ("names", "level"),
    [(["a/x.py", "a/y.py"], 2), (["a/x.py", "b/x.py"], 1), (["./a/x.py", "a/y.py"], 2), ([], 1)],
)
def test_what_identifies_an_entry(names, level):
    members = [Member(name, False, 0, 0, lambda: None) for name in names]
    assert archives._level_of_entries(members) == level


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a/b/../c.py", "./d.py", "e//f.py", "/g.py"], ["a/b/c.py", "d.py", "e/f.py", "g.py"]),
        (["a/b/c/d/e/f/g/h/x.py"], ["a/b/c/d/e/f/g/h/x.py"]),
        (["a/b/c/d/e/f/g/h/i/x.py"], ["a/b/d/e/f/g/h/i/x.py"]),
        (["x.py", "./x.py", ".//x.py"], ["again-2/x.py", "again-3/x.py", "x.py"]),
        (["x.py", "./x.py", "y.py", "./y.py"], ["again-2/x.py", "again-2/y.py", "x.py", "y.py"]),
        (["x.py", "x.py/a.py", "x.py/b.py"], ["x.py", "x.py-folder/a.py", "x.py-folder/b.py"]),
    ],
)
def test_where_members_are_written(names, expected, tmp_path):
    found = unpacked_from(tmp_path, names)
    assert sorted(found) == expected
    assert sorted(found.values()) == sorted(names)


def test_folders_are_made_also_after_their_files_and_empty_ones(tmp_path):
    assert list(unpacked_from(tmp_path, ["a/x.py", "a/", "b/c/", "b/c/", "./"])) == ["a/x.py"]
    assert (tmp_path / "out" / "b" / "c").is_dir()
    assert not (tmp_path / "out" / "b" / "c" / "c").exists()


def test_that_there_is_a_repository_is_kept_and_costs_nothing(tmp_path):
    names = ["work/.git/HEAD", "work//.git/HEAD", "work/.git/config", "work/a.py"]
    zipped(tmp_path / "a.zip", dict.fromkeys(names, TEN))
    left = Budget()
    unpack(tmp_path / "a.zip", tmp_path / "all", left)
    assert left.files == 999
    assert list(written(tmp_path / "all")) == ["work/a.py"]
    assert (tmp_path / "all" / "work" / ".git").is_dir()


def test_files_keep_their_dates(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("a.py", "b.txt"):
            archive.writestr(zipfile.ZipInfo(name, (2001, 2, 3, 4, 5, 6)), "x")
    unpack(tmp_path / "a.zip", tmp_path / "out")
    expected = archive_readers._date_in_zip((2001, 2, 3, 4, 5, 6))
    for name in ("a.py", "b.txt"):
        assert (tmp_path / "out" / name).stat().st_mtime == expected


def test_a_name_that_cannot_be_written_is_one_sentence_and_the_others_are_written(
    tmp_path, monkeypatch
):
    def free(self, folder, name):
        if name.startswith("b"):
            raise OSError(36, "File name too long", str(folder))
        return folder / name

    monkeypatch.setattr(archives._Writer, "_free", free)
    zipped(tmp_path / "a.zip", {"a.py": TEN, f"b{'x' * 120}.py": TEN, "c.py": TEN})
    unpacked = unpack(tmp_path / "a.zip", tmp_path / "out")
    reason = f"b{'x' * 99}: File name too long"
    assert unpacked.damaged == {tmp_path / "out": f"cannot be unpacked completely: {reason}"}
    assert list(written(tmp_path / "out").values()) == [TEN, TEN]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (UnreadableArchiveError("is empty"), "is empty"),
        (RuntimeError("a.py is encrypted"), "is protected by a password: please hand it in with"),
        (RuntimeError("Bad password for a"), "is protected by a password: please hand it in with"),
        (EOFError(), "cannot be unpacked because it is damaged: EOFError"),
        (ValueError("a\nb"), "cannot be unpacked because it is damaged: a\\nb"),
        (ValueError("y" * 300), f"cannot be unpacked because it is damaged: {'y' * 200}"),
    ],
)
def test_what_is_wrong_with_an_archive_is_a_sentence(error, sentence):
    found = archives._describe(error)
    assert found.removesuffix("out one") == sentence


@pytest.mark.parametrize(
    ("part", "safe"),
    [
        ('a<b>c:d"e|f?g*h\\i', "a_b_c_d_e_f_g_h_i"),
        ("a . .", "a"),
        ("...", "_"),
        ("", "_"),
        ("a\nb.py", "a_nb.py"),
        (230 * "x", 230 * "x"),
        (f"{231 * 'x'}.PY", f"{230 * 'x'}.py"),
        (f"{231 * 'x'}.tar.gz", f"{230 * 'x'}.tar.gz"),
        (f"{231 * 'x'}.abc", f"{230 * 'x'}.abc"),
        (f"{231 * 'x'}.{30 * 'y'}", f"{230 * 'x'}.{19 * 'y'}"),
        (f"{229 * 'x'}é.py", f"{229 * 'x'}.py"),
        (f"{228 * 'x'} . y.py", f"{228 * 'x'}.py"),
        (231 * "x", 230 * "x"),
    ],
)
def test_parts_of_paths_that_every_system_can_create(part, safe):
    assert archives._safe(part) == safe


def test_a_problem_of_an_archive_stands_instead_of_an_exception(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"")
    said = "cannot be unpacked: it is neither a zip nor a tar"
    assert unpack(tmp_path / "a.zip", tmp_path / "out") == Unpacked(said)
    none = unpack(Path(tmp_path / "none.zip"), tmp_path / "out").problem
    assert none.startswith("cannot be unpacked because it is damaged: [Errno 2] No such file")
