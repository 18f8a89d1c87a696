"""Moodle's own worksheet is filled in, in any language; what is not one is one sentence."""

import csv
import io

import pytest
from support.grades import graded_student

from minivgg.classroom.reports.moodle_worksheet import filled_worksheet, missing_students

GERMAN = """ID;Vollständiger Name;Mail;Status;Bewertung;Bestwertung;Änderbar;Abgabe;Bewertet;Texte
Teilnehmer/in 0007;Bo;b@x;Abgegeben;;100,00;Ja;Montag, 3. Mai 2026, 10:11;-;
Teilnehmer/in 1036;Ada;a@x;Abgegeben;;100,00;Ja;Montag, 3. Mai 2026, 10:11;-;
"""
ENGLISH = """Identifier,Full name,Status,Grade,Maximum Grade,Last modified (grade),Feedback comments
Participant 1036,"Byron, Ada",Submitted,,10.00,-,
"""


def student(number="1036"):
    return graded_student("Ada", number=number, platform="Moodle")


def test_only_the_grades_and_comments_of_the_students_change():
    before = list(csv.reader(io.StringIO(GERMAN), delimiter=";"))
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        table = filled_worksheet(GERMAN.encode(encoding), [student()]).removeprefix("\ufeff")
        after = list(csv.reader(io.StringIO(table), delimiter=";"))
        assert after[:2] == before[:2]
        assert (after[2][4], after[2][9][:20]) == ("7.5", "relu_forward 5 of 5,")
        after[2][4] = after[2][9] = ""
        assert after == before


def test_english_headers_are_enough():
    table = filled_worksheet(ENGLISH.replace("10.00", "A").encode(), [student()])
    assert 'Participant 1036,"Byron, Ada",Submitted,7.5,A,-,"relu_forward 5' in table


def test_what_moodle_reads_is_unchanged_and_names_are_no_formulas():
    rows = ENGLISH + 'Participant 7,"=HYPERLINK(1)\x1b",+1+1,-,10.00,-,- good: @home\n'
    *_, other = csv.reader(io.StringIO(filled_worksheet(rows.encode(), [student()])))
    assert other == [
        "Participant 7", "'=HYPERLINK(1)", "'+1+1", "-", "10.00", "-", "- good: @home",
    ]  # fmt: skip


def test_students_without_a_row_are_named():
    assert missing_students(GERMAN.encode(), [student(), student("7"), student("9")]) == ["Ada"]
    assert missing_students(GERMAN.encode(), [student(), student("7")]) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GERMAN.replace("100,00", "gut"), "the column of grades was not found"),
        (GERMAN.replace(";Texte", "").replace("-;", "-"), "feedback comments was not found"),
        (
            GERMAN.replace(";Texte", "").replace("-;", "3. Mai 2026, 10:11"),
            "feedback comments was not found",
        ),
        (GERMAN.replace("1036", "1037"), "not the grading worksheet of these students"),
        ("", "not the grading worksheet"),
        ("PK\x03\x04\0", "not the grading worksheet"),
    ],
    ids=["scale", "no comments", "only dates", "others", "empty", "zip"],
)
def test_what_is_no_such_worksheet_is_told(text, message):
    with pytest.raises(ValueError, match=message):
        filled_worksheet(text.encode(), [student()])


def test_one_column_cannot_be_both_identifier_and_comments():
    text = (
        "Feedback comments,Full name,Status,Grade,Maximum Grade\n"
        "Participant 1036,Ada,Submitted,,10\n"
    )
    with pytest.raises(ValueError, match="the column of feedback comments was not found"):
        filled_worksheet(text.encode(), [student()])


def filled(text, *students):
    rows = csv.reader(io.StringIO(filled_worksheet(text.encode(), list(students))), delimiter=";")
    return list(rows)


def sheet(*rows):
    return "\n".join(";".join(row) for row in rows) + "\n"


