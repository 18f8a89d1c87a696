"""The files of one student: which are read, which are only named, and each remark."""

import errno
import zipfile

import pytest
from support.submissions import write, zipped

from minivgg.classroom.handins import one_student
from minivgg.classroom.handins.archive_readers import Budget
from minivgg.classroom.handins.one_student import Collector, describe_nothing, guarded, new_folder
from minivgg.classroom.handins.submission import File, Submission


def collected(path, platform="", damaged=None, **options):
    submission = Submission("ada", platform=platform)
    Collector(submission, path.parent / "scratch", damaged or {}).add(path, **options)
    return submission


def test_the_limits_of_a_student():
    assert (one_student.MAX_STUDENT_FILES, one_student.MAX_STUDENT_BYTES) == (200, 104_857_600)
    assert (one_student.MAX_LOOKED_AT, one_student.MAX_DEPTH) == (200_000, 3)


def test_what_is_known_of_a_file(tmp_path):
    path = write(tmp_path / "loss.py", "x = 1", time=1000)
    assert collected(path).files == [File(path, "loss.py", 1000.0, 0, "loss.py")]
    assert collected(path, attempt=7).files == [File(path, "loss.py", 1000.0, 7, "loss.py")]


@pytest.mark.parametrize(
    ("platform", "name", "shown"),
    [
        ("Canvas", "loss.py", "loss.py"),
        ("Canvas", "", "ada_1_2_loss.py"),
        ("", "other.py", "other.py"),
    ],
)
def test_the_name_that_a_file_has_for_its_student(platform, name, shown, tmp_path):
    path = write(tmp_path / "ada_1_2_loss.py")
    (file,) = collected(path, platform, name=name).files
    assert file.name == shown
    assert file.place == (shown if platform else "ada_1_2_loss.py")


@pytest.mark.parametrize(
    ("platform", "places"),
    [("", ["ada/a.py", "ada/x/b.py"]), ("Moodle", ["a.py", "x/b.py"])],
)
def test_the_folder_of_a_platform_is_no_part_of_a_place(platform, places, tmp_path):
    write(tmp_path / "ada" / "x" / "b.py")
    write(tmp_path / "ada" / "a.py")
    found = collected(tmp_path / "ada", platform)
    assert [file.place for file in found.files] == places


def test_files_come_in_order_those_of_a_folder_before_the_folders_in_it(tmp_path):
    for name in ("b.py", "a/z.py", "a/b/y.py", "c.py", "d/x.py"):
        write(tmp_path / "ada" / name)
    zipped(tmp_path / "ada" / "a.zip", {"w.py": "x"})
    found = collected(tmp_path / "ada")
    assert [file.name for file in found.files] == ["b.py", "c.py", "z.py", "x.py", "y.py", "w.py"]
    assert found.remarks == found.other_names == []


def test_files_of_an_environment_are_left_out_only_beside_its_mark(tmp_path):
    for name in (
        *("env/pyvenv.cfg", "env/Lib/a.py", "env/bin/b.py", "env/c.py", "env/src/d.py"),
        *("conda/conda-meta/e.py", "conda/share/f.py", "work/lib/g.py", "work/.hidden/h.py"),
    ):
        write(tmp_path / "ada" / name)
    found = collected(tmp_path / "ada")
    assert sorted(file.name for file in found.files) == ["c.py", "d.py", "g.py"]
    assert found.other_names == []


@pytest.mark.parametrize(("limit", "count"), [(3, 3), (2, 2), (1, 1)])
def test_no_more_than_so_many_files_are_read(limit, count, tmp_path, monkeypatch):
    monkeypatch.setattr(one_student, "MAX_STUDENT_FILES", limit)
    for name in ("a.py", "b.py", "c.py"):
        write(tmp_path / "ada" / name)
    found = collected(tmp_path / "ada")
    assert [file.name for file in found.files] == ["a.py", "b.py", "c.py"][:count]
    said = "There are too many files: only those in the outer folders were read."
    assert found.remarks == [said] * (limit < 3)


@pytest.mark.parametrize(
    ("others", "is_said"),
    [(["b.txt"], False), (["b.txt", "c.py"], True), (["b.zip"], True), ([], False)],
)
def test_that_files_were_left_out_is_said_where_one_could_have_been_graded(
    others, is_said, tmp_path, monkeypatch
):
    monkeypatch.setattr(one_student, "MAX_STUDENT_FILES", 1)
    write(tmp_path / "ada" / "a.py")
    for name in others:
        path = tmp_path / "ada" / name
        zipped(path, {"x.py": ""}) if name.endswith(".zip") else write(path)
    assert bool(collected(tmp_path / "ada").remarks) is is_said


