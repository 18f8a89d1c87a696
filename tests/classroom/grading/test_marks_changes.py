"""Points changed in marks.csv survive, however a spreadsheet program has saved the file."""

import csv
import io

import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.adjustments import (
    TOTAL,
    Adjustment,
    Adjustments,
    load_adjustments,
    save_adjustments,
)
from minivgg.classroom.grading.grades import AssignmentGrade, Student, TaskGrade
from minivgg.classroom.grading.marks_changes import (
    confirm_marks,
    find_changes,
    keep_edited,
    merge,
    record_marks,
)
from minivgg.classroom.grading.spreadsheet_files import comparable_name, read_table, texts_of
from minivgg.classroom.reports.marks_table import marks_csv
from minivgg.classroom.verdict import Verdict
from minivgg.utils.printable_text import spreadsheet_cell

TASK = "im2col"


def student(name, key, number=""):
    verdict = Verdict(False, 0.5, (), f"{TASK}: wrong, naïvely; no points")
    return Student(
        name, [AssignmentGrade("convolution", tasks=[TaskGrade(TASKS[TASK], verdict)])],
        key=key, number=number,
    )  # fmt: skip


@pytest.fixture
def graded(tmp_path):
    """The folder of a grading of three students, two of them of one name."""
    students = [
        student("Zoë =Müller", "zoe"),
        student("Kim Minsu", "moodle 0111", "0111"),
        student("Kim Minsu", "moodle 222", "222"),
    ]
    work = tmp_path / ".grading"
    record_marks(students, work, marks_csv(students))
    (tmp_path / "marks.csv").write_text(marks_csv(students), encoding="utf-8")
    confirm_marks(tmp_path, work)
    return tmp_path


