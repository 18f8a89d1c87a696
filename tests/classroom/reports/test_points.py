"""Points as text, how the instructor changed them, and their parts that add up."""

import pytest
from support.grades import graded_student, task_grade

from minivgg.classroom.grading.grades import AssignmentGrade, Student
from minivgg.classroom.reports.points import (
    describe_change,
    describe_points,
    describe_total,
    hundredths,
    points_of_assignments,
    write_points,
)


@pytest.mark.parametrize(
    ("points", "text"),
    [(0.0, "0"), (0.05, "0.05"), (2.126, "2.13"), (8.5, "8.5"), (100.0, "100"), (1e7, "10000000")],
)
def test_points_have_at_most_two_decimals(points, text):
    assert write_points(points) == text


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({}, ""),
        ({"reason": "of nothing"}, ""),
        ({"points_by_hand": 0.0}, ", changed by hand from {}"),
        ({"points_by_hand": 0.0, "reason": "copied"}, ", changed by hand from {}: copied"),
    ],
)
def test_a_change_is_described_after_the_points(changes, end):
    grade = task_grade("relu_forward", 0.5, max_points=8.0, **changes)
    student = graded_student("Ada", **changes)
    assert describe_change(grade) == end.format("4")
    assert describe_change(student) == end.format("7.5")
    by_hand = "points_by_hand" in changes
    assert describe_points(grade) == f"{0 if by_hand else 4} of 8 points" + end.format("4")
    assert describe_total(student) == f"{0 if by_hand else 7.5} of 10 points" + end.format("7.5")


@pytest.mark.parametrize(
    ("points", "expected"),
    [([], []), ([1.25], [125]), (iter([0.005, 0.004, 0.004]), [0, 1, 0]), ([0, 2.5], [0, 250])],
)
def test_hundredths_add_up_to_the_rounded_sum(points, expected):
    assert hundredths(points) == expected


def of_two(scores, weights=(1.0, 1.0), **more):
    """A student with an assignment of 5 and 10 points, and one of 20."""
    first = [task_grade("relu_forward", scores[0]), task_grade("dropout_forward", scores[1])]
    second = [task_grade("softmax_cross_entropy", scores[2])]
    assignments = [
        AssignmentGrade("relu_dropout", "a.py", first, weight=weights[0]),
        AssignmentGrade("loss", "b.py", second, weight=weights[1]),
    ]
    return Student("Ada", assignments, **more)


@pytest.mark.parametrize(
    ("student", "expected"),
    [
        (of_two((1, 0, 0.5)), (5, 10)),
        (of_two((1, 0, 0.5), factor=0.5), (2.5, 5)),
        (of_two((1, 0, 0.5), points_by_hand=30.0), (10, 20)),
        (of_two((1, 0, 0.5), (2.0, 0.5)), (5, 10)),
        (of_two((0, 0, 0)), (0, 0)),
        (of_two((0, 0, 0), points_by_hand=7.0), (3, 4)),
        (of_two((0, 0, 0), (2.0, 1.0), points_by_hand=10.0), (3, 4)),
        (of_two((1, 0, 0.5), (0.0, 0.0)), (0, 0)),
        (of_two((1, 0, 0), (0.0, 1.0), points_by_hand=8.0), (2, 0)),
        (Student("Ada", []), None),
    ],
)
def test_points_of_assignments_are_not_weighted_and_share_what_changed_the_total(student, expected):
    found = points_of_assignments(student)
    assert found == ({"relu_dropout": expected[0], "loss": expected[1]} if expected else {})
