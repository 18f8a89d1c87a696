"""Finding submissions: layouts of folders, names of platforms, good and bad zips, duplicates."""

import os
import zipfile

import pytest

from minivgg.classroom.submissions import (
    choose_file,
    defined_functions,
    find_submissions,
    is_named_after,
    student_name,
    unpack,
)

STUBS = "def im2col(x, kh, kw, stride, padding):\n    pass\n"


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("alice", "alice"),
        ("alice.py", "alice"),
        ("alice.ipynb", "alice"),
        ("alice.zip", "alice"),
        ("alice (2).py", "alice"),
        ("alice-1.py", "alice"),
        ("alice_convolution.py", "alice"),
        ("alice_convolution_backward.py", "alice"),
        ("de la Cruz, María.py", "de la Cruz, María"),
        ("Ada Byron_123_assignsubmission_file", "Ada Byron"),
        ("Ada Byron_123_assignsubmission_file_convolution.py", "Ada Byron"),
        ("byronada_12_345_convolution.py", "byronada"),
        ("byronada_LATE_12_345_convolution-1.py", "byronada"),
        ("dr. who", "dr. who"),
    ],
)
def test_students_are_named_by_their_entry(name, student, tmp_path):
    assert student_name(tmp_path / name) == student


@pytest.mark.parametrize(
    ("shown", "assignment", "expected"),
    [
        ("convolution.py", "convolution", True),
        ("convolution (1).py", "convolution", True),
        ("byron_12_345_convolution-2.py", "convolution", True),
        ("convolution_backward.py", "convolution", False),
        ("convolution_backward.py", "convolution_backward", True),
        ("deconvolution.py", "convolution", False),
        ("convolution_guide.ipynb", "convolution", False),
    ],
)
def test_files_are_called_after_assignments(shown, assignment, expected):
    assert is_named_after(shown, assignment) == expected


def write(path, text=STUBS, time=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    if time:
        os.utime(path, (time, time))
    return path


def zipped(path, entries):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return path


def names(place, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    return {
        one.student: [file.name for file in one.files] for one in find_submissions(place, scratch)
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
    write(place / "dave" / "__pycache__" / "convolution.py")
    assert names(place, tmp_path) == {
        "alice": ["convolution.py"],
        "bob": ["bob.py"],
        "carol": ["convolution.py"],
        "dave": [],
    }


def test_a_zip_of_a_class_with_and_without_a_folder_around_it(tmp_path):
    entries = {"alice/convolution.py": STUBS, "bob.py": STUBS}
    expected = {"alice": ["convolution.py"], "bob": ["bob.py"]}
    assert names(zipped(tmp_path / "a.zip", entries), tmp_path) == expected
    around = zipped(
        tmp_path / "b.zip", {f"homework 1/{name}": text for name, text in entries.items()}
    )
    (tmp_path / "other").mkdir()
    assert {one.student for one in find_submissions(around, tmp_path / "other")} == set(expected)


def test_one_students_folder_is_one_student(tmp_path):
    write(tmp_path / "submission" / "convolution.py")
    write(tmp_path / "submission" / "loss.py")
    assert names(tmp_path / "submission", tmp_path) == {"submission": ["convolution.py", "loss.py"]}


def test_the_same_student_twice_is_one_submission_and_the_newest_file_counts(tmp_path):
    place = tmp_path / "class"
    write(place / "alice" / "convolution.py", time=1000)
    newer = write(place / "Alice (1)" / "convolution.py", time=2000)
    (one,) = find_submissions(place, tmp_path)
    choice = choose_file(one, "convolution")
    assert choice.path == newer
    assert "more than once" in choice.remarks[0]


def test_a_file_with_the_wrong_name_is_found_by_its_functions(tmp_path):
    place = tmp_path / "class"
    write(place / "alice" / "homework1.py", "import numpy\n\ndef im2col(\n")
    (one,) = find_submissions(place, tmp_path)
    choice = choose_file(one, "convolution")
    assert choice.name == "homework1.py"
    assert choice.remarks == ["homework1.py was graded; its name should be convolution.py."]
    nothing = choose_file(one, "loss")
    assert nothing.path is None
    assert nothing.remarks == [
        "There is no file loss.py, and none of its functions in homework1.py."
    ]


def test_bad_zips_are_a_remark_and_cannot_write_elsewhere(tmp_path):
    place = tmp_path / "class"
    place.mkdir()
    (place / "alice.zip").write_bytes(b"PK\x03\x04 and so on")
    zipped(place / "bob.zip", {"../../outside.py": STUBS, "convolution.py": STUBS})
    truncated = zipped(place / "carol.zip", {"convolution.py": STUBS * 1000}).read_bytes()
    (place / "carol.zip").write_bytes(truncated[: len(truncated) // 2])
    found = {one.student: one for one in find_submissions(place, tmp_path)}
    assert "cannot be unpacked" in found["alice"].remarks[0]
    assert "cannot be unpacked" in found["carol"].remarks[0]
    assert "convolution.py" in [file.name for file in found["bob"].files]
    assert not (tmp_path / "outside.py").exists()
    assert not (tmp_path.parent / "outside.py").exists()


def test_a_zip_that_grows_too_large_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("minivgg.classroom.submissions.MAX_ARCHIVE_BYTES", 10_000)
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("convolution.py", "x" * 20_000)
    assert "unpacks to more than" in unpack(bomb, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_places_that_are_none(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no folder or zip"):
        find_submissions(tmp_path / "none", tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="there are no submissions in"):
        find_submissions(tmp_path / "empty", tmp_path)
    write(tmp_path / "a.txt")
    with pytest.raises(ValueError, match="neither a folder nor a zip"):
        find_submissions(tmp_path / "a.txt", tmp_path)


def test_functions_are_seen_in_scripts_and_notebooks(tmp_path):
    assert defined_functions(write(tmp_path / "a.py")) == {"im2col"}
    assert defined_functions(
        write(tmp_path / "a.ipynb", '{"cells": [{"source": ["def relu_forward(x):\\n"]}]}')
    ) == {"relu_forward"}
    assert defined_functions(tmp_path / "none.py") == set()
