"""The parts that pages share: bars, lines of messages, remarks and notes."""

import pytest
from support.grades import graded_student, task_grade

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.grades import AssignmentGrade, Student
from minivgg.classroom.messages import GENERAL_MISTAKES
from minivgg.classroom.reports.page_parts import (
    STYLE,
    all_remarks,
    bar,
    describe_seconds,
    document,
    emphasise_mistake,
    hidden_lines,
    instructor_notes,
    message_blocks,
    note_paragraphs,
    printed_if_failed,
    symptom,
    was_graded,
    was_handed_in,
)
from minivgg.classroom.verdict import Verdict

NAME = "relu_forward"


@pytest.mark.parametrize(
    ("share", "more", "kind", "title", "width"),
    [
        (0, {}, "", "0", "0.0"),
        (0.256, {}, "", "26", "25.6"),
        (0.999, {}, "", "100", "99.9"),
        (1, {}, "full", "100", "100.0"),
        (1, {"coloured": False}, "", "100", "100.0"),
        (1.2, {"label": "all"}, "full", "120", "100.0"),
        (-0.2, {}, "", "-20", "0.0"),
    ],
)
def test_a_bar_is_as_long_as_the_share(share, more, kind, title, width):
    assert bar(share, **more) == (
        f"<div class='{kind}'><div class='bar' title='{title} %'><div style='width:{width}%'>"
        f"</div></div> {more.get('label', '')}</div>"
    )


def test_a_document_and_its_paragraphs():
    page = document("<Ada>", ["<p>1</p>", "<p>2</p>"])
    assert page.startswith("<!doctype html><html lang='en'><head><meta charset='utf-8'>")
    assert f"<title>&lt;Ada&gt;</title><style>{STYLE}</style></head>" in page
    assert page.endswith("<body><p>1</p>\n<p>2</p></body></html>\n")
    assert note_paragraphs(["a<b", "c"]) == ["<p class='note'>a&lt;b</p>", "<p class='note'>c</p>"]


@pytest.mark.parametrize(
    ("message", "blocks"),
    [
        (f"{NAME}: not yet.", [(False, "Not yet.")]),
        (f"{NAME}:", [(False, f"{NAME}:")]),
        ("other: not yet.", [(False, "other: not yet.")]),
        (f"{NAME}: wrong:\n    x = 1\n      y\nsee", [(False, "Wrong:"), (True, "x = 1\n  y"),
                                                   (False, "see")]),
        (f"{NAME}: a\n b\n  c", [(False, "A\n b"), (True, "c")]),
    ],
)  # fmt: skip
def test_a_message_is_shown_in_groups_without_the_name(message, blocks):
    assert list(message_blocks(task_grade(NAME, 0.5, message))) == blocks


def with_hidden(public, hidden, of=2, message="0 of 2 hidden checks passed."):
    grade = task_grade(NAME, public)
    grade.hidden_count = of
    grade.hidden = Verdict(hidden == 1, hidden, (), f"{NAME}: {message}")
    return grade


def test_what_hidden_checks_found_stands_apart_from_the_public_ones():
    both = with_hidden(1, 1)
    assert list(message_blocks(both)) == [(False, "Public and hidden checks passed.")]
    assert hidden_lines(both) == hidden_lines(task_grade(NAME, 0.5)) == []
    failed = with_hidden(1, 0)
    assert list(message_blocks(failed)) == [(False, "Public checks passed.")]
    assert hidden_lines(failed) == ["0 of 2 hidden checks passed."]
    only_public = with_hidden(0.5, 1)
    assert list(message_blocks(only_public)) == [(False, "Not correct yet.")]
    assert hidden_lines(only_public) == ["Hidden checks passed."]
    mistake = task_grade(NAME, 1.0)
    lines = f"{NAME}: 1 of 2 hidden checks passed.\nabs: is positive.\nother: x"
    mistake.hidden, mistake.hidden_count = Verdict(False, 0.5, ("abs",), lines), 2
    assert hidden_lines(mistake) == ["1 of 2 hidden checks passed.", "abs: is positive."]


