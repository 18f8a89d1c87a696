"""What is said about the file that is graded, and about a file that is missing."""

import pytest
from support.submissions import write

from minivgg.classroom.handins.choosing import choose_file, unnamed_files
from minivgg.classroom.handins.submission import File, Submission

GOOD = "def softmax_cross_entropy(z, y):\n    return 1\n"


def submission(tmp_path, names, student="ada", text=GOOD, **others):
    files = [
        File(write(tmp_path / str(k) / name, text, time=1000), name, 1000.0, place=f"{k}/{name}")
        for k, name in enumerate(names)
    ]
    return Submission(student, files, **others)


@pytest.mark.parametrize(
    ("name", "student", "key", "is_said"),
    [
        ("loss.py", "ada", "", False),
        ("my_loss.py", "ada", "", False),
        ("homework.py", "ada", "", True),
        ("Ada.py", "aDa", "", False),
        ("homework.py", "ada", "homework", False),
        ("ada_1_2_homework.py", "ada", "", False),
        ("ada.b.py", "ada", "", True),
    ],
)
def test_a_file_of_another_name_is_graded_with_a_remark(name, student, key, is_said, tmp_path):
    choice = choose_file(submission(tmp_path, [name], student, key=key), "loss")
    assert choice.name == name
    assert choice.remarks == [f"{name} was graded; its name should be loss.py."] * is_said


def test_files_of_one_place_are_told_apart_by_the_names_that_the_platform_gave(tmp_path):
    files = [
        File(write(tmp_path / name, GOOD, time=1000), "loss.py", 1000.0, attempt, "loss.py")
        for name, attempt in [("a_1_7_loss.py", 7), ("a_1_8_loss.py", 8)]
    ]
    files.append(File(write(tmp_path / "x" / "loss.py", GOOD, time=1000), "loss.py", 1000.0, 6))
    choice = choose_file(Submission("a", files, platform="Canvas"), "loss")
    assert choice.remarks == [
        "Several files for this assignment: a_1_8_loss.py, uploaded last, was graded; not graded: "
        "a_1_7_loss.py, x/loss.py."
    ]


def test_only_different_attempts_are_submitted_more_than_once(tmp_path):
    one = submission(tmp_path, ["loss.py", "loss_2/loss.py"], platform="Brightspace")
    one.files[1].name = "loss.py"
    assert choose_file(one, "loss").remarks[0].startswith("Several files for this assignment: 1/")
    one.files[0].attempt = 1
    (remark,) = choose_file(one, "loss").remarks
    assert remark == (
        "Submitted more than once: 0/loss.py, of the last attempt, was graded; not graded: "
        "1/loss_2/loss.py."
    )


def test_equal_files_are_told_apart_by_their_places(tmp_path):
    one = submission(tmp_path, ["loss.py", "loss.py"])
    assert choose_file(one, "loss").remarks == [
        "Several files for this assignment: 1/loss.py, the last by name, was graded; not graded: "
        "0/loss.py."
    ]
    one.files = [one.files[0], one.files[0]]
    assert ", the first, was graded" in choose_file(one, "loss").remarks[0]


@pytest.mark.parametrize(
    ("names", "others", "remark"),
    [
        ([], [], "There is no file loss.py."),
        (
            ["a.py"],
            ["b.pdf"],
            "There is no file loss.py, and none of its functions is in a.py, b.pdf.",
        ),
        (
            ["loss_guide.ipynb", "convolution_guide.ipynb"],
            [],
            "There is no file loss.py, and none of its functions is in loss_guide.ipynb, "
            "convolution_guide.ipynb. No cell of loss_guide.ipynb defines one: please submit "
            "loss.py.",
        ),
        (
            ["convolution_guide.ipynb"],
            [],
            "There is no file loss.py, and none of its functions is in convolution_guide.ipynb.",
        ),
    ],
)
def test_a_file_that_is_missing(names, others, remark, tmp_path):
    choice = choose_file(submission(tmp_path, names, text="x = 1", other_names=others), "loss")
    assert (choice.path, choice.name, choice.remarks) == (None, "", [remark])


def test_a_file_of_another_assignment_is_not_graded_whatever_it_defines(tmp_path):
    assert choose_file(submission(tmp_path, ["pooling.py"]), "loss").path is None
    assert choose_file(submission(tmp_path, ["x.py"]), "pooling").path is None


def test_unnamed_files_are_neither_assignments_nor_guides(tmp_path):
    names = ["x.py", "loss.py", "my_guide.ipynb", "pooling (1).py", "y.ipynb"]
    files = submission(tmp_path, names).files
    assert [file.name for file in unnamed_files(files)] == ["x.py", "y.ipynb"]
