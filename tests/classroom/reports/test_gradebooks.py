"""The whole texts that Canvas and Moodle import."""

import pytest
from support.grades import graded_student, task_grade

from minivgg.classroom.grading.grades import AssignmentGrade
from minivgg.classroom.reports.gradebooks import canvas_csv, comment, from_platform, moodle_csv

CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section"
MOODLE = "Identifier,Full name,Grade,Maximum Grade,Last modified (grade),Feedback comments"


def of(platform, name, number="1", **more):
    return graded_student(name, platform=platform, number=number, **more)


def test_students_of_a_platform_have_its_name_and_a_number():
    ada, bob = of("Canvas", "Ada"), of("Moodle", "Bob")
    students = [ada, bob, of("Canvas", "Cem", ""), of("", "Dan")]
    assert from_platform(students, "Canvas") == [ada]
    assert from_platform(students, "Moodle") == [bob]


def test_canvas_gets_a_row_of_possible_points_and_one_for_each_student():
    ada, bob = of("Canvas", "Ada", "12"), of("Canvas", "Bob", "7")
    loss = AssignmentGrade("loss", "l.py", [task_grade("softmax_cross_entropy", 0.5, max_points=3)])
    bob.assignments.append(loss)
    assert canvas_csv([ada, of("Moodle", "Eve"), bob]) == (
        f"\ufeff{CANVAS},relu_dropout,loss\n"
        "    Points Possible,,,,,10,3\n"
        "Ada,12,,,,7.5,\n"
        "Bob,7,,,,7.5,1.5\n"
    )
    assert canvas_csv([bob, ada]).splitlines()[1:] == [  # who has no file is in any place
        "    Points Possible,,,,,10,3", "Bob,7,,,,7.5,1.5", "Ada,12,,,,7.5,",
    ]  # fmt: skip
    assert canvas_csv([]) == f"\ufeff{CANVAS}\n    Points Possible,,,,\n"


def test_moodle_gets_a_row_for_each_student():
    ada = of("Moodle", "Ada", "012", points_by_hand=8.25)
    ada.assignments[0].weight = 2.0
    bob = of("Moodle", "Bob", remarks=["two files", "late & <odd>"])
    points = "relu_forward 5 of 5, relu_backward 2.5 of 5."
    assert moodle_csv([ada, of("Canvas", "Eve"), bob]) == (
        f"\ufeff{MOODLE}\n"
        f'Participant 012,Ada,8.25,20,-,"{points} Total: 8.25 of 20 points, changed by hand from '
        '15."\n'
        f'Participant 1,Bob,7.5,10,-,"{points} two files late &amp; &lt;odd&gt;"\n'
    )


@pytest.mark.parametrize(
    ("reason", "end"), [("", ""), ('ask "me"\n\n  soon\x1b', ': ask "me" soon')]
)
def test_a_comment_is_one_line_and_quotes_stay(reason, end):
    student = graded_student("Ada")
    student.tasks[1].points_by_hand, student.tasks[1].reason = 3.0, reason
    assert comment(student) == (
        f"relu_forward 5 of 5, relu_backward 3 of 5 (changed by hand from 2.5{end})."
    )
    student.points_by_hand, student.reason = 1.0, "all in all."
    assert comment(student).endswith(" Total: 1 of 10 points, changed by hand from 8: all in all.")
