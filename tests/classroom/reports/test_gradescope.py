"""Gradescope's results.json: a test for public and hidden checks, whose scores add up."""

import json
import random
from decimal import Decimal

import pytest
from support.grades import graded_student, task_grade

from minivgg.classroom.grading.grades import AssignmentGrade, Student
from minivgg.classroom.reports.gradescope import gradescope_failure, gradescope_results
from minivgg.classroom.verdict import Verdict

TASKS = ("relu_forward", "relu_backward", "dropout_forward", "dropout_backward")


def with_hidden(grade, passed, of):
    words = f"{passed} of {of}" if passed < of else "all"
    message = f"{grade.task.name}: {words} hidden checks passed."
    grade.hidden = Verdict(passed == of, passed / of, (), message)
    grade.hidden_count = of
    return grade


def total(results, key="score"):
    return sum(Decimal(str(test[key])) for test in results["tests"])


def test_public_and_hidden_checks_are_tests_of_their_own():
    student = graded_student("Ada", remarks=["two files"])
    with_hidden(student.tasks[0], 2, 5)
    public, hidden, other = gradescope_results(student)["tests"]
    assert public["name"] == "relu_dropout: relu_forward (public checks)"
    assert (public["visibility"], public["status"]) == ("visible", "passed")
    assert (public["score"], public["max_score"]) == (3.33, 3.33)
    assert (hidden["visibility"], hidden["status"]) == ("after_published", "failed")
    assert (hidden["score"], hidden["max_score"]) == (0.67, 1.67)
    assert "2 of 5 hidden checks passed" in hidden["output"]
    assert "hidden" not in public["output"]
    assert (other["name"], other["max_score"]) == ("relu_dropout: relu_backward", 5)


@pytest.mark.parametrize("visibility", ["hidden", "after_due_date", "visible"])
def test_when_students_see_the_hidden_checks_can_be_chosen(visibility):
    student = graded_student("Ada")
    with_hidden(student.tasks[0], 2, 5)
    public, hidden, _ = gradescope_results(student, visibility)["tests"]
    assert (public["visibility"], hidden["visibility"]) == ("visible", visibility)


def test_the_whole_has_remarks_at_the_top_times_and_no_printed_output():
    student = graded_student("Ada", remarks=["two files\x1b[31m"])
    student.assignments[0].remarks = ["named wrongly"]
    results = gradescope_results(student)
    assert results["output"] == "two files[31m\nnamed wrongly"
    assert results["execution_time"] == 0.6
    assert results["output_format"] == "text"
    assert results["stdout_visibility"] == "hidden"
    assert results["visibility"] == "visible"


def test_scores_add_up_to_the_points_exactly_whatever_the_scheme_and_the_instructor_say():
    """2,000 students of any scores, shares, weights and changes."""
    rng = random.Random(5)
    for _ in range(2000):
        grades = []
        for name in TASKS:
            of = rng.randint(1, 30)
            grade = task_grade(name, rng.choice([0, 1, 1, rng.random()]))
            if rng.random() < 0.7:
                with_hidden(grade, rng.choice([0, of, rng.randint(0, of)]), of)
            grade.max_points = rng.choice([None, 7, 3.35, 0])
            grade.hidden_share = rng.choice([None, 0.5, 1 / 3, 0.0, 1.0])
            grade.all_or_nothing = rng.random() < 0.2
            grade.points_by_hand = rng.choice([None, None, None, 4, 20, 0])
            grades.append(grade)
        weight = rng.choice([1, 1, 0.333, 2.5])
        student = Student("Ada", [AssignmentGrade("relu_dropout", "a.py", grades, weight=weight)])
        student.factor = rng.choice([1, 1, 0.9])
        student.points_by_hand = rng.choice([None, None, 12.34])
        results = gradescope_results(student)
        assert total(results) == Decimal(str(student.points))
        assert results["score"] == student.points
        assert abs(total(results, "max_score") - Decimal(str(student.max_points))) <= Decimal(
            "0.01"
        )
        for test in results["tests"]:
            if not any(g.points_by_hand for g in grades) and test["max_score"]:
                assert 0 <= test["score"] <= test["max_score"] + 0.011
        json.dumps(results, allow_nan=False)


def test_a_total_changed_by_hand_is_a_test_of_its_own():
    student = graded_student("Ada", points_by_hand=9.0, reason="appeal")
    last = gradescope_results(student)["tests"][-1]
    assert (last["name"], last["score"], last["output"]) == (
        "Changed by the instructor",
        1.5,
        "appeal",
    )


def test_a_failed_grading_is_a_valid_result_with_no_points():
    results = gradescope_failure("There is nothing to grade.")
    assert results["score"] == 0
    assert results["output"] == "There is nothing to grade."
    assert results["tests"] == []
    assert set(results) == set(gradescope_results(graded_student("Ada")))