def test_what_was_handed_in_and_graded():
    nothing = task_grade(NAME, 0.0, f"{NAME}: not graded.")
    failed = task_grade(NAME, 0.0, f"{NAME}: not graded. Or is it?")
    by_hand = task_grade(NAME, 0.0, f"{NAME}: not graded.", points_by_hand=0.0)
    assert [was_graded(grade) for grade in (nothing, failed, by_hand)] == [False, True, True]
    assert was_handed_in(AssignmentGrade("x", "x.py", [nothing])) is True
    assert was_handed_in(AssignmentGrade("x", "", [nothing, failed])) is False
    assert was_handed_in(AssignmentGrade("x", "", [nothing, by_hand])) is True
    assert was_handed_in(AssignmentGrade("x")) is False


def test_the_notes_of_the_instructor_are_in_this_order():
    student = graded_student("Ada", notes=["note"], copies=["copy"])
    assert instructor_notes(student) == ["note", "copy"]
    student.tasks[0].internal_error = "MemoryError"
    student.tasks[1].points_by_hand, student.tasks[1].reason = 4.0, "idea"
    student.points_by_hand = 8.0
    rest = [
        "relu_forward: MemoryError",
        "relu_backward changed by hand from 2.5: idea.",
        "total changed by hand from 9.",
    ]
    assert instructor_notes(student) == ["note", "copy", *rest]
    assert instructor_notes(student, copies=False) == ["note", *rest]


def test_seconds_and_printed_output_are_shown_where_there_are_any():
    student = graded_student("Ada")
    student.tasks[0].hidden_seconds = 9.0
    assert describe_seconds(student) == "The public checks took 0.6 seconds."
    assert describe_seconds(Student("Ada", [])) == ""
    assert printed_if_failed(task_grade(NAME, 0.5, printed=" a\n b\n")) == "a\n b"
    assert printed_if_failed(task_grade(NAME, 0.5)) == ""
    assert printed_if_failed(task_grade(NAME, 1.0, printed="a")) == ""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("abs: 1 < 2: x", "<b>abs</b>: 1 &lt; 2: x"),
        ("abs", "abs"),
        ("<b>: x", "&lt;b&gt;: x"),
        ("is abs: x", "is abs: x"),
    ],
)
def test_the_name_of_a_mistake_is_bold(line, expected):
    assert emphasise_mistake(line, ("abs",)) == expected


def test_the_symptom_of_a_mistake():
    mistake = TASKS["relu_backward"].find_mistake("mask-inverted")
    assert symptom("relu_backward", "mask-inverted") == mistake.symptom != ""
    for name, sentence in GENERAL_MISTAKES.items():
        assert symptom("relu_forward", name) == sentence


def test_remarks_are_those_of_the_student_of_files_and_of_failures():
    failures = [
        task_grade(NAME, 0.0, "takes too long.\nsecond line"),
        task_grade(NAME, 0.0, "takes too long."),
        task_grade(NAME, 0.0, "a known mistake", mistakes=["abs"]),
        task_grade(NAME, 0.1, "nearly"),
        task_grade(NAME, 0.0, "x: not graded."),
    ]
    files = [
        AssignmentGrade("a", "a.py", failures[:2], ["named wrongly"]),
        AssignmentGrade("b", "b.py", failures[2:], ["named wrongly", "old"]),
    ]
    student = Student("Ada", files, ["late", "late"])
    assert all_remarks(student) == ["late", "late", "named wrongly", "old", "takes too long."]


@pytest.mark.parametrize(("count", "shown"), [(20, 20), (21, 20), (25, 20)])
def test_sentences_are_at_most_20_of_at_most_1000_characters(count, shown):
    student = Student("Ada", [], notes=[f"{i}" for i in range(count)])
    more = [f"And {count - 20} more."] if count > 20 else []
    assert instructor_notes(student) == [*(f"{i}" for i in range(shown)), *more]
    student.notes = ["x" * 1000, "y" * 1001]
    assert instructor_notes(student) == ["x" * 1000, "y" * 1000 + "…"]
