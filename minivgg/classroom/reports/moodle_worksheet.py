"""Moodle's own grading worksheet with grades and comments filled in, in any language.

Moodle finds columns by headers and students by identifiers in the language of the course, so both
are left as Moodle wrote them.
"""

import csv
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

from minivgg.classroom.grading.grades import Student
from minivgg.classroom.grading.spreadsheet_files import (
    DELIMITERS,
    Table,
    comparable_name,
    number_in,
    texts_of,
)
from minivgg.classroom.reports.gradebooks import (
    MOODLE,
    MOODLE_COLUMNS,
    NEVER,
    comment,
    from_platform,
)
from minivgg.classroom.reports.points import write_points
from minivgg.utils import tables
from minivgg.utils.printable_text import BYTE_ORDER_MARK

GRADE, FEEDBACK = comparable_name(MOODLE_COLUMNS[2]), comparable_name(MOODLE_COLUMNS[5])
NUMBER = re.compile(r"\D*?(\d+)\s*")  # "Participant 12", "Teilnehmer/in 12"
DATE = re.compile(r"\d{4}.*\d:\d\d")
ADVICE = 'download it in the assignment, with "Download grading worksheet"'


class _Worksheet(NamedTuple):
    """The rows, the headers first, and the numbers of three columns."""

    rows: Table
    delimiter: str
    identifier: int
    grade: int
    feedback: int

    def number_of(self, row: Sequence[str]) -> str:
        found = NUMBER.fullmatch(row[self.identifier])
        return found[1].lstrip("0") if found else ""


def filled_worksheet(raw: bytes, students: Sequence[Student]) -> str:
    """Fill in the grading worksheet of an assignment of Moodle's.

    Parameters
    ----------
    raw : bytes
        Of the file that Moodle made.
    students : sequence of Student
        The graded ones.

    Returns
    -------
    table : str
        Only grades and comments of these students are changed.

    Raises
    ------
    ValueError
        If the columns are not found.
    """
    sheet = _read(raw, students)
    of_number = {s.number.lstrip("0"): s for s in from_platform(students, MOODLE)}
    for row in sheet.rows[1:]:
        if student := of_number.get(sheet.number_of(row)):
            row[sheet.grade], row[sheet.feedback] = write_points(student.points), comment(student)
    headers, *rows = sheet.rows
    # what Moodle reads stays as it is; names of students, which it ignores, are no formulas
    read = (sheet.identifier, sheet.grade, sheet.feedback)
    return BYTE_ORDER_MARK + tables.csv(headers, rows, sheet.delimiter, unchanged=read)


def missing_students(raw: bytes, students: Sequence[Student]) -> list[str]:
    """The students of Moodle's who have no row in a worksheet.

    Parameters
    ----------
    raw : bytes
        Of the file that Moodle made.
    students : sequence of Student
        Of the class; they need not be graded.

    Returns
    -------
    names : list of str
        As they are shown.

    Raises
    ------
    ValueError
        If the columns are not found.
    """
    sheet = _read(raw, students)
    known = {sheet.number_of(row) for row in sheet.rows[1:]}
    return [s.name for s in from_platform(students, MOODLE) if s.number.lstrip("0") not in known]


def _read(raw: bytes, students: Sequence[Student]) -> _Worksheet:
    numbers = {s.number.lstrip("0") for s in from_platform(students, MOODLE)}
    for text in texts_of(raw):
        for delimiter in DELIMITERS:
            lines = io.StringIO(text.lstrip(BYTE_ORDER_MARK), newline="")
            try:
                rows = [row for row in csv.reader(lines, delimiter=delimiter) if any(row)]
            except csv.Error:
                continue
            if len(rows) < 2 or len(rows[0]) < 4 or any(len(row) != len(rows[0]) for row in rows):
                continue
            columns = list(zip(*rows[1:], strict=True))
            identifier = _identifier(columns, numbers)
            if identifier is None:
                continue
            headers = [comparable_name(cell) for cell in rows[0]]
            grade, feedback = _grade(headers, columns), _feedback(headers, columns)
            if grade is None or feedback is None or len({identifier, grade, feedback}) < 3:
                what = "grades" if grade is None else "feedback comments"
                raise ValueError(f"the column of {what} was not found in the worksheet: {ADVICE}")
            return _Worksheet(rows, delimiter, identifier, grade, feedback)
    raise ValueError(f"this is not the grading worksheet of these students: {ADVICE}")


def _identifier(columns: Sequence[Sequence[str]], numbers: set[str]) -> int | None:
    """The first column with words before numbers of students."""
    for index, cells in enumerate(columns):
        found = [NUMBER.fullmatch(cell) for cell in cells]
        if any(
            one and not cell[0].isdigit() and one[1].lstrip("0") in numbers
            for one, cell in zip(found, cells, strict=True)
        ):
            return index
    return None


def _grade(headers: Sequence[str], columns: Sequence[Sequence[str]]) -> int | None:
    """By the English header, else before the maximum grade, which is the same in all rows."""
    if GRADE in headers:
        return headers.index(GRADE)
    found = []
    for index in range(len(columns) - 1):
        maximum = {number_in(cell) for cell in columns[index + 1]}
        are_grades = all(
            cell in ("", NEVER) or number_in(cell) is not None for cell in columns[index]
        )
        if are_grades and len(maximum) == 1 and (maximum.pop() or 0) > 0:
            found.append(index)
    return found[0] if len(found) == 1 else None


def _feedback(headers: Sequence[str], columns: Sequence[Sequence[str]]) -> int | None:
    """By the English header, else the last column, unless it holds dates as the one before it."""
    if FEEDBACK in headers:
        return headers.index(FEEDBACK)
    are_dates = NEVER in columns[-1] or all(map(DATE.search, columns[-1]))
    return None if are_dates else len(columns) - 1