@pytest.mark.parametrize(("limit", "names"), [(7, ["a.py", "b.py", "c.py"]), (6, ["a.py", "b.py"])])
def test_all_that_is_in_folders_counts_as_looked_at(limit, names, tmp_path, monkeypatch):
    """Twice: once when its folder is read, once by itself. The folder counts, too."""
    monkeypatch.setattr(one_student, "MAX_LOOKED_AT", limit)
    for name in ("a.py", "b.py", "c.py"):
        write(tmp_path / "ada" / name)
    assert [file.name for file in collected(tmp_path / "ada").files] == names


@pytest.mark.parametrize(
    ("name", "size", "remark"),
    [
        ("a.py", 2**20, ""),
        ("a.py", 2**20 + 1, "a.py is larger than 1 MB and was not read."),
        ("a.py.txt", 2**20 + 1, "a.py.txt is larger than 1 MB and was not read."),
        (
            "a.ipynb",
            2**20 + 1,
            "a.ipynb is larger than 1 MB and was not read. (Clear its outputs and save it.)",
        ),
    ],
)
def test_a_file_may_be_as_large_as_the_limit(name, size, remark, tmp_path, monkeypatch):
    monkeypatch.setattr(one_student, "MAX_FILE_BYTES", 2**20)
    found = collected(write(tmp_path / name, "x" * size))
    assert found.remarks == [remark] * bool(remark)
    assert len(found.files) == (not remark)


def test_all_files_together_may_be_as_large_as_the_limit(tmp_path, monkeypatch):
    for name in ("a.py", "b.py", "c.py"):
        write(tmp_path / "ada" / name, 10 * "x")
    monkeypatch.setattr(one_student, "MAX_STUDENT_BYTES", 30)
    assert len(collected(tmp_path / "ada").files) == 3
    monkeypatch.setattr(one_student, "MAX_STUDENT_BYTES", 19)
    found = collected(tmp_path / "ada")
    assert [file.name for file in found.files] == ["a.py"]
    said = "Together, the files are too large: not all of them were read."
    assert found.remarks == [said]  # once, for two files


@pytest.mark.parametrize(("difference", "is_read"), [(0, True), (-1, False)])
def test_an_archive_may_be_as_large_as_the_limit(difference, is_read, tmp_path, monkeypatch):
    path = zipped(tmp_path / "a.zip", {"a.py": "x" * 2**20})
    write(tmp_path / "b.zip", path.read_bytes())
    limit = path.stat().st_size + difference
    monkeypatch.setattr(one_student, "MAX_ARCHIVE_BYTES", limit)
    found = collected(path)
    assert len(found.files) == is_read
    assert found.remarks == ["a.zip is larger than 1 MB and was not unpacked."] * (not is_read)


@pytest.mark.parametrize(
    ("platform_name", "path_name", "remark"),
    [
        ("a.rar", "x_1_2_a.rar", "a.rar cannot be unpacked here: please hand in a .zip, or the "),
        ("a.zip", "x_1_2_a.rar", "a.zip cannot be unpacked here: please hand in a .zip, or the "),
        ("a.pdf", "x_1_2_a.pdf", ""),
    ],
)
def test_what_cannot_be_read_is_named(platform_name, path_name, remark, tmp_path):
    found = collected(write(tmp_path / path_name, "x"), "Canvas", name=platform_name)
    assert found.other_names == [platform_name]
    assert [text.removesuffix("files themselves.") for text in found.remarks] == [remark] * bool(
        remark
    )


NEW = "Please hand in a new .zip, or the .py and .ipynb files themselves."


@pytest.mark.parametrize(
    ("data", "remark"),
    [
        (b"no zip", f"a.zip cannot be unpacked: it is neither a zip nor a tar. {NEW}"),
        (
            b"Rar!",
            "a.zip is an archive in RAR format, which cannot be read here: please hand in a .zip.",
        ),
    ],
)
def test_advice_is_given_once(data, remark, tmp_path):
    assert collected(write(tmp_path / "a.zip", data)).remarks == [remark]


