"""Finding submissions: layouts of folders, odd files and names, one student or a class."""

import json
import os
import socket

import pytest
from support.submissions import STUBS, write, zipped

from minivgg.classroom.handins import collecting, one_student
from minivgg.classroom.handins.collecting import find_submissions

on_posix = pytest.mark.skipif(os.name != "posix", reason="names of bytes, pipes and permissions")


def find(place, tmp_path, **options):
    return find_submissions(place, tmp_path / "scratch", **options)


def files_of(place, tmp_path):
    return {
        one.student: [file.name for file in one.files] for one in find(place, tmp_path).submissions
    }


def test_a_folder_of_folders_files_and_zips(tmp_path):
    place = tmp_path / "class"
    write(place / "alice" / "work" / "convolution.py")
    write(place / "bob.py")
    zipped(
        place.joinpath("carol.zip"),
        {"convolution.py": STUBS, "__MACOSX/._convolution.py": "x", "notes.txt": "x"},
    )
    write(place / "list.csv", "alice,bob")
    write(place / ".DS_Store", "x")
    write(place / "__MACOSX" / "._x.py", "x")
    write(place / "dave" / "__pycache__" / "convolution.py")
    assert files_of(place, tmp_path) == {
        "alice": ["convolution.py"],
        "bob": ["bob.py"],
        "carol": ["convolution.py"],
        "dave": [],
    }
    found = find(place, tmp_path)
    assert found.ignored == ["list.csv"]
    assert found.submissions[3].remarks == ["Nothing was handed in."]


def test_nobody_disappears_whatever_the_type_of_the_file(tmp_path):
    place = tmp_path / "class"
    for name in ("bob_loss.PY", "eve.Ipynb", "fay_loss.py.txt", "gus.ipynb.json"):
        write(place / name)
    for name in ("cem.rar", "dee.ZIP", "eli.tar.gz", "byron_1_2_hw.pdf"):
        write(place / name, b"x")
    write(place / "hal" / "hw.pdf", b"x")
    (place / "ida").mkdir()
    found = {one.student: one for one in find(place, tmp_path).submissions}
    read = {"bob", "eve", "fay", "gus"}
    assert set(found) == {*read, "cem", "dee", "eli", "byron", "hal", "ida"}
    assert {name for name, one in found.items() if one.files} == read
    assert all(found[name].remarks == [] for name in read)
    only = (
        "There is no Python file and no notebook, only hw.pdf. "
        "Please hand in the .py or .ipynb file of the assignment."
    )
    assert found["hal"].remarks == found["byron"].remarks == [only]
    assert found["ida"].remarks == ["Nothing was handed in."]


def test_two_students_of_one_name_are_two_rows_and_several_files_of_one_are_one(tmp_path):
    place = tmp_path / "class"
    write(place / "Kim Minsu_111_assignsubmission_file_" / "loss.py")
    write(place / "Kim Minsu_222_assignsubmission_file_" / "loss.py")
    write(place / "Kim Minsu_222_assignsubmission_onlinetext_" / "onlinetext.html")
    other = tmp_path / "other"
    write(other / "leekim_LATE_111_7_loss.py")
    write(other / "leekim_111_8_convolution-1.py")
    found = find(place, tmp_path).submissions + find(other, tmp_path).submissions
    assert [(one.student, one.key, one.number, one.is_late) for one in found] == [
        ("Kim Minsu (111)", "moodle:111", "111", False),
        ("Kim Minsu (222)", "moodle:222", "222", False),
        ("leekim", "canvas:111", "111", True),
    ]
    assert [(file.name, file.attempt) for file in found[2].files] == [
        ("convolution-1.py", 8),
        ("loss.py", 7),
    ]
    assert found[1].other_names == ["onlinetext.html"]
    assert found[0].entry == "Kim Minsu_111_assignsubmission_file_"


