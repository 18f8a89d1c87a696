"""A class in a folder or archive: where it begins, what is ignored, and how students are named."""

import json

import pytest
from support.submissions import STUBS, write, zipped

from minivgg.classroom.handins import collecting
from minivgg.classroom.handins.collecting import find_submissions
from minivgg.classroom.handins.submission import Submission


def class_of(folder, names):
    """Files, and folders where a name ends with "/"."""
    folder.mkdir(exist_ok=True)
    for name in names:
        path = folder / name.rstrip("/")
        path.mkdir(parents=True) if name.endswith("/") else write(path)
    return folder


def students(place, tmp_path):
    found = find_submissions(place, tmp_path / "scratch").submissions
    return [one.student for one in found]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["hw/ada/a.py", "hw/bo/b.py"], ["ada", "bo"]),
        (["hw/ada/a.py", "hw/bo/b.pdf"], ["hw"]),  # one student with two folders
        (["hw/ada/a.py", "hw/bo/b.py", "hw/tests/c.py"], ["hw"]),
        (["hw/ada/a.py", "hw/bo/b.py", "hw/Docs/"], ["hw"]),
        (["hw/ada/a.py", "hw/bo/b.py", "hw/.git/"], ["hw"]),
        (["hw/ada/a.py", "hw/bo/b.py", "hw/loss.py"], ["hw"]),
        (["hw/ada_1_2_a.py"], ["ada"]),
        (["hw/submission_metadata.yml", "hw/ada/a.py"], ["ada"]),
        (["a/b/c/d/e/ada/a.py", "a/b/c/d/e/bo/b.py"], ["ada", "bo"]),
        (["a/b/c/d/e/f/ada/a.py", "a/b/c/d/e/f/bo/b.py"], ["f"]),
        (["hw/ada/a.py", "hw/bo/b.py", "notes.txt"], ["hw"]),
        (["a/b/c/d/e/f/g/ada/a.py", "a/b/c/d/e/f/g/bo/b.py"], ["a"]),
    ],
)
def test_where_a_class_begins(names, expected, tmp_path):
    assert students(class_of(tmp_path / "class", names), tmp_path) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["hw/ada/a.pdf", "hw/bo/b.pdf"], ["ada", "bo"]),
        (["hw/src/a.py", "hw/bo/b.py"], ["hw"]),
        (["hw/x/ada/a.pdf", "hw/x/bo/b.pdf"], ["x"]),
        (["hw/x/ada/a.py", "hw/x/bo/b.py"], ["ada", "bo"]),
        (["loss.py", "b.py"], ["a"]),
        (["hw/loss.py", "hw/b.py"], ["hw"]),
    ],
)
def test_where_a_class_begins_in_an_archive(names, expected, tmp_path):
    place = zipped(tmp_path / "a.zip", dict.fromkeys(names, STUBS))
    assert students(place, tmp_path) == expected


def test_the_folder_of_an_archive_of_one_student_gives_the_name(tmp_path):
    place = zipped(tmp_path / "hw 1 (2).zip", {"ada/loss.py": STUBS, "ada/x.py": STUBS})
    assert students(place, tmp_path) == ["ada"]
    place = zipped(tmp_path / "hw 1 (2).zip", {"loss.py": STUBS})
    assert students(place, tmp_path) == ["hw 1 (2)"]


def test_entries_that_belong_to_nobody_are_listed(tmp_path):
    names = ["ada.py", "list.csv", "tab\there.txt", "submission_metadata.yml", ".hidden.py"]
    (tmp_path / "class").mkdir()
    found = find_submissions(class_of(tmp_path / "class", names), tmp_path / "scratch")
    assert found.ignored == ["list.csv", "tab\\there.txt"]
    assert [one.student for one in found.submissions] == ["ada"]


def test_what_is_late_once_is_late(tmp_path):
    late, other = "ada_LATE_1_7_a.py", "ada_1_8_b.py"
    for k, names in enumerate(([late, other], [other], ["ada_1_6_c.py", late])):
        (one,) = find_submissions(
            class_of(tmp_path / str(k), names), tmp_path / "scratch"
        ).submissions
        assert one.is_late is (late in names)
        assert len(one.files) == len(names)