def test_a_smaller_sheet_and_other_delimiters_are_read():
    short = sheet(["ID", "Note", "Max", "Text"], ["TN 1036", "", "10", ""])
    (_, row) = filled(short, student())
    assert row[:3] == ["TN 1036", "7.5", "10"]
    assert row[3].startswith("relu_forward 5 of 5")
    tabs = filled_worksheet(f"\ufeff{short}".replace(";", "\t").encode(), [student()])
    assert tabs.startswith("\ufeffID\tNote\tMax\tText\nTN 1036\t7.5\t10\t")
    for text in (
        short.replace(";Text", "").replace("10;", "10"),  # too few columns
        short.partition("\n")[0],  # no student
        short + "TN 7;5\n",  # a row that is too short
    ):
        with pytest.raises(ValueError, match="this is not the grading worksheet of these students"):
            filled_worksheet(text.encode(), [student()])
    assert len(filled(short + ";;;\n\n", student())) == 2  # empty rows do not count


@pytest.mark.parametrize(
    ("identifier", "is_found"),
    [
        ("Participant 1036", True), ("Participant 01036 ", True), ("1036", True),
        ("Participant 1036 x", False), ("Participant", False), ("Participant 10 36", False),
    ],
)  # fmt: skip
def test_an_identifier_is_words_and_a_number(identifier, is_found):
    text = sheet(["A", "B", "C", "D"], [identifier, "", "10", ""], ["TN 7", "", "10", ""])
    students = [student(), student("7")]
    rows = filled(text, *students)
    assert [row[1] for row in rows[1:]] == ["7.5" if is_found else "", "7.5"]
    assert rows[1][0] == identifier
    assert missing_students(text.encode(), students) == ([] if is_found else ["Ada"])


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (["", "10,00", "y", "x"], 1),
        (["-", "10", "y", "x"], 1),
        (["7", "10", "y", "x"], 1),
        (["y", "", "10", "x"], 2),
        (["y", "10", "x", "10"], None),
        (["", "0", "y", "x"], None),
        (["", "10", "", "10"], None),
        (["", "ten", "y", "x"], None),
    ],
)
def test_grades_are_the_only_column_before_a_maximum(cells, column):
    text = sheet(["ID", "A", "B", "C", "D", "Text"], ["TN 1036", *cells, ""])
    if column is None:
        with pytest.raises(ValueError, match=r"^the column of grades was not found in the work"):
            filled(text, student())
    else:
        assert filled(text, student())[1][column] == "7.5"


def test_a_maximum_is_the_same_in_all_rows():
    rows = [["TN 1036", "", "10", "3", "x", ""], ["TN 7", "2", "10", "4", "x", ""]]
    assert filled(sheet(["ID", "A", "B", "C", "D", "Text"], *rows), student())[1][1] == "7.5"


def test_comments_in_the_middle_are_known_by_the_english_header():
    head = ["ID", "Feedback comments", "Grade", "Max", "Other"]
    (_, row) = filled(sheet(head, ["TN 1036", "", "x", "10", "-"]), student())
    assert row[1].startswith("relu_forward 5")
    assert row[2:] == ["7.5", "10", "-"]


@pytest.mark.parametrize(("last", "is_found"), [("", True), ("good", True), ("-", False)])
def test_the_last_column_holds_comments_unless_it_holds_dates(last, is_found):
    rows = [["TN 1036", "", "10", "2026-05-03 10:11"], ["TN 7", "", "10", last]]
    text = sheet(["ID", "A", "B", "C"], *rows)
    if is_found:
        assert filled(text, student())[1][3].startswith("relu_forward 5")
    else:
        with pytest.raises(ValueError, match=r"^the column of feedback comments was not found in"):
            filled(text, student())


def test_a_column_of_bare_numbers_is_not_that_of_identifiers():
    text = sheet(["No", "ID", "A", "B", "C"], ["1036", "TN 7", "", "10", "-"])
    with pytest.raises(ValueError, match="not the grading worksheet of these students"):
        filled_worksheet(text.encode(), [student()])
    text = sheet(["No", "ID", "A", "B", "C"], ["7", "TN 1036", "", "10", ""])
    (_, row) = filled(text, student("7"), student())
    assert row[:4] == ["7", "TN 1036", "7.5", "10"]