def edit(folder, change, delimiter=",", encoding="utf-8"):
    text = (folder / "marks.csv").read_text(encoding="utf-8-sig")
    headers, *rows = list(csv.reader(io.StringIO(text)))
    rows = change([dict(zip(headers, row, strict=True)) for row in rows])
    out = io.StringIO()
    headers = list(dict.fromkeys([*headers, *(header for row in rows for header in row)]))
    writer = csv.DictWriter(out, headers, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    (folder / "marks.csv").write_bytes(out.getvalue().encode(encoding))


def changes(folder):
    return find_changes(folder, folder / ".grading")


def test_what_was_not_changed_is_no_change(graded):
    assert changes(graded).cells == []
    edit(graded, lambda rows: rows[::-1], ";", "cp1252")  # saved and sorted
    assert changes(graded).cells == []
    assert changes(graded).others == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_changed_cell_is_found_in_every_form(delimiter, encoding, graded):
    def change(rows):
        rows[0][TASK] = "4,5" if delimiter == ";" else "4.5"
        rows[1]["number"] = "111"  # Excel drops the zero
        rows[1][TASK] = "7"
        return [rows[1], rows[0]]  # and a row is deleted

    edit(graded, change, delimiter, encoding)
    assert sorted(changes(graded).cells) == [("moodle 0111", TASK, 7.0), ("zoe", TASK, 4.5)]
    assert changes(graded).others == []


def test_a_total_is_a_change_of_its_own_unless_it_is_the_new_sum(graded):
    def change(rows):
        rows[0] |= {TASK: "7", "points": "7"}
        rows[1] |= {TASK: "7", "points": "9"}
        return rows

    edit(graded, change)
    assert changes(graded).cells == [
        ("zoe", TASK, 7.0),
        ("moodle 0111", "total", 9.0),
        ("moodle 0111", TASK, 7.0),
    ]


@pytest.mark.parametrize("cell", ["ten", "-1", "nan", "=A1", "1e400"])
def test_a_changed_cell_that_is_no_number_is_told(cell, graded):
    edit(graded, lambda rows: [rows[0] | {TASK: cell}])
    with pytest.raises(ValueError, match=f"points for {TASK} of Zoë =Müller must be a number"):
        changes(graded)


def test_what_is_others_is_said_and_kept(graded):
    edit(graded, lambda rows: [*rows, {"student": "mean", "points": "5"}])
    assert changes(graded).others == ["the row 'mean'"]
    (graded / "marks.csv").write_bytes(b"PK\x03\x04\xff\x00")
    assert changes(graded).others == ["it is not a table with a column student"]
    kept = [keep_edited(graded).name for _ in range(2)]
    (graded / "marks.csv").write_bytes(b"another")
    kept.append(keep_edited(graded).name)
    assert kept == ["marks-edited.csv", "marks-edited.csv", "marks-edited-2.csv"]
    assert (graded / kept[0]).read_bytes() == b"PK\x03\x04\xff\x00"


def test_a_grading_that_was_killed_while_it_wrote_changes_nothing(graded):
    """Killed before or after marks.csv was replaced: the new points are not the instructor's."""
    students = [student("Zoë =Müller", "zoe")]
    students[0].tasks[0].points_by_hand = 9
    record_marks(students, graded / ".grading", marks_csv(students))
    assert changes(graded).cells == []
    (graded / "marks.csv").write_text(marks_csv(students), encoding="utf-8")
    assert (changes(graded).cells, changes(graded).others) == ([], [])


def test_adjustments_are_kept_with_reasons_and_taken_back_with_an_empty_cell(graded):
    path = graded / "adjustments.csv"
    path.write_text(f"student;task;points;reason\n222;{TASK};9,5;+1 \u2013 oral exam\n", "utf-8")
    adjustments = load_adjustments(path)
    one = student("Kim Minsu", "moodle 222", "222")
    adjustments.apply(one)
    assert (one.points, one.tasks[0].reason) == (9.5, "+1 \u2013 oral exam")
    edit(graded, lambda rows: [rows[0] | {TASK: "8", "points": "8"}])
    merge(changes(graded), adjustments)
    save_adjustments(adjustments, path)
    again = load_adjustments(path)
    assert again == adjustments
    again.set("222", TASK, None)
    again.apply(one)
    assert one.points == 5
    assert [entry.student for entry in again.entries] == ["zoe"]
    assert Adjustments(adjustments.entries).of_nobody([one]) == ["zoe"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("student,task,points\nzoe,im2cl,3", "did you mean 'im2col'"),
        (f"student,task,points\nzoe,{TOTAL},three", "must be a number of at least 0, got 'three'"),
        ("who,what\n", "is not a table with the columns student, task, points"),
    ],
)
def test_adjustments_that_cannot_be_used_are_told(text, message, tmp_path):
    (tmp_path / "adjustments.csv").write_text(text)
    with pytest.raises(ValueError, match=message):
        load_adjustments(tmp_path / "adjustments.csv")


def test_a_table_with_a_huge_cell_and_a_cell_that_was_no_formula_is_read():
    raw = f"student,remarks\nAda,{'x' * 200_000}\n".encode()
    assert read_table(raw, "student", len)[1][0] == "Ada"
    assert comparable_name(spreadsheet_cell("Ada;=1")) == comparable_name("Ada;=1")


def test_a_name_that_is_another_students_number_or_key_changes_nothing_of_the_other():
    ada, eve, bo = (
        Student(name, [], key=key, number=number)
        for name, key, number in (
            ("Ada", "moodle:1001", "1001"),
            ("1001", "moodle:7", "7"),
            ("moodle:1001", "moodle:8", "8"),
        )
    )
    everyone = [eve, bo, ada]
    for written in ("1001", "moodle:1001"):
        changes = Adjustments([Adjustment(written, "total", 12.0)])
        for student in everyone:
            changes.apply(student, everyone)
        assert [student.points_by_hand for student in everyone] == [None, None, 12.0]


def test_a_name_that_two_students_have_means_nobody():
    two = [Student("Kim", [], key=f"moodle:{n}", number=f"{n}") for n in (1, 2)]
    changes = Adjustments([Adjustment("Kim", "total", 3.0)])
    for student in two:
        changes.apply(student, two)
    assert [student.points_by_hand for student in two] == [None, None]
    assert changes.of_nobody(two) == ["Kim"]


def test_a_text_that_is_utf8_is_nothing_else():
    assert texts_of("Zoë".encode()) == ["Zoë"]
    assert texts_of("Zoë".encode("utf-16-le")) == ["Zoë"]
    assert len(texts_of("Zoë".encode("cp1252"))) > 1