def test_a_receipt_alone_is_a_row_without_files(tmp_path):
    names = ["HW_ada_attempt_2024-09-20-10-11-12.txt", "HW_bo_attempt_2024-09-20-10-11-12_a.py"]
    ada, bo = find_submissions(class_of(tmp_path / "class", names), tmp_path / "s").submissions
    assert (ada.student, ada.remarks, ada.other_names) == ("ada", ["Nothing was handed in."], [])
    assert (ada.platform, ada.entry) == ("Blackboard", names[0])
    assert [(file.name, file.attempt) for file in bo.files] == [("a.py", 20240920101112)]


def test_receipts_in_an_archive_are_read(tmp_path):
    head = "HW_{}_attempt_2024-09-20-10-11-12{}"
    entries = {head.format("ab", ".txt"): "Name: Ada Byron (ab)", head.format("ab", "_a.py"): "x"}
    entries[head.format("cd", "_notes.txt")] = "x"
    place = zipped(tmp_path / "class.zip", entries)
    assert students(place, tmp_path) == ["Ada Byron", "cd"]


def test_students_of_one_name_are_told_apart_and_sorted():
    found = [
        Submission("bo", key="3"),
        Submission("Ada", key="2", number="22"),
        Submission("ada", key="1", entry="ada.zip"),
        Submission("Ada", key="0", number="22"),
    ]
    sorted_ones = collecting._with_different_names(found)
    assert [(one.student, one.key) for one in sorted_ones] == [
        ("Ada (22)", "0"),
        ("Ada (22)", "2"),
        ("ada (ada.zip)", "1"),
        ("bo", "3"),
    ]


@pytest.mark.parametrize("as_one", [True, False])
def test_one_student_of_gradescope(as_one, tmp_path):
    write(tmp_path / "submission" / "loss.py")
    place = tmp_path / "submission"

    def one():
        (found,) = find_submissions(place, tmp_path / "scratch", as_one=as_one).submissions
        return found.student, found.key, found.number, found.platform, found.is_late, found.entry

    assert one() == ("submission", "submission", "", "", False, "submission")
    metadata = {
        "created_at": "2024-09-21T10:00:00-07:00",
        "assignment": {"due_date": "2024-09-20T10:00:00-07:00"},
        "users": [{"sid": 7}],
    }
    write(tmp_path / "submission_metadata.json", json.dumps(metadata))
    assert one() == ("submission", "submission", "7", "Gradescope", True, "submission")
    metadata["users"][0]["name"] = "Ada"
    write(tmp_path / "submission_metadata.json", json.dumps(metadata))
    assert one() == ("Ada", "submission", "7", "Gradescope", True, "submission")


def test_everything_may_be_one_file_of_one_student(tmp_path):
    path = zipped(tmp_path / "Work.zip", {"bo/a.py": STUBS, "cy/b.py": STUBS})
    (one,) = find_submissions(path, tmp_path / "scratch", as_one=True).submissions
    assert [file.place for file in one.files] == ["Work.zip/bo/a.py", "Work.zip/cy/b.py"]
    assert (one.student, one.key) == ("Work.zip", "work.zip")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("none", "there is no folder or zip {}"),
        (
            "empty",
            "there are no submissions in {}: expected a folder, a zip, a .py or an .ipynb file for "
            "each student",
        ),
        ("a.txt", "{} is neither a folder nor a zip of submissions"),
        ("a.zip", "{} cannot be unpacked: it is neither a zip nor a tar"),
    ],
)
def test_places_without_submissions(name, sentence, tmp_path):
    class_of(tmp_path / "empty", ["notes.txt"])
    for file in ("a.txt", "a.zip"):
        write(tmp_path / file, "x")
    with pytest.raises((OSError, ValueError)) as caught:
        find_submissions(tmp_path / name, tmp_path / "scratch")
    assert str(caught.value) == sentence.format(tmp_path / name)


def test_a_folder_that_cannot_be_read_is_no_class(tmp_path, monkeypatch):
    def fail(folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(collecting, "_entries_of", fail)
    assert collecting._is_class(tmp_path, is_lenient=True) is False
