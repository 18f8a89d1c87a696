"""Which rows and cells of marks.csv are changes, what is only said, and what is recorded."""

import json

import pytest
from support.grades import graded_student, task_grade

from minivgg.classroom.grading.adjustments import TOTAL, Adjustment, Adjustments
from minivgg.classroom.grading.grades import AssignmentGrade
from minivgg.classroom.grading.marks_changes import (
    Changes,
    confirm_marks,
    find_changes,
    keep_edited,
    merge,
    record_marks,
)

HEADERS = "student,number,points,relu_forward,relu_backward,remarks,seconds"
ADA = "Ada,007,7.5,5,2.5,late,0.6"
BEN = "Ben,,7.5,5,2.5,,0.6"
KIMS = ("Kim,,7.5,5,2.5,,0.6", "Kim,9,7.5,5,2.5,,0.6")


def record(folder, *rows, students=None, headers=HEADERS, with_table=True):
    """The record of a grading of Ada and Ben, or of these students, with rows as in marks.csv."""
    students = students or [
        graded_student("Ada", key="a", number="007"),
        graded_student("Ben", key="b"),
        graded_student("Kim", key="k"),
        graded_student("Kim", key="l", number="9"),
    ]
    rows = rows or (ADA, BEN, *KIMS)
    table = "\ufeff" + "\n".join([headers, *rows]) + "\n"
    record_marks(students, folder / "w", table if with_table else "")
    (folder / "marks.csv").write_text(table, encoding="utf-8")
    confirm_marks(folder, folder / "w")


def changes(folder, *rows, headers=HEADERS):
    (folder / "marks.csv").write_text("\n".join([headers, *rows]), encoding="utf-8")
    return find_changes(folder, folder / "w")


def test_without_the_file_or_with_the_written_one_nothing_has_changed(tmp_path):
    assert find_changes(tmp_path, tmp_path / "w") == Changes([], [])
    (tmp_path / "marks.csv").write_text("x")
    said = ["it was not written by this version"]
    assert find_changes(tmp_path, tmp_path / "w") == Changes([], said)
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "marks.csv").write_text("x")
    assert find_changes(tmp_path, tmp_path / "w") == Changes([], [])
    for text in ("[", "5", '[["a"]]', '[["a", "A", "", {"none": 1}, {}]]', "[" * 5000):
        (tmp_path / "w" / "marks.json").write_text(text)
        (tmp_path / "marks.csv").write_text("y")
        assert find_changes(tmp_path, tmp_path / "w") == Changes([], said)


@pytest.mark.parametrize(
    ("rows", "cells", "others"),
    [
        ([ADA, BEN, KIMS[1]], [], []),
        (["ada,7,7.50,5.00,2.5,Late,99", "BEN,,7.5,5,2.5,,1"], [], []),
        (["Ada,007,7.5,5.005,2.495,late,0"], [], []),
        (["Ada,007,7.5,5.01,2.49,late,0"],
         [("a", "relu_forward", 5.01), ("a", "relu_backward", 2.49)], []),
        (["Ada,007,7.5,,2.5,late,0"], [("a", "relu_forward", None)], []),
        (["Ada,007,,5,2.5,late,0"], [("a", TOTAL, None)], []),
        (["Ada,007,0,5,2.5,late,0"], [("a", TOTAL, 0.0)], []),
        ([ADA, ADA.replace("7.5", "9"), "Zoe,,1,1,1,,"], [], ["the row 'Ada'", "the row 'Zoe'"]),
        (["Kim,,1,5,2.5,,"], [], ["the row 'Kim'"]),
        (["Kim,9,1,5,2.5,,"], [("l", TOTAL, 1.0)], []),
        (["Ben,9,1,5,2.5,,"], [("l", TOTAL, 1.0)], ["'student' of Kim"]),
        (["Ada,5,1,5,2.5,late,"], [("a", TOTAL, 1.0)], ["'number' of Ada"]),
        (["Ada,007,7.5,5,2.5,soon,0.6", "Ben,,7.5,5,2.5,x,0.6"], [],
         ["'remarks' of Ada", "'remarks' of Ben"]),
    ],
)  # fmt: skip
def test_what_a_row_changes(rows, cells, others, tmp_path):
    record(tmp_path)
    assert changes(tmp_path, *rows) == Changes(cells, others)


def test_other_columns_are_said_once_each(tmp_path):
    record(tmp_path)
    rows = [f"{ADA},x,y", f"{BEN},x,"]
    found = changes(tmp_path, *rows, headers=f"{HEADERS},mine,")
    assert found == Changes([], ["the column 'mine'", "'y' beside the table"])
    record(tmp_path, with_table=False)  # as recorded by an earlier version
    assert changes(tmp_path, *rows, headers=f"{HEADERS},mine,") == Changes([], [])
    without = "student,points"
    assert changes(tmp_path, "Ben,3", headers=without) == Changes([("b", TOTAL, 3.0)], [])


