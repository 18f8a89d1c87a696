"""Points changed by hand: who is meant, which change counts, and how the file is read."""

import pytest
from support.grades import graded_student

from minivgg.classroom.grading.adjustments import (
    TOTAL,
    Adjustment,
    Adjustments,
    check_points,
    load_adjustments,
    save_adjustments,
)
from minivgg.classroom.grading.grades import Student


def test_a_change_replaces_the_one_before_and_keeps_its_reason():
    changes = Adjustments(
        [
            Adjustment("a", TOTAL, 1.0, "first"),
            Adjustment("b", TOTAL, 2.0),
            Adjustment("a", "im2col", 3.0, "other"),
            Adjustment("a", TOTAL, 4.0, "last"),
        ]
    )
    changes.set("a", TOTAL, 0.0)
    changes.set("c", "im2col", 6.0)
    assert changes.entries == [
        Adjustment("b", TOTAL, 2.0),
        Adjustment("a", "im2col", 3.0, "other"),
        Adjustment("a", TOTAL, 0.0, "last"),
        Adjustment("c", "im2col", 6.0),
    ]
    changes.set("a", TOTAL, None)
    changes.set("c", TOTAL, None)
    assert [(e.student, e.task) for e in changes.entries] == [
        ("b", TOTAL), ("a", "im2col"), ("c", "im2col"),
    ]  # fmt: skip
    assert Adjustments().entries is not Adjustments().entries


def test_changes_are_applied_to_functions_and_total_and_taken_back():
    student = graded_student("Ada", key="a", points_by_hand=1.0, reason="old")
    first, second = student.tasks
    first.points_by_hand, first.reason = 1.0, "old"
    changes = Adjustments(
        [
            Adjustment("b", TOTAL, 9.0),
            Adjustment("a", "relu_backward", 3.0),
            Adjustment("a", "im2col", 3.0),
            Adjustment("a", "relu_backward", 0.0, "why"),
        ]
    )
    changes.apply(student)
    assert (student.points_by_hand, student.reason) == (None, "")
    assert (first.points_by_hand, first.reason) == (None, "")
    assert (second.points_by_hand, second.reason) == (0.0, "why")
    Adjustments([Adjustment("A", TOTAL, 2.0, "all")]).apply(student)
    assert (student.points_by_hand, student.reason) == (2.0, "all")
    assert (second.points_by_hand, second.reason) == (None, "")


CLASS = [
    Student("Ada Byron", [], key="k1", number="007"),
    Student("Bo", [], key="k2"),
    Student("k2", [], key="K3", number="8"),
    Student("Kim", [], key="k4"),
    Student("kim", [], key="k5"),
    Student("8", [], key="k6", number="7x"),
]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("k1", "k1"), ("K1", "k1"), ("k2", "k2"), ("k3", "K3"), ("7", "k1"), ("007", "k1"),
        ("8.0", "K3"), ("ada  BYRON", "k1"), ("Bo", "k2"), ("Kim", None), ("", None),
        ("7X", "k6"), ("nobody", None),
    ],
)  # fmt: skip
def test_a_student_is_meant_by_key_number_or_name_in_this_order(written, key):
    changes = Adjustments([Adjustment(written, TOTAL, 1.0)])
    for student in CLASS:
        changes.apply(student, CLASS)
        assert (student.points_by_hand is not None) == (student.key == key)
    assert changes.of_nobody(CLASS) == ([] if key else [written])


def test_those_who_are_nobody_are_named_once_in_the_order_of_the_file():
    names = ["z", "k1", "a", "z"]
    changes = Adjustments([Adjustment(name, TOTAL, 1.0) for name in names])
    assert changes.of_nobody(CLASS) == ["z", "a"]


def test_a_file_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "adjustments.csv"
    assert load_adjustments(path) == Adjustments()
    changes = Adjustments(
        [
            Adjustment("=a;b", TOTAL, 0.0, "-ü"),
            Adjustment("c", "im2col", 12.25),
            Adjustment("d", TOTAL, 1e5),
        ]
    )
    save_adjustments(changes, path)
    assert path.read_bytes().decode() == (
        "\ufeffstudent,task,points,reason\n'=a;b,total,0,'-ü\nc,im2col,12.25,\nd,total,100000,\n"
    )
    assert load_adjustments(path) == changes


@pytest.mark.parametrize(
    "text",
    [
        "Student;Task;Points\nc;im2col;1,5\n",
        "points,reason,task,student\n1.5,why,im2col,c\n",
        "x,task,student,points\n,im2col,c,1.5\n",
    ],
)
def test_columns_may_stand_in_another_order_and_reasons_be_missing(text, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(text)
    reason = "why" if "why" in text else ""
    assert load_adjustments(str(path)).entries == [Adjustment("c", "im2col", 1.5, reason)]


def test_of_several_encodings_the_one_with_known_functions_is_taken(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("student,task,points\n김민수,im2col,1\n박,total,2\n".encode("cp949"))
    found = load_adjustments(path).entries
    assert [(e.task, e.points) for e in found] == [("im2col", 1.0), ("total", 2.0)]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("a,totl,1", "there is no function 'totl': did you mean 'total'?"),
        ("a,im2cl,1", "there is no function 'im2cl': did you mean 'im2col'?"),
        ("'=a,total,-1", "the points of =a for total must be a number of at least 0, got '-1'"),
        ("a,im2col,", "the points of a for im2col must be a number of at least 0, got ''"),
    ],
)
def test_a_line_that_cannot_be_used_is_told(row, sentence, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"student,task,points\nb,total,0\n{row}\n")
    with pytest.raises(ValueError, match=r"a.csv: ") as refused:
        load_adjustments(path)
    assert str(refused.value) == f"{path}: {sentence}"


@pytest.mark.parametrize(
    "text", ["student,task\na,total\n", "task,points\ntotal,1\n", "", "points\n"]
)
def test_what_is_no_such_table_is_told(text, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"a.csv is not") as refused:
        load_adjustments(path)
    columns = "student, task, points, reason"
    assert str(refused.value) == f"{path} is not a table with the columns {columns}"


def test_points_are_at_least_zero():
    check_points(0.0, "0", "these")
    for points in (None, -0.01):
        with pytest.raises(ValueError, match=r"^these must be a number of at least 0, got 'cell'$"):
            check_points(points, "cell", "these")


def test_a_change_itself_is_never_altered():
    with pytest.raises(AttributeError):
        Adjustment("a", TOTAL, 1.0).points = 2.0
