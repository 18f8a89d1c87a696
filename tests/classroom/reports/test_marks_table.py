"""The whole text of marks.csv."""

from support.grades import graded_student, task_grade

from minivgg.classroom.grading.grades import AssignmentGrade
from minivgg.classroom.reports.marks_table import marks_csv, task_columns

HEADERS = "student,number,late,points,out of,"
LAST = "mistakes,remarks,notes for the instructor,seconds\n"


def test_each_student_has_a_row_and_each_function_of_any_a_column():
    ada = graded_student("Ada", number="111", is_late=True, remarks=["two files"], notes=["odd"])
    ada.notes.append("old")
    ada.tasks[0].hidden_seconds = 2.0
    loss = task_grade("softmax_cross_entropy", 0.1237, mistakes=["m", "n"])
    bob = graded_student("Bob")
    bob.assignments[:0] = [AssignmentGrade("loss", "loss.py", [loss])]
    bob.tasks[2].points_by_hand = 0.0
    assert task_columns([ada, bob]) == ["relu_forward", "relu_backward", "softmax_cross_entropy"]
    assert task_columns([bob, ada])[0] == "softmax_cross_entropy"
    assert marks_csv([ada, bob]) == (
        f"\ufeff{HEADERS}relu_forward,relu_backward,softmax_cross_entropy,{LAST}"
        "Ada,111,yes,7.5,10,5,2.5,,relu_backward: mask-inverted,two files,odd old,2.6\n"
        "Bob,,,7.47,30,5,0,2.47,softmax_cross_entropy: m; softmax_cross_entropy: n; "
        "relu_backward: mask-inverted,,relu_backward changed by hand from 2.5.,0.9\n"
    )


def test_without_students_there_are_headers():
    assert marks_csv([]) == f"\ufeff{HEADERS}{LAST}"
