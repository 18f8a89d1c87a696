"""marks.csv, Canvas' gradebook, Moodle's worksheet and feedback: what counts, in safe cells."""

import csv
import io
import zipfile

import pytest
from support.grades import NAUGHTY, graded_student, task_grade

from minivgg.classroom.grading.grades import AssignmentGrade
from minivgg.classroom.reports.feedback import moodle_feedback
from minivgg.classroom.reports.gradebooks import CANVAS_COLUMNS, canvas_csv, moodle_csv
from minivgg.classroom.reports.marks_table import FIRST_COLUMNS, LAST_COLUMNS, marks_csv
from minivgg.utils.printable_text import BYTE_ORDER_MARK, NUMBER


def rows_of(table):
    assert table.startswith(BYTE_ORDER_MARK)
    return list(csv.DictReader(io.StringIO(table.removeprefix(BYTE_ORDER_MARK))))


def test_marks_have_a_column_for_everything_an_instructor_asks():
    student = graded_student("Ada", number="111", is_late=True, notes=["copies Bob"])
    student.tasks[0].points_by_hand, student.tasks[0].reason = 4, "see e-mail"
    table = marks_csv([student, graded_student("Bob")])
    ada, bob = rows_of(table)
    assert list(ada) == [*FIRST_COLUMNS, "relu_forward", "relu_backward", *LAST_COLUMNS]
    assert (ada["number"], ada["late"], ada["seconds"]) == ("111", "yes", "0.6")
    assert (ada["relu_forward"], ada["relu_backward"], ada["points"]) == ("4", "2.5", "6.5")
    assert ada["mistakes"] == "relu_backward: mask-inverted"
    assert "copies Bob" in ada["notes for the instructor"]
    assert "changed by hand from 5: see e-mail" in ada["notes for the instructor"]
    assert (bob["number"], bob["late"], bob["points"]) == ("", "", "7.5")


def test_points_are_weighted_in_the_total_only():
    student = graded_student("Ada")
    student.assignments[0].weight = 2.0
    (row,) = rows_of(marks_csv([student]))
    assert (row["relu_forward"], row["points"], row["out of"]) == ("5", "15", "20")


@pytest.mark.parametrize("name", NAUGHTY)
def test_no_cell_is_a_formula_or_holds_a_control_character(name):
    student = graded_student(name, number="1", platform="Canvas", remarks=[name], notes=[name])
    moodle = graded_student(name, number="1", platform="Moodle", remarks=[name])
    for table in (marks_csv([student]), canvas_csv([student]), moodle_csv([moodle])):
        assert not [c for c in table.replace("\n", "") if ord(c) < 32 or 127 <= ord(c) < 160]
        table.encode("utf-8")
        for cell in rows_of(table)[-1].values():
            if NUMBER.fullmatch(cell):
                continue
            assert not cell.startswith(("=", "+", "@", "＝", "\t"))
            assert not cell.startswith("-") or cell == "-"
            assert "\n" not in cell


def test_canvas_gets_its_students_by_their_number_and_what_counts():
    ada = graded_student("ada", number="12", platform="Canvas")
    ada.points_by_hand = 3.0
    table = canvas_csv([ada, graded_student("bob", number="13", platform="Moodle")])
    possible, row = rows_of(table)
    assert list(row) == [*CANVAS_COLUMNS, "relu_dropout"]
    assert possible["Student"].strip() == "Points Possible"
    assert possible["relu_dropout"] == "10"
    assert (row["Student"], row["ID"], row["relu_dropout"]) == ("ada", "12", "3")


def test_what_a_late_factor_takes_is_spread_over_the_columns_of_canvas():
    student = graded_student("ada", number="12", platform="Canvas", is_late=True)
    loss = AssignmentGrade("loss", "loss.py", [task_grade("softmax_cross_entropy", 1.0)])
    student.assignments.append(loss)
    student.factor = 0.9
    row = rows_of(canvas_csv([student]))[1]
    assert (row["relu_dropout"], row["loss"]) == ("6.75", "18")
    assert float(row["relu_dropout"]) + float(row["loss"]) == student.points


def test_the_points_for_canvas_are_not_weighted():
    student = graded_student("ada", number="12", platform="Canvas", factor=0.9)
    loss = AssignmentGrade("loss", "loss.py", [task_grade("softmax_cross_entropy", 1.0)])
    student.assignments.append(loss)
    student.assignments[0].weight = 0.1
    loss.weight = 2.0
    possible, row = rows_of(canvas_csv([student]))
    assert (possible["relu_dropout"], possible["loss"]) == ("10", "20")
    assert (row["relu_dropout"], row["loss"]) == ("6.75", "18")


def test_the_comment_for_moodle_says_what_was_changed_by_hand():
    student = graded_student("Ada", number="111", platform="Moodle", points_by_hand=9.0)
    student.reason = "oral exam"
    student.tasks[0].points_by_hand, student.tasks[0].reason = 4, "see e-mail"
    (row,) = rows_of(moodle_csv([student]))
    assert row["Feedback comments"].startswith(
        "relu_forward 4 of 5 (changed by hand from 5: see e-mail), relu_backward 2.5 of 5. "
        "Total: 9 of 10 points, changed by hand from 6.5: oral exam."
    )


def test_moodle_gets_the_total_by_the_identifier_and_the_points_as_a_comment():
    table = moodle_csv([graded_student("Ada", number="111", platform="Moodle", remarks=["<b>"])])
    (row,) = rows_of(table)
    assert (row["Identifier"], row["Grade"], row["Maximum Grade"]) == (
        "Participant 111",
        "7.5",
        "10",
    )
    assert row["Feedback comments"].startswith("relu_forward 5 of 5, relu_backward 2.5 of 5.")
    assert "&lt;b&gt;" in row["Feedback comments"]


def test_the_feedback_for_moodle_keeps_the_names_of_the_download_and_is_the_same_each_time():
    entries = {
        "김민수_111_assignsubmission_file": "김민수_111_assignsubmission_file",
        "Ada_B_222_assignsubmission_file_loss.py": "Ada B_222_assignsubmission_file",
        "../x_333_assignsubmission_file": "Ada B_333_assignsubmission_file",
    }
    students = [
        graded_student(
            "Ada_B", number=entry.split("_assign")[0][-3:], platform="Moodle", entry=entry
        )
        for entry in entries
    ]
    zipped = moodle_feedback([*students, graded_student("Bob", number="4", platform="Canvas")])
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        names = archive.namelist()
        assert "7.5 of 10 points" in archive.read(names[0]).decode("utf-8")
    assert names == [f"{folder}/feedback.html" for folder in entries.values()]
    for name in names:  # as Moodle reads it: the number is after the first underscore
        assert name.split("/")[0].split("_")[1].isdigit()
    assert zipped == moodle_feedback(students)
