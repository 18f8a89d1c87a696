"""An instructor's scheme changes points as it says, and what it cannot mean is refused."""

import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.grades import AssignmentGrade, Student, TaskGrade
from minivgg.classroom.grading.scheme import Scheme, load_scheme
from minivgg.classroom.verdict import Verdict

SCHEME = """
all-or-nothing = ["sgd_step"]
hidden-share = 0.5
late-factor = 0.9
[points]
im2col = 5
[weights]
convolution = 2
"""


def load(tmp_path, text):
    path = tmp_path / "scheme.toml"
    path.write_text(text, encoding="utf-8")
    return load_scheme(path)


def graded(name, score, hidden=None):
    hidden = None if hidden is None else Verdict(hidden == 1, hidden, (), "hidden")
    public = Verdict(score == 1, score, (), f"{name}: public checks passed.")
    return TaskGrade(TASKS[name], public, hidden, 8, 2 if hidden is not None else 0)


def test_points_weights_shares_and_late_submissions(tmp_path):
    scheme = load(tmp_path, SCHEME)
    convolution = AssignmentGrade("convolution", tasks=[graded("im2col", 1, 0.5)])
    learning = AssignmentGrade("learning", tasks=[graded("sgd_step", 0.9)])
    student = Student("Ada", [convolution, learning], is_late=True)
    for assignment in student.assignments:
        scheme.apply_to_assignment(assignment)
    for _ in range(2):  # it may be applied again
        scheme.apply_to_student(student)
    assert convolution.tasks[0].points == 3.75  # half of 5 for the public checks, half of half
    assert learning.tasks[0].points == 0
    assert student.points == pytest.approx(0.9 * 2 * 3.75)
    assert student.max_points == 2 * 5 + TASKS["sgd_step"].points
    assert student.remarks == ["Submitted late: the points are multiplied by 0.9."]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hidden_share = 0.5", "no setting 'hidden_share': did you mean 'hidden-share'"),
        ("[points]\nim2cl = 5", "no function 'im2cl': did you mean 'im2col'"),
        ("[weights]\nconvolutions = 5", "did you mean 'convolution'"),
        ("[points]\nim2col = 'five'", "im2col must be a number from 0"),
        ("[points]\nim2col = -1", "im2col must be a number from 0"),
        ("[points]\nim2col = nan", "im2col must be a number from 0"),
        ("[points]\nim2col = true", "im2col must be a number from 0"),
        ("points = 5", "points must be a table"),
        ("late-factor = 1.5", "late-factor must be a number from 0 to 1"),
        ("[points]\nlate-factor = 0.5", "must come before the first table"),
        ("all-or-nothing = ['sgd']", "did you mean 'sgd_step'"),
        ("all-or-nothing = 3", "must be true, false or a list"),
        ("[points", "is not valid TOML"),
    ],
)
def test_what_a_scheme_cannot_mean_is_refused_in_one_sentence(text, message, tmp_path):
    with pytest.raises(ValueError, match=message) as refused:
        load(tmp_path, text)
    assert "\n" not in str(refused.value)


def test_what_a_scheme_leaves_out_has_its_default(tmp_path):
    scheme = load(tmp_path, "")
    assert scheme == Scheme()
    assert (scheme.points, scheme.weights, scheme.all_or_nothing) == ({}, {}, ())
    assert (scheme.hidden_share, scheme.late_factor) == (None, 1.0)
    grade = graded("im2col", 0.5, 0.0)
    grade.max_points, grade.hidden_share, grade.all_or_nothing = 3.0, 0.5, True
    assignment = AssignmentGrade("convolution", tasks=[grade], weight=3.0)
    scheme.apply_to_assignment(assignment)
    assert (assignment.weight, grade.max_points) == (1.0, None)
    assert (grade.hidden_share, grade.all_or_nothing) == (None, False)
    student = Student("Ada", [assignment], remarks=["r"], is_late=True)
    scheme.apply_to_student(student)
    assert (student.factor, student.remarks) == (1.0, ["r"])


@pytest.mark.parametrize("is_late", [True, False])
def test_only_a_late_submission_loses_points_and_is_told_after_other_remarks(is_late):
    student = Student("Ada", [], remarks=["one", "two"], is_late=is_late)
    Scheme(late_factor=0.0).apply_to_student(student)
    assert student.factor == (0.0 if is_late else 1.0)
    told = ["Submitted late: the points are multiplied by 0."] if is_late else []
    assert student.remarks == ["one", "two", *told]


