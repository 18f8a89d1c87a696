"""A class in a few lines, and its mistakes: the most frequent first."""

import pytest
from support.grades import graded_student, task_grade

from minivgg.classroom.grading.grades import AssignmentGrade, Student
from minivgg.classroom.reports.summary import common_mistakes, summary, who_made


def with_mistakes(name, **mistakes):
    """A student with mistakes {function: names}, in two assignments."""
    tasks = [task_grade(task, 0.5, mistakes=names) for task, names in mistakes.items()]
    return Student(
        name, [AssignmentGrade("x", "x.py", tasks[:1]), AssignmentGrade("y", "y.py", tasks[1:])]
    )


CLASS = [
    with_mistakes("Ada", relu_forward=["b"], relu_backward=["a", "b"]),
    with_mistakes("Ben", relu_forward=["a"], relu_backward=["b"]),
    with_mistakes("Cem", relu_backward=["b"], im2col=["a", "a"]),
]


def test_mistakes_are_sorted_by_the_number_of_students_then_by_name():
    assert common_mistakes(CLASS) == [
        ("relu_backward", "b", 3),
        ("im2col", "a", 1),
        ("relu_backward", "a", 1),
        ("relu_forward", "a", 1),
        ("relu_forward", "b", 1),
    ]
    assert common_mistakes([]) == []


@pytest.mark.parametrize(
    ("task", "mistake", "who"),
    [
        ("relu_backward", "b", [0, 1, 2]),
        ("relu_forward", "a", [1]),
        ("im2col", "a", [2]),
        ("im2col", "b", []),
    ],
)
def test_who_made_a_mistake_in_a_function(task, mistake, who):
    assert who_made(CLASS, task, mistake) == who


def test_the_lines_for_one_student_and_for_several():
    assert summary([]) == "no students were graded"
    one = graded_student("Ada")
    line = "1 student, out of 10 points: median 7.5, mean 7.5, 0 with full marks"
    assert summary([one]) == f"{line}\nMost frequent mistakes: mask-inverted in relu_backward (1×)"
    del one.assignments[0].tasks[1]
    line = "1 student, out of 5 points: median 5, mean 5.0, 1 with full marks"
    assert summary([one]) == line
    points = (10.0, 12.0, 9.99, 3.0)
    students = [graded_student("Ada", points_by_hand=p) for p in points]
    assert summary(students).splitlines()[0] == (
        "4 students, out of 10 points: median 10, mean 8.7, 2 with full marks"
    )


def test_the_five_most_frequent_mistakes_are_shown():
    six = with_mistakes("Ada", relu_forward=list("fedcba"))
    shown = ", ".join(f"{letter} in relu_forward (1×)" for letter in "abcde")
    assert summary([six]).splitlines()[1:] == [f"Most frequent mistakes: {shown}"]