def test_limits_of_an_archive_need_no_advice(tmp_path):
    submission = Submission("ada")
    zipped(tmp_path / "a.zip", {"a.py": "x", "b.py": "x"})
    Collector(submission, tmp_path / "s", budget=Budget(files=1)).add(tmp_path / "a.zip")
    assert submission.remarks == ["a.zip exceeds the limits: not everything was read."]
    assert [file.place for file in submission.files] == ["a.zip/a.py"]


def test_damaged_files_of_an_archive_are_not_read(tmp_path):
    path = zipped(tmp_path / "a.zip", {"x/a.py": b"a" * 50, "b.py": b"b"})
    path.write_bytes(path.read_bytes().replace(b"a" * 50, b"a" * 49 + b"x"))
    found = collected(path)
    said = "cannot be unpacked because it is damaged: Bad CRC-32 for file 'x/a.py'."
    assert found.remarks == [f"a.zip/x/a.py {said}"]
    assert [file.place for file in found.files] == ["a.zip/b.py"]
    assert not list((tmp_path / "scratch").rglob("a.py"))


def test_files_that_are_damaged_already_are_a_remark(tmp_path):
    path = write(tmp_path / "ada" / "a.py")
    write(tmp_path / "ada" / "b.py")
    found = collected(tmp_path / "ada", damaged={path: "is damaged"})
    assert found.remarks == ["ada/a.py is damaged."]
    assert [file.name for file in found.files] == ["b.py"]


def test_archives_in_archives_are_removed_and_the_students_own_is_kept(tmp_path):
    inner = zipped(tmp_path / "x", {"a.py": "x"}).read_bytes()
    path = zipped(tmp_path / "a.zip", {"b.zip": inner})
    found = collected(path)
    assert [file.place for file in found.files] == ["a.zip/b.zip/a.py"]
    assert path.exists()
    assert not list((tmp_path / "scratch").rglob("*.zip"))
    assert sorted(one.name for one in (tmp_path / "scratch").iterdir()) == [
        "unpacked-1",
        "unpacked-2",
    ]


def test_long_names_in_an_archive_are_a_remark(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x" * 1001, "")
    assert collected(tmp_path / "a.zip").remarks == [
        "a.zip contains an entry with a name that is too long, which was left out."
    ]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "Permission denied"),
        (ValueError("a\nb"), "a\\nb"),
        (ValueError("y" * 300), "y" * 200),
    ],
)
def test_one_file_that_cannot_be_read_does_not_stop_the_others(
    error, reason, tmp_path, monkeypatch
):
    def names(folder):
        if folder.name == "a":
            raise error
        return sorted(one.name for one in folder.iterdir())

    monkeypatch.setattr(one_student, "_names_in", names)
    for name in ("a/x.py", "b/y.py"):
        write(tmp_path / "ada" / name)
    found = collected(tmp_path / "ada")
    assert found.remarks == [f"ada/a cannot be read: {reason}."]
    assert [file.name for file in found.files] == ["y.py"]


def test_a_remark_is_given_once_and_there_are_at_most_ten(tmp_path):
    submission = Submission("ada")
    collector = Collector(submission, tmp_path)
    for letter in "bbabcdefghijklm":
        collector._remark(letter)
    assert submission.remarks == [*"bacdefghij"]


def test_new_folders_are_counted(tmp_path):
    (tmp_path / "x-2").mkdir()
    names = [new_folder(tmp_path, "x").name for _ in range(3)]
    assert names == ["x-1", "x-3", "x-4"]
    assert new_folder(tmp_path / "a" / "b", "x").is_dir()


def test_errors_are_remarks():
    submission = Submission("ada")

    def fail():
        raise KeyError("y" * 300)

    guarded(submission, fail)
    guarded(submission, lambda: submission.remarks.append("done"))
    assert submission.remarks == [
        f"The submission cannot be read: KeyError: '{'y' * 199}.",
        "done",
    ]


@pytest.mark.parametrize(
    ("files", "remarks", "names", "expected"),
    [
        ([], [], [], ["Nothing was handed in."]),
        ([1], [], ["a.pdf"], []),
        ([], ["x"], ["a.pdf"], ["x"]),
        (
            [],
            [],
            ["a.pdf", "b.pdf"],
            [
                "There is no Python file and no notebook, only a.pdf, b.pdf. "
                "Please hand in the .py or .ipynb file of the assignment."
            ],
        ),
    ],
)
def test_that_nothing_can_be_graded_is_said_once(files, remarks, names, expected):
    submission = Submission("ada", files, remarks, names)
    describe_nothing(submission)
    assert submission.remarks == expected
