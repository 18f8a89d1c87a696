"""Points and verdicts of functions, assignments and students, from what the checks say."""

import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.grades import (
    AssignmentGrade,
    ClassGrades,
    Interrupted,
    Student,
    TaskGrade,
)
from minivgg.classroom.verdict import Verdict

NAME = "relu_forward"  # of 5 points
PASSED = Verdict(True, 1.0, (), f"{NAME}: public checks passed.", ("strict",))
WRONG = Verdict(False, 0.5, ("a", "b"), f"{NAME}: not correct yet: 3 of 6 checks passed.")


def hidden(score=0.25, mistakes=("b", "c"), first="1 of 4 hidden checks passed."):
    lines = [f"{NAME}: not correct yet: {first}", *(f"{m}: about {m}." for m in mistakes), "see"]
    return Verdict(score == 1, score, mistakes, "\n".join(lines))


def graded(public=PASSED, hidden=None, **more):
    return TaskGrade(TASKS[NAME], public, hidden, public_count=6, hidden_count=4, **more)


def test_without_hidden_checks_the_public_ones_decide():
    assert graded(WRONG).verdict is WRONG
    assert (graded(WRONG).points, graded(PASSED).points) == (2.5, 5)


def test_both_have_passed():
    found = graded(PASSED, Verdict(True, 1.0, (), "x")).verdict
    message = f"{NAME}: public and hidden checks passed."
    assert found == Verdict(True, 1.0, (), message, ("strict",))


def test_hidden_checks_name_mistakes_that_the_public_ones_did_not_find():
    found = graded(PASSED, hidden()).verdict
    assert (found.passed, found.mistakes, found.conventions) == (False, ("b", "c"), ("strict",))
    assert found.score == pytest.approx(0.6 + 0.4 * 0.25)
    assert found.message == (
        f"{NAME}: public checks passed.\n1 of 4 hidden checks passed.\nb: about b.\nc: about c."
    )


def test_mistakes_of_both_are_named_once():
    found = graded(WRONG, hidden()).verdict
    assert found.mistakes == ("a", "b", "c")
    assert found.score == pytest.approx(0.6 * 0.5 + 0.4 * 0.25)
    assert found.message == f"{WRONG.message}\n1 of 4 hidden checks passed."


@pytest.mark.parametrize(
    ("first", "summary"),
    [
        2 * ("all hidden checks passed completely; one of",),
        ("3 of 4 hidden checks passed completely; 1 in part.",
         "3 of 4 hidden checks passed completely; 1 in part"),
        ("something else", "0 of 4 hidden checks passed"),
    ],
)  # fmt: skip
def test_the_summary_of_hidden_checks(first, summary):
    assert graded(WRONG, hidden(first=first)).verdict.message.endswith(f"\n{summary}.")


def test_why_there_are_no_results_of_hidden_checks():
    found = graded(WRONG, hidden(first="0 of 4 hidden checks passed."), hidden_problem="takes long")
    assert found.verdict.message.endswith(f"\n0 of 4 hidden checks passed: {NAME} takes long.")


def test_hidden_checks_that_pass_do_not_hide_a_public_mistake():
    found = graded(WRONG, Verdict(True, 1.0, (), "x")).verdict
    assert found.message == f"{WRONG.message}\nhidden checks passed."
    assert not found.passed
    nearly = graded(Verdict(False, 1.0, (), "y"), Verdict(True, 1.0, (), "x"))
    assert nearly.verdict.score == 0.99
    assert nearly.points == 4.95


@pytest.mark.parametrize(
    ("more", "share", "points"),
    [
        ({}, 0.4, 5 * (0.6 + 0.1)),
        ({"hidden_share": 0.0}, 0.0, 4.95),
        ({"hidden_share": 1.0}, 1.0, 1.25),
        ({"max_points": 10.0}, 0.4, 7.0),
        ({"max_points": 0.0}, 0.4, 0.0),
        ({"all_or_nothing": True}, 0.4, 0.0),
        ({"points_by_hand": 4.5}, 0.4, 4.5),
        ({"points_by_hand": 0.0}, 0.4, 0.0),
    ],
)
def test_points_of_a_function(more, share, points):
    grade = graded(PASSED, hidden(), **more)
    assert grade.share_of_hidden == share
    assert grade.points == pytest.approx(points)


def test_points_are_rounded_down_and_all_or_nothing_gives_all():
    assert graded(Verdict(False, 0.9999, (), "x")).points == 4.99
    assert graded(PASSED, all_or_nothing=True).points == 5
    assert graded(PASSED, max_points=3.0).out_of == 3.0


def test_points_of_a_student():
    tasks = [
        graded(PASSED, seconds=1.0, hidden_seconds=0.5),
        graded(WRONG, seconds=2.0, hidden_seconds=0.25),
    ]
    assignments = [
        AssignmentGrade("x", tasks=tasks),
        AssignmentGrade("y", tasks=tasks[:1], weight=2),
    ]
    assert (assignments[0].points, assignments[0].max_points) == (7.5, 10)
    assert (assignments[1].points, assignments[1].max_points) == (10, 10)
    student = Student("Ada", assignments, factor=0.333)
    assert student.tasks == [*tasks, tasks[0]]
    assert (student.points, student.max_points) == (5.83, 20)
    assert (student.seconds, student.all_seconds) == (4.0, 5.25)
    student.points_by_hand = 0.0
    assert (student.points, student.computed_points) == (0.0, 5.83)


def test_no_two_grades_share_their_lists():
    for make in (lambda: AssignmentGrade("x"), lambda: Student("x", []), lambda: ClassGrades([])):
        one, other = vars(make()), vars(make())
        lists = [name for name, value in one.items() if isinstance(value, list)]
        assert lists
        given = {"assignments", "students"}
        assert all(one[name] is not other[name] for name in lists if name not in given)


def test_who_is_not_graded_is_named():
    grades = ClassGrades([Student("Ada", [])])
    error = Interrupted(grades, ["b\x1bn", "Cem"])
    assert str(error) == "interrupted: 1 of 3 students graded; not graded: b?n, Cem"
    assert (error.grades, error.missing) == (grades, ["b\x1bn", "Cem"])


def test_what_is_not_given_counts_nothing():
    grade = TaskGrade(TASKS[NAME], PASSED)
    assert grade == TaskGrade(
        TASKS[NAME], PASSED, None, 1, 0, "", False, (), 0.0, 0.0, b"", None, None, False, None, "",
        "", "",
    )  # fmt: skip
    assert AssignmentGrade("x") == AssignmentGrade("x", "", [], [], 1.0)
    assert Student("Ada", []) == Student(
        "Ada", [], [], [], "", "", False, "", "", 1.0, None, "", []
    )
    assert ClassGrades([]) == ClassGrades([], "", [], 0, [], [])
    empty = Student("Ada", [])
    assert (empty.points, empty.max_points, empty.seconds, empty.all_seconds) == (0, 0, 0, 0)