def test_names_of_students_in_other_compositions_are_the_same(tmp_path):
    place = tmp_path / "class"
    write(place / "M\u00fcller" / "a.py")
    write(place / "mu\u0308ller_loss.py")
    assert files_of(place, tmp_path) == {"müller": ["müller_loss.py", "a.py"]} or files_of(
        place, tmp_path
    ) == {"Müller": ["a.py", "müller_loss.py"]}


@pytest.mark.parametrize("form", ["folder", "zip"])
@pytest.mark.parametrize("around", ["homework 1", "a/b/c"])
def test_folders_around_a_class_are_entered(form, around, tmp_path):
    entries = {f"{around}/{name}/x.py": STUBS for name in ("alice", "bob")}
    entries["__MACOSX/._x"] = "x"
    if form == "zip":
        place = zipped(tmp_path / "a.zip", entries)
    else:
        place = tmp_path / "class"
        for name, text in entries.items():
            write(place / name, text)
    assert files_of(place, tmp_path) == {"alice": ["x.py"], "bob": ["x.py"]}


@pytest.mark.parametrize("inside", ["hw1.py", "src/hw1.py", "week 1/a/hw1.py", "week 1/a/b/"])
def test_the_only_student_of_a_class_keeps_the_name(inside, tmp_path):
    path = tmp_path / "class" / "alice" / inside
    path.mkdir(parents=True) if inside.endswith("/") else write(path)
    assert list(files_of(tmp_path / "class", tmp_path)) == ["alice"]


def test_the_folder_of_the_only_student_of_a_class_is_not_entered(tmp_path):
    write(tmp_path / "class" / "alice" / "src" / "a.py")
    write(tmp_path / "class" / "alice" / "tests" / "b.py")
    assert files_of(tmp_path / "class", tmp_path) == {"alice": ["a.py", "b.py"]}
    moodle = tmp_path / "moodle" / "Ada Byron_1_assignsubmission_file_"
    write(moodle / "bo_1_2_x.py")
    assert files_of(tmp_path / "moodle", tmp_path) == {"Ada Byron": ["bo_1_2_x.py"]}


@pytest.mark.parametrize("name", ["convolution.py", "Loss.PY", "loss (1).ipynb", "loss.py.txt"])
def test_one_students_folder_is_one_student(name, tmp_path):
    write(tmp_path / "submission" / name)
    write(tmp_path / "submission" / "util.py")
    assert files_of(tmp_path / "submission", tmp_path) == {"submission": [name, "util.py"]}
    place = zipped(tmp_path / "ada.zip", {name: STUBS, "util.py": STUBS})
    assert files_of(place, tmp_path) == {"ada": [name, "util.py"]}


def test_a_file_of_the_instructor_does_not_make_a_class_one_student(tmp_path):
    write(tmp_path / "class" / "loss.py")
    write(tmp_path / "class" / "byron_1_2_loss.py")
    write(tmp_path / "class" / "dee_2_3_loss.py")
    assert set(files_of(tmp_path / "class", tmp_path)) == {"byron", "dee", "loss"}


@pytest.mark.parametrize("names", [["a.py", "notes.py"], ["src/a.py", "README.md"], ["hw.pdf"], []])
def test_everything_is_one_student_if_the_caller_says_so(names, tmp_path):
    (tmp_path / "submission").mkdir()
    for name in names:
        write(tmp_path / "submission" / name)
    (one,) = find(tmp_path / "submission", tmp_path, as_one=True).submissions
    assert (one.student, one.key) == ("submission", "submission")
    assert len(one.files) == sum(name.endswith(".py") for name in names)
    assert bool(one.remarks) == (not one.files)


