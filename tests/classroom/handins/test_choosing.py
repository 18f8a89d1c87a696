"""Which of several files is graded: by names, functions, attempts, dates and numbers of copies."""

import json

import pytest
from support.submissions import write

from minivgg.classroom.assignments import files_for_students
from minivgg.classroom.handins.choosing import choose_file, defined_functions, functions_in_guide
from minivgg.classroom.handins.collecting import find_submissions
from minivgg.classroom.handins.file_names import is_guide, is_named_after
from minivgg.classroom.handins.submission import File, Submission


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


def test_the_same_student_twice_is_one_submission_and_the_newest_file_counts(tmp_path):
    place = tmp_path / "class"
    write(place / "alice" / "convolution.py", time=1000)
    newer = write(place / "Alice (1)" / "convolution.py", time=2000)
    (one,) = find_submissions(place, tmp_path).submissions
    choice = choose_file(one, "convolution")
    assert choice.path == newer
    assert choice.remarks[0].startswith("Several files for this assignment: Alice (1)/conv")


def test_only_what_a_platform_calls_another_attempt_was_submitted_more_than_once(tmp_path):
    for name in (
        "HW_al_attempt_2026-09-20-10-11-12_loss.py",
        "HW_al_attempt_2026-09-21-10-11-12_loss.py",
    ):
        write(tmp_path / "class" / name, "x = 1")
    (one,) = find_submissions(tmp_path / "class", tmp_path / "scratch").submissions
    (remark,) = choose_file(one, "loss").remarks
    assert remark.startswith("Submitted more than once: HW_al_attempt_2026-09-21")
    for file in one.files:
        file.attempt = 1
    assert choose_file(one, "loss").remarks[0].startswith("Several files for this assignment: ")


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
        "There is no file loss.py, and none of its functions is in homework1.py."
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
        why = (
            "whose name fits convolution best"
            if guide == script
            else "with the most functions written"
        )
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


def test_functions_are_seen_in_scripts_and_notebooks(tmp_path):
    assert defined_functions(write(tmp_path / "a.py")) == {"im2col"}
    assert defined_functions(
        write(tmp_path / "a.ipynb", '{"cells": [{"source": ["def relu_forward(x):\\n"]}]}')
    ) == {"relu_forward"}
    cells = {"cells": [{"source": "import numpy\ndef im2col(x): pass\nclass_map = lambda x: x"}]}
    one_string = write(tmp_path / "b.ipynb", json.dumps(cells))
    assert defined_functions(one_string) == {"im2col", "class_map"}
    assert defined_functions(tmp_path / "none.py") == set()


GOOD = "def softmax_cross_entropy(z, y):\n    return 1\n"
HALF = "def softmax_cross_entropy(z, y):\n    raise NotImplementedError('later')\n"


def submission(tmp_path, files, platform=""):
    """files: [(name, text, date, attempt)]."""
    found = []
    for number, (name, text, date, attempt) in enumerate(files):
        path = write(tmp_path / str(number) / name, text, date)
        found.append(File(path, name, date, attempt, name))
    return Submission("ada", found, platform=platform)


@pytest.mark.parametrize(
    ("first", "second", "platform", "why"),
    [
        (("x.py", GOOD, 1, 0), ("loss.py", HALF, 2, 0), "", "with the most functions written"),
        (("loss.py", GOOD, 1, 0), ("loss_old.py", GOOD, 2, 0), "", "whose name fits loss best"),
        (("loss (1).py", GOOD, 1, 0), ("my_loss.py", GOOD, 2, 0), "", "whose name fits loss best"),
        (("my_loss.py", GOOD, 1, 0), ("x.py", GOOD, 2, 0), "", "whose name fits loss best"),
        (("loss.py", GOOD, 1, 7), ("loss.py", GOOD, 2, 3), "Canvas", "uploaded last"),
        (("loss.py", GOOD, 1, 3), ("loss_old.py", GOOD, 2, 7), "Canvas", "whose name fits"),
        (("x.py", GOOD, 1, 20240102), ("loss.py", GOOD, 2, 20240101), "Blackboard", "of the last"),
        (("loss-1.py", GOOD, 2, 0), ("loss-2.py", GOOD, 1, 0), "", "the newest"),
        (
            ("loss (1).py", GOOD, 1, 0),
            ("loss.py", GOOD, 1, 0),
            "",
            "the copy with the highest number",
        ),
        (
            ("loss-10.py", GOOD, 1, 0),
            ("loss-9.py", GOOD, 1, 0),
            "",
            "the copy with the highest number",
        ),
        (("y.py", GOOD, 1, 0), ("x.py", GOOD, 1, 0), "", "the last by name"),
    ],
)
def test_the_first_difference_decides_and_is_said(first, second, platform, why, tmp_path):
    for order in ([first, second], [second, first]):
        choice = choose_file(submission(tmp_path, order, platform), "loss")
        assert choice.name == first[0]
        assert choice.path.read_text() == first[1]
        assert f"{first[0]}, {why}" in choice.remarks[-1]
        assert choice.remarks[-1].endswith(f"not graded: {second[0]}.")


@pytest.mark.parametrize("name", ["Loss.PY", "loss.py.txt", "loss.Ipynb", "loss.ipynb.json"])
def test_other_spellings_of_the_suffix_are_the_name_of_the_assignment(name, tmp_path):
    choice = choose_file(submission(tmp_path, [(name, GOOD, 1, 0)]), "loss")
    assert (choice.name, choice.remarks) == (name, [])


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000,
        "-" * 50_000 + "1",
        "x" * 10**7,
        "[" * 10**6,
        '{"cells": ' + "[" * 10**6,
        '{"cells": [{"cell_type": "code", "source": 5}, 3, null]}',
        '{"cells": {"cell_type": []}}',
        "def softmax_cross_entropy(z, y):\n    raise a" + ".b" * 20_000,
        "def softmax_cross_entropy(z, y):\n    raise NotImplementedError" + "()" * 5_000,
        "\0" * 1000,
        "STUBS = '''" * 10_000,
        "import a" + ".b" * 10**6,
        "\ud800".encode("utf-16", "surrogatepass"),
        b"\xff\xfe\x00",
        b"\xff" * 1000,
    ],
    ids=range(15),
)
def test_whatever_a_file_contains_it_is_chosen_without_an_exception(text, tmp_path):
    choice = choose_file(submission(tmp_path, [("loss.py", text, 1, 0)]), "loss")
    assert choice.name == "loss.py"


def test_notebooks_of_the_older_format_are_understood(tmp_path):
    cells = [{"cell_type": "code", "input": [GOOD]}]
    old = json.dumps({"worksheets": [{"cells": cells}]})
    one = submission(tmp_path, [("loss.ipynb", old, 1, 0), ("loss.py", HALF, 2, 0)])
    assert choose_file(one, "loss").name == "loss.ipynb"
