"""An instructor's scheme changes points as it says, and what it cannot mean is refused."""

import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.grades import AssignmentGrade, Student, TaskGrade
from minivgg.classroom.grading.scheme import load_scheme
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