def test_what_gradescope_says_about_the_one_student_is_read(tmp_path):
    write(tmp_path / "submission" / "loss.py")
    metadata = {
        "created_at": "2024-09-21T10:00:00.123456-07:00",
        "assignment": {"due_date": "2024-09-20T10:00:00.000000-07:00"},
        "users": [{"name": "Ada", "sid": "7"}, {"name": "Bo", "sid": None}],
    }
    write(tmp_path / "submission_metadata.json", json.dumps(metadata))
    (one,) = find(tmp_path / "submission", tmp_path, as_one=True).submissions
    assert (one.student, one.number, one.is_late) == ("Ada, Bo", "7", True)
    extended = {"due_date": "2024-09-22T10:00:00.000000-07:00"}
    metadata["users"][0]["assignment"] = extended
    write(tmp_path / "submission_metadata.json", json.dumps(metadata))
    assert not find(tmp_path / "submission", tmp_path, as_one=True).submissions[0].is_late
    write(tmp_path / "submission_metadata.json", "[1]")
    (one,) = find(tmp_path / "submission", tmp_path, as_one=True).submissions
    assert len(one.files) == 1


@pytest.mark.parametrize(
    "inside",
    [
        *("env/lib/python3.11/site-packages/", "env/Lib/", ".venv/", "venv/Scripts/"),
        *("node_modules/", "__pycache__/", ".ipynb_checkpoints/", ".git/", "Lib/"),
    ],
)
def test_installed_packages_are_left_out(inside, tmp_path):
    for k in range(one_student.MAX_STUDENT_FILES + 5):
        write(tmp_path / "class" / "ada" / inside / f"m{k}.py", "")
    for folder in ("env", "venv", "."):
        write(tmp_path / "class" / "ada" / folder / "pyvenv.cfg", "home = /usr/bin")
    write(tmp_path / "class" / "ada" / "zz" / "loss.py")
    (one,) = find(tmp_path / "class", tmp_path).submissions
    assert [file.name for file in one.files] == ["loss.py"]
    assert one.remarks == []


def test_of_too_many_files_the_outer_ones_are_read_and_a_remark_says_so(tmp_path):
    for k in range(one_student.MAX_STUDENT_FILES + 5):
        write(tmp_path / "class" / "ada" / "A" / f"m{k}.py", "")
    write(tmp_path / "class" / "ada" / "loss.py")
    (one,) = find(tmp_path / "class", tmp_path).submissions
    assert one.files[0].name == "loss.py"
    assert len(one.files) == one_student.MAX_STUDENT_FILES
    assert one.remarks == ["There are too many files: only those in the outer folders were read."]


def test_a_notebook_that_is_too_large_is_not_read_and_says_what_helps(tmp_path, monkeypatch):
    monkeypatch.setattr("minivgg.classroom.handins.one_student.MAX_FILE_BYTES", 2**20)
    write(tmp_path / "class" / "ada" / "loss.ipynb", "x" * 2**21)
    (one,) = find(tmp_path / "class", tmp_path).submissions
    assert one.remarks == [
        "ada/loss.ipynb is larger than 1 MB and was not read. (Clear its outputs and save it.)"
    ]


@on_posix
def test_names_that_are_not_utf_8_can_be_shown_and_the_file_be_opened(tmp_path):
    place = tmp_path / "class"
    for name in (b"M\xfcller", b"Ada_\x1b[31m_1_assignsubmission_file_", b"\xb1\xe8"):
        write(place / os.fsdecode(name) / os.fsdecode(b"l\xf6s\n.py"))
    found = find(place, tmp_path).submissions
    shown = {one.student for one in found}
    assert shown == {r"M\xfcller", r"Ada_\x1b[31m", r"\xb1\xe8"}
    for one in found:
        (file,) = one.files
        assert file.name == r"l\xf6s\n.py"
        assert file.path.read_text() == STUBS
        for text in (one.student, one.key, one.entry, file.place):
            assert text.encode().decode().isprintable()