@pytest.mark.parametrize(
    ("value", "names"),
    [("true", list(TASKS)), ("false", []), ("[]", []), ("['im2col', 'sgd_step']", 2)],
)
def test_functions_without_part_marks(value, names, tmp_path):
    found = load(tmp_path, f"all-or-nothing = {value}").all_or_nothing
    assert list(found) == (["im2col", "sgd_step"] if names == 2 else names)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("hidden-share = 0", 0.0), ("hidden-share = 1", 1.0), ("late-factor = 0", 0.0),
        ("late-factor = 1.0", 1.0), ("[points]\nim2col = 1000000", 1e6),
        ("[weights]\nloss = 0", 0.0),
    ],
)  # fmt: skip
def test_the_smallest_and_the_largest_numbers(text, number, tmp_path):
    scheme = load(tmp_path, text)
    found = {
        "h": scheme.hidden_share, "l": scheme.late_factor, "[p": scheme.points.get("im2col"),
        "[w": scheme.weights.get("loss"),
    }  # fmt: skip
    value = found[text[:2] if text[0] == "[" else text[0]]
    assert (value, type(value)) == (number, float)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hidden-share = 1.01", "hidden-share must be a number from 0 to 1, got 1.01"),
        ("hidden-share = inf", "hidden-share must be a number from 0 to 1, got inf"),
        ("late-factor = -0.1", "late-factor must be a number from 0 to 1, got -0.1"),
        ("[points]\nim2col = 1000001",
         "[points] im2col must be a number from 0 to 1e+06, got 1000001"),
        ("[weights]\nloss = '2'", "[weights] loss must be a number from 0 to 1e+06, got '2'"),
        ("points = 5", "points must be a table: [points] with a line such as im2col = 2"),
        ("weights = 5", "weights must be a table: [weights] with a line such as convolution = 2"),
        ("[weights]\nlos = 1", "[weights]: there is no assignment 'los': did you mean 'loss'?"),
        ("[points]\nim2cl = 1", "[points]: there is no function 'im2cl': did you mean 'im2col'?"),
        ("[weights]\nhidden-share = 1",
         "hidden-share is in the table [weights]: in TOML it must come before the first table"),
        ("late_factor = 1", "there is no setting 'late_factor': did you mean 'late-factor'?"),
        ("all-or-nothing = 'im2col'", "all-or-nothing must be true, false or a list of functions"),
        ("all-or-nothing = ['im2col', 1]",
         "all-or-nothing must be true, false or a list of functions"),
        ("all-or-nothing = ['im2col', 'sgd']",
         "all-or-nothing: there is no function 'sgd': did you mean 'sgd_step'?"),
    ],
)  # fmt: skip
def test_the_whole_sentence_about_a_scheme(text, sentence, tmp_path):
    with pytest.raises(ValueError, match="scheme") as refused:
        load(tmp_path, text)
    assert str(refused.value) == f"{tmp_path / 'scheme.toml'}: {sentence}"


def test_a_long_value_is_not_shown_whole(tmp_path):
    with pytest.raises(ValueError, match="must be a number") as refused:
        load(tmp_path, f"late-factor = '{400 * 'x'}'")
    assert len(str(refused.value)) == len(f"{tmp_path / 'scheme.toml'}: ") + 300


def test_a_file_that_is_missing_or_no_text(tmp_path):
    path = tmp_path / "scheme.toml"
    with pytest.raises(FileNotFoundError) as missing:
        load_scheme(path)
    assert str(missing.value) == f"there is no file {path}"
    path.write_bytes(b"\xff")
    with pytest.raises(ValueError, match="UTF-8") as refused:
        load_scheme(path)
    assert str(refused.value) == f"{path} is not a text file in UTF-8"
    path.write_bytes("\ufefflate-factor = 0.5 # ü".encode())
    assert load_scheme(str(path)).late_factor == 0.5
    path.write_text("x = " + "[" * 5000)
    with pytest.raises(ValueError, match="is not valid TOML"):
        load_scheme(path)


def test_a_scheme_is_never_altered():
    with pytest.raises(AttributeError):
        Scheme().late_factor = 0.5
