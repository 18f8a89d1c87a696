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