@pytest.mark.parametrize(
    ("before", "after", "is_edited"),
    [("1.50", "1.5", False), ("007", "7", False), ("1.5", "1.51", True), ("x", "X ", False),
     ("x", "", True), ("", "0", True), ("1", "one", True)],
)  # fmt: skip
def test_a_cell_that_a_spreadsheet_program_writes_in_another_way_is_the_same(
    before, after, is_edited, tmp_path
):
    rows = [f"Ada,007,7.5,5,2.5,{before},0.6", BEN, *KIMS]
    record(tmp_path, *rows)
    found = changes(tmp_path, f"Ada,007,7.5,5,2.5,{after},0.6")
    assert found == Changes([], ["'remarks' of Ada"] if is_edited else [])


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("Ada,7,ten,5,2.5,,", "the total of Ada must be a number of at least 0, got 'ten'; correct "
         "the cell, or empty it"),
        ("Ada,7,1,-1,x,,", "the points for relu_forward of Ada must be a number of at least 0, got "
         "'-1'; the points for relu_backward of Ada must be a number of at least 0, got 'x'; "
         "correct the cells, or empty them"),
        ("Ada,7,1,3. May,x,,", "the points for relu_forward of Ada must be a number of at least 0, "
         "got '3. May'; the points for relu_backward of Ada must be a number of at least 0, got "
         "'x'; correct the cells, or empty them (a spreadsheet program may have turned a number "
         "into a date)"),
    ],
)  # fmt: skip
def test_all_cells_that_are_no_points_are_told_at_once(row, sentence, tmp_path):
    record(tmp_path)
    with pytest.raises(ValueError, match="must be a number") as refused:
        changes(tmp_path, BEN, row)
    assert str(refused.value) == f"{tmp_path / 'marks.csv'}: {sentence}"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("12.5,10,2.5", [("a", "relu_forward", 10.0)]),
        ("12.51,10,2.5", [("a", "relu_forward", 10.0)]),
        ("12.53,10,2.5", [("a", TOTAL, 12.53), ("a", "relu_forward", 10.0)]),
        ("7.5,10,2.5", [("a", "relu_forward", 10.0)]),
        ("2.5,,2.5", [("a", "relu_forward", None)]),
        (",10,2.5", [("a", TOTAL, None), ("a", "relu_forward", 10.0)]),
        ("11.5,10,1.5", [("a", "relu_forward", 10.0), ("a", "relu_backward", 1.5)]),
    ],
)
def test_a_total_that_is_only_the_new_sum_is_no_change(cells, expected, tmp_path):
    record(tmp_path)
    assert changes(tmp_path, f"Ada,007,{cells},late,").cells == expected


@pytest.mark.parametrize(("total", "is_sum"), [("3.45", True), ("4.5", False)])
def test_a_sum_counts_weights_and_lateness(total, is_sum, tmp_path):
    """One more point is worth 3 · 0.4 points: 2.25 becomes 3.45."""
    task = task_grade("relu_forward", 0.375)
    student = graded_student("Ada", key="a", factor=0.4)
    student.assignments = [AssignmentGrade("relu_dropout", "", [task], weight=3.0)]
    assert (student.points, task.points) == (2.24, 1.87)
    record(tmp_path, "Ada,2.24,1.87", students=[student], headers="student,points,relu_forward")
    saved = json.loads((tmp_path / "w" / "marks.json").read_text())
    others = {"student": "Ada", "points": "2.24", "relu_forward": "1.87"}
    worth = {"relu_forward": pytest.approx(1.2)}
    points = {"total": 2.24, "relu_forward": 1.87}
    assert saved == [["a", "Ada", "", points, worth, others]]
    row = f"Ada,{float(total) - 0.01:.2f},2.87"
    found = changes(tmp_path, row, headers="student,points,relu_forward").cells
    assert [name for _, name, _ in found] == ([] if is_sum else [TOTAL]) + ["relu_forward"]


def test_of_two_records_the_one_with_fewer_changes_counts(tmp_path):
    record(tmp_path)
    other = graded_student("Ada", key="a", number="007", points_by_hand=1.0)
    record_marks([other], tmp_path / "w", f"{HEADERS}\nAda,007,1,5,2.5,late,0.6\n")
    assert changes(tmp_path, "Ada,007,1,5,2.5,late,1") == Changes([], [])
    assert changes(tmp_path, ADA, BEN) == Changes([], [])
    with pytest.raises(ValueError, match="total of Ada must"):
        changes(tmp_path, "Ada,007,x,5,2.5,late,1")
    confirm_marks(tmp_path, tmp_path / "w")
    names = sorted(path.name for path in (tmp_path / "w").iterdir())
    assert names == ["marks.csv", "marks.json"]


def test_changes_are_added_to_those_by_hand():
    adjustments = Adjustments([Adjustment("a", TOTAL, 1.0, "r"), Adjustment("b", TOTAL, 1.0)])
    merge(Changes([("a", TOTAL, 2.0), ("b", TOTAL, None), ("c", "im2col", 0.0)]), adjustments)
    assert adjustments.entries == [Adjustment("a", TOTAL, 2.0, "r"), Adjustment("c", "im2col", 0.0)]


def test_each_edited_file_is_kept_once(tmp_path):
    kept = []
    for text in ("1", "2", "3", "2", "1"):
        (tmp_path / "marks.csv").write_text(text)
        kept.append(keep_edited(tmp_path).name)
    assert kept == [f"marks-edited{end}.csv" for end in ("", "-2", "-3", "-2", "")]
    assert (tmp_path / "marks-edited-3.csv").read_text() == "3"