@on_posix
def test_links_pipes_and_sockets_are_not_opened(tmp_path):
    place = tmp_path / "class" / "ada"
    secret = write(tmp_path / "secret" / "loss.py")
    write(place / "mine.py")
    (place / "link.py").symlink_to(secret)
    (place / "folder").symlink_to(secret.parent)
    (place / "round").symlink_to(place)
    os.mkfifo(place / "pipe.py")
    os.mkfifo(place / "pipe.zip")
    os.mkfifo(tmp_path / "class" / "bob.py")
    (tmp_path / "class" / "cy").symlink_to(secret.parent)
    with socket.socket(socket.AF_UNIX) as server:
        here = os.open(place, os.O_RDONLY)
        try:
            server.bind(f"/proc/self/fd/{here}/socket.py")  # the path itself would be too long
        finally:
            os.close(here)
    found = find(tmp_path / "class", tmp_path)
    (one,) = found.submissions
    assert [file.name for file in one.files] == ["mine.py"]
    assert sorted(one.remarks) == [
        "ada/folder is a link, which is not followed.",
        "ada/link.py is a link, which is not followed.",
        "ada/pipe.py is not an ordinary file and was not opened.",
        "ada/pipe.zip is not an ordinary file and was not opened.",
        "ada/round is a link, which is not followed.",
        "ada/socket.py is not an ordinary file and was not opened.",
    ]
    assert found.ignored == ["bob.py", "cy"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read all")
def test_a_folder_that_may_not_be_read_is_a_remark(tmp_path):
    write(tmp_path / "class" / "ada" / "loss.py")
    write(tmp_path / "class" / "bob" / "loss.py")
    (tmp_path / "class" / "ada").chmod(0)
    try:
        ada, bob = find(tmp_path / "class", tmp_path).submissions
    finally:
        (tmp_path / "class" / "ada").chmod(0o700)
    assert ada.remarks == ["ada cannot be read: Permission denied."]
    assert len(bob.files) == 1


def test_an_error_of_reading_is_a_remark(tmp_path, monkeypatch):
    def fail(folder):
        raise PermissionError(13, "Permission denied")

    write(tmp_path / "class" / "ada" / "loss.py")
    monkeypatch.setattr(one_student, "_names_in", fail)
    (one,) = find(tmp_path / "class", tmp_path).submissions
    assert one.remarks == ["ada cannot be read: Permission denied."]


def test_an_error_in_our_own_code_is_a_remark_of_one_student(tmp_path, monkeypatch):
    add = one_student.Collector._add_program

    def fail(self, found, attempt):
        if "ada" in found.place:
            raise IndexError("list index out of range")
        add(self, found, attempt)

    write(tmp_path / "class" / "ada" / "loss.py")
    write(tmp_path / "class" / "bob" / "loss.py")
    monkeypatch.setattr(one_student.Collector, "_add_program", fail)
    ada, bob = find(tmp_path / "class", tmp_path).submissions
    assert ada.remarks == ["The submission cannot be read: IndexError: list index out of range."]
    assert len(bob.files) == 1


def test_a_damaged_description_of_a_class_leaves_the_names_of_the_entries(tmp_path, monkeypatch):
    def fail(folder, entries):
        raise ValueError("damaged")

    write(tmp_path / "class" / "byron_1_2_loss.py")
    monkeypatch.setattr(collecting, "senders_of", fail)
    (one,) = find(tmp_path / "class", tmp_path).submissions
    assert one.key == "canvas:1"


def test_places_that_are_none(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no folder or zip"):
        find(tmp_path / "none", tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="there are no submissions in"):
        find(tmp_path / "empty", tmp_path)
    write(tmp_path / "a.txt")
    with pytest.raises(ValueError, match="neither a folder nor a zip"):
        find(tmp_path / "a.txt", tmp_path)
    write(tmp_path / "b.zip", b"PK\x03\x04")
    with pytest.raises(ValueError, match="zip cannot be unpacked"):
        find(tmp_path / "b.zip", tmp_path)


@pytest.mark.parametrize("as_one", [False, True])
def test_what_no_platform_has_numbered_is_attempt_0(as_one, tmp_path):
    write(tmp_path / "class" / "ada" / "loss.py", STUBS)
    (one,) = find(tmp_path / "class", tmp_path, as_one=as_one).submissions
    assert [file.attempt for file in one.files] == [0]
