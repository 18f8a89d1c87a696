"""Each part of Gradescope's results: its points, its texts, and who sees it."""

import pytest
from support.grades import graded_student, task_grade

from minivgg.classroom.grading.grades import AssignmentGrade, Student
from minivgg.classroom.reports.gradescope import gradescope_failure, gradescope_results
from minivgg.classroom.verdict import Verdict

NAME = "relu_forward"


def graded(score, hidden=None, of=5, **more):
    """The grade of a function of 10 public checks; a third of the points is for 5 hidden ones."""
    grade = task_grade(NAME, score, **more)
    if hidden is not None:
        sentence = f"{NAME}: {int(hidden * of)} of {of} hidden checks passed."
        grade.hidden_count, grade.hidden = of, Verdict(hidden == 1, hidden, (), sentence)
    return grade


def results_of(*grades, visibility=None, **more):
    student = Student("Ada", [AssignmentGrade("relu_dropout", "a.py", list(grades))], **more)
    return gradescope_results(student, visibility) if visibility else gradescope_results(student)


def test_without_hidden_checks_a_function_is_one_test():
    one = task_grade(NAME, 0.5, f"{NAME}: not\x1b yet.")
    one.seconds = 1.236
    other = graded(1.0)
    other.seconds = 0.25
    found = results_of(one, other, visibility="hidden")
    first = {
        "name": "relu_dropout: relu_forward", "score": 2.5, "max_score": 5.0, "status": "failed",
        "output": f"{NAME}: not yet.", "output_format": "text", "visibility": "visible",
        "extra_data": {"seconds": 1.24},
    }  # fmt: skip
    second = first | {
        "score": 5.0, "status": "passed", "output": f"{NAME}: public checks passed.",
        "extra_data": {"seconds": 0.25},
    }  # fmt: skip
    assert found == {
        "score": 7.5, "output": "Graded by minivgg.", "output_format": "text",
        "visibility": "visible", "stdout_visibility": "hidden", "execution_time": 1.49,
        "tests": [first, second],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("grade", "public", "hidden"),
    [
        (graded(1.0, 1.0), (3.33, 3.33), (1.67, 1.67)),
        (graded(1.0, 0.0), (3.33, 3.33), (0, 1.67)),
        (graded(0.0, 1.0), (0, 3.33), (1.66, 1.67)),
        (graded(0.5, 1.0), (1.66, 3.33), (1.67, 1.67)),
        (graded(0.5, 0.2), (1.66, 3.33), (0.34, 1.67)),
        (graded(1.0, 0.0, all_or_nothing=True), (0, 3.33), (0, 1.67)),
        (graded(1.0, 1.0, all_or_nothing=True), (3.33, 3.33), (1.67, 1.67)),
        (graded(1.0, 0.0, points_by_hand=4.0), (2.67, 3.33), (1.33, 1.67)),
        (graded(1.0, 0.0, points_by_hand=0.0), (0, 3.33), (0, 1.67)),
        (graded(1.0, 0.0, hidden_share=0.5), (2.5, 2.5), (0, 2.5)),
    ],
)
def test_public_and_hidden_checks_share_the_points(grade, public, hidden):
    first, second = results_of(grade)["tests"]
    assert (first["score"], first["max_score"]) == public
    assert (second["score"], second["max_score"]) == hidden
    assert [one["status"] for one in (first, second)] == [
        "passed" if verdict.passed else "failed" for verdict in (grade.public, grade.hidden)
    ]


def test_the_texts_of_public_and_hidden_checks():
    first, second = results_of(graded(1.0, 1.0))["tests"]
    assert first["output"] == f"{NAME}: public checks passed."
    assert (second["name"], second["output"], second["visibility"]) == (
        "relu_dropout: relu_forward (hidden checks)", "All hidden checks passed.",
        "after_published",
    )  # fmt: skip
    _, second = results_of(graded(1.0, 0.2), visibility="after_due_date")["tests"]
    assert (second["output"], second["visibility"]) == (
        "1 of 5 hidden checks passed.", "after_due_date",
    )  # fmt: skip


@pytest.mark.parametrize(("reason", "end"), [("", "."), ("good idea", ": good idea")])
@pytest.mark.parametrize("hidden", [None, 0.0])
def test_points_changed_by_hand_are_said_in_the_public_test(reason, end, hidden):
    grade = graded(1.0, hidden, points_by_hand=0.0, reason=reason)
    first, *others = results_of(grade)["tests"]
    assert first["output"] == (
        f"{NAME}: public checks passed.\nThe points were changed by hand{end}"
    )
    assert all("by hand" not in one["output"] for one in others)


@pytest.mark.parametrize(
    ("more", "name", "score", "status", "output"),
    [
        ({"factor": 0.9}, "Late submission", -0.25, "failed", ""),
        ({"points_by_hand": 2.0, "reason": "a\x1bb"}, "Changed by the instructor", -0.5, "failed",
         "ab"),
        ({"points_by_hand": 2.51}, "Changed by the instructor", 0.01, "passed", ""),
        ({"points_by_hand": 0.0}, "Changed by the instructor", -2.5, "failed", ""),
    ],
)  # fmt: skip
def test_what_changes_the_total_is_a_test_without_points_of_its_own(
    more, name, score, status, output
):
    _, last = results_of(graded(0.5), **more)["tests"]
    assert last == {
        "name": name, "score": score, "max_score": 0, "status": status, "output": output,
        "output_format": "text", "visibility": "visible",
    }  # fmt: skip


def test_points_are_weighted_and_named_after_their_assignments():
    student = graded_student("Ada", remarks=["one"])
    student.assignments[0].weight, student.assignments[0].remarks = 0.5, ["two", "one"]
    loss = [task_grade("softmax_cross_entropy", 0.25)]
    student.assignments.append(AssignmentGrade("loss", "l.py", loss, ["three"], weight=2.0))
    results = gradescope_results(student)
    assert [(one["name"], one["score"], one["max_score"]) for one in results["tests"]] == [
        ("relu_dropout: relu_forward", 2.5, 2.5),
        ("relu_dropout: relu_backward", 1.25, 2.5),
        ("loss: softmax_cross_entropy", 10.0, 40.0),
    ]
    assert results["score"] == 13.75
    assert results["output"] == "one\ntwo\nthree"


def test_the_whole_of_a_failed_grading():
    assert gradescope_failure("It\x1b failed.") == {
        "score": 0, "output": "It failed.", "output_format": "text", "visibility": "visible",
        "stdout_visibility": "hidden", "execution_time": 0, "tests": [],
    }  # fmt: skip
