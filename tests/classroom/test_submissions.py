"""Finding submissions: layouts of folders, names of platforms, good and bad zips, duplicates."""

import json
import os
import zipfile

import pytest

from minivgg.classroom.assignments import files_for_students
from minivgg.classroom.handins.archives import unpack
from minivgg.classroom.handins.choosing import choose_file, defined_functions, functions_in_guide
from minivgg.classroom.handins.collecting import find_submissions
from minivgg.classroom.handins.file_names import is_guide, is_named_after
from minivgg.classroom.handins.platforms import student_name
from minivgg.classroom.handins.submission import File

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
        ("byronada_12_345_convolution_guide.ipynb", "byronada"),
        ("alice_convolution_guide.ipynb", "alice"),
        ("alice - Copy.py", "alice"),
        ("alice.IPYNB", "alice"),
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
        ("Convolution.PY", "convolution", True),
        ("Copy of convolution.ipynb", "convolution", True),
        ("convolution-Copy1.ipynb", "convolution", True),
        ("convolution - 복사본 (2).py", "convolution", True),
    ],
)
def test_files_are_called_after_assignments(shown, assignment, expected):
    assert is_named_after(shown, assignment) == expected


def write(path, text=STUBS, time=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
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
        one.student: [file.name for file in one.files]
        for one in find_submissions(place, scratch).submissions
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
    assert {one.student for one in find_submissions(around, tmp_path / "other").submissions} == set(
        expected
    )


def test_one_students_folder_is_one_student(tmp_path):
    write(tmp_path / "submission" / "convolution.py")
    write(tmp_path / "submission" / "loss.py")
    assert names(tmp_path / "submission", tmp_path) == {"submission": ["convolution.py", "loss.py"]}


def test_the_same_student_twice_is_one_submission_and_the_newest_file_counts(tmp_path):
    place = tmp_path / "class"
    write(place / "alice" / "convolution.py", time=1000)
    newer = write(place / "Alice (1)" / "convolution.py", time=2000)
    (one,) = find_submissions(place, tmp_path).submissions
    choice = choose_file(one, "convolution")
    assert choice.path == newer
    assert "more than once" in choice.remarks[0]


def test_a_file_with_the_wrong_name_is_found_by_its_functions(tmp_path):
    place = tmp_path / "class"
    write(place / "alice" / "homework1.py", "import numpy\n\ndef im2col(\n")
    (one,) = find_submissions(place, tmp_path).submissions
    choice = choose_file(one, "convolution")
    assert choice.name == "homework1.py"
    assert choice.remarks == ["homework1.py was graded; its name should be convolution.py."]
    nothing = choose_file(one, "loss")
    assert nothing.path is None
    assert nothing.remarks == [
        "There is no file loss.py, and none of its functions in homework1.py."
    ]


@pytest.mark.parametrize(
    "name",
    [
        "convolution_guide.ipynb",
        "Copy of convolution_guide.ipynb",
        "Copy_of_convolution_guide.ipynb",
        "convolution_guide (1).ipynb",
        "convolution_guide-Copy1.ipynb",
        "convolution_guide - Copy.ipynb",
        "convolution_guide copy 2.ipynb",
        "convolution_guide의 사본.ipynb",
        "byron_12_345_convolution_guide-1.ipynb",
        "convolution_guide.IPYNB",
    ],
)
def test_a_guide_is_known_by_its_name_also_as_a_copy(name, tmp_path):
    assert is_guide(name)
    guide = File(write(tmp_path / name, guide_with("x = 1")), name, 0)
    assert functions_in_guide(guide) == set()
    write(tmp_path / name, guide_with("def im2col(x):\n    pass"))
    assert functions_in_guide(guide) == {"im2col"}


def guide_with(code):
    """A guide as it is released, with one more cell."""
    guide = json.loads(files_for_students("convolution")["convolution_guide.ipynb"])
    guide["cells"].append({"cell_type": "code", "metadata": {}, "source": code})
    return json.dumps(guide)


WRITTEN = "def im2col(x):\n    return x\nconv_forward = lambda x: x\n"


@pytest.mark.parametrize(
    ("guide", "script", "graded"),
    [
        (WRITTEN, files_for_students("convolution")["convolution.py"], "convolution_guide.ipynb"),
        (WRITTEN, WRITTEN.splitlines()[0], "convolution_guide.ipynb"),
        ("", WRITTEN, "convolution.py"),
        (WRITTEN.splitlines()[-1], WRITTEN, "convolution.py"),
        (WRITTEN, WRITTEN, "convolution.py"),
    ],
    ids=["stubs", "half written", "guide as released", "half written in the guide", "both written"],
)
def test_of_a_guide_and_a_file_the_one_with_the_functions_is_graded(
    guide, script, graded, tmp_path
):
    write(tmp_path / "class" / "ada" / "convolution.py", script, time=1000)
    write(tmp_path / "class" / "ada" / "convolution_guide.ipynb", guide_with(guide), time=1000)
    (one,) = find_submissions(tmp_path / "class", tmp_path).submissions
    choice = choose_file(one, "convolution")
    assert choice.name == graded
    if guide:
        why = "the newest" if guide == script else "with the most functions written"
        assert f"ada/{graded}, {why}, was graded; not graded: ada/conv" in choice.remarks[0]
    else:
        assert choice.remarks == []


def test_a_guide_under_the_name_of_the_file_wins_against_the_stubs(tmp_path):
    stubs = files_for_students("convolution")["convolution.py"]
    write(tmp_path / "class" / "ada" / "convolution.py", stubs, time=2000)
    write(tmp_path / "class" / "ada" / "convolution.ipynb", guide_with(WRITTEN), time=1000)
    (one,) = find_submissions(tmp_path / "class", tmp_path).submissions
    assert choose_file(one, "convolution").name == "convolution.ipynb"


def test_a_guide_that_was_exported_as_a_script_counts(tmp_path):
    cells = json.loads(guide_with(WRITTEN))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    write(tmp_path / "class" / "ada" / "convolution_guide.py", code)
    (one,) = find_submissions(tmp_path / "class", tmp_path).submissions
    assert choose_file(one, "convolution").name == "convolution_guide.py"


def test_a_notebook_that_is_too_large_is_not_read_and_says_what_helps(tmp_path, monkeypatch):
    monkeypatch.setattr("minivgg.classroom.handins.collecting.MAX_FILE_BYTES", 2**20)
    write(tmp_path / "class" / "ada" / "loss.ipynb", "x" * 2**21)
    (one,) = find_submissions(tmp_path / "class", tmp_path).submissions
    assert one.remarks == [
        "loss.ipynb is larger than 1 MB and was not read. (Clear its outputs and save it.)"
    ]


def test_bad_zips_are_a_remark_and_cannot_write_elsewhere(tmp_path):
    place = tmp_path / "class"
    place.mkdir()
    (place / "alice.zip").write_bytes(b"PK\x03\x04 and so on")
    zipped(place / "bob.zip", {"../../outside.py": STUBS, "convolution.py": STUBS})
    truncated = zipped(place / "carol.zip", {"convolution.py": STUBS * 1000}).read_bytes()
    (place / "carol.zip").write_bytes(truncated[: len(truncated) // 2])
    found = {one.student: one for one in find_submissions(place, tmp_path).submissions}
    assert "cannot be unpacked" in found["alice"].remarks[0]
    assert "cannot be unpacked" in found["carol"].remarks[0]
    assert "convolution.py" in [file.name for file in found["bob"].files]
    assert not (tmp_path / "outside.py").exists()
    assert not (tmp_path.parent / "outside.py").exists()


def test_a_zip_that_grows_too_large_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("minivgg.classroom.handins.archives.MAX_ARCHIVE_BYTES", 10_000)
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
    cells = {"cells": [{"source": "import numpy\ndef im2col(x): pass\nclass_map = lambda x: x"}]}
    one_string = write(tmp_path / "b.ipynb", json.dumps(cells))
    assert defined_functions(one_string) == {"im2col", "class_map"}
    assert defined_functions(tmp_path / "none.py") == set()
