"""What the instructor has changed in marks.csv since it was written.

The file is compared with a record of what was written, by students and numbers, so a spreadsheet
program may save it in its own format, in another order, or without some rows.
"""

import csv
import io
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.adjustments import TOTAL, Adjustments, check_points
from minivgg.classroom.grading.grades import Student
from minivgg.classroom.grading.spreadsheet_files import (
    Table,
    comparable_name,
    comparable_number,
    number_in,
    read_table,
)
from minivgg.utils.files import make_folder, write_text
from minivgg.utils.printable_text import BYTE_ORDER_MARK

MARKS = "marks.csv"
EDITED = "marks-edited"
RECORD, NEXT_RECORD = "marks.json", "marks-next.json"  # the second until marks.csv is written
STUDENT, NUMBER, POINTS, SECONDS = "student", "number", "points", "seconds"  # columns
SAME = 0.006  # points are written with two decimals


class Written(NamedTuple):
    """A row of marks.csv as it was written.

    Parameters
    ----------
    key, name, number : str
        Of the student.
    points : dict
        {function or "total": points}.
    worth : dict
        {function: how much one of its points is worth in the total}.
    others : dict, optional
        {header: cell} of the columns without points. None if that was not recorded.
    """

    key: str
    name: str
    number: str
    points: dict[str, float]
    worth: dict[str, float]
    others: dict[str, str] | None = None


@dataclass
class Changes:
    """What was changed.

    Parameters
    ----------
    cells : list of (str, str, float or None)
        Key of the student, function or "total", new points; None for a cell that was emptied.
    others : list of str
        Descriptions of what else was changed: of columns without points, and of unknown rows.
    """

    cells: list[tuple[str, str, float | None]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def find_changes(out: Path, work: Path) -> Changes:
    """Compare marks.csv with what was written.

    Parameters
    ----------
    out : Path
        The folder of marks.csv.
    work : Path
        OUT/.grading, with the record of what was written.

    Returns
    -------
    changes : Changes
        Empty if there is no marks.csv, or if it was not changed.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If a changed cell is not a number.
    """
    path = out / MARKS
    if not path.is_file():
        return Changes()
    raw = path.read_bytes()
    if (work / MARKS).is_file() and (work / MARKS).read_bytes() == raw:
        return Changes()
    records = [record for name in (RECORD, NEXT_RECORD) if (record := _read_record(work / name))]
    if not records:
        return Changes(others=["it was not written by this version"])
    found = []
    errors = []
    for record in records:  # two, if the last grading was stopped while it wrote marks.csv
        try:
            found.append(_compare(raw, record))
        except ValueError as error:
            errors.append(error)
    if not found:
        raise ValueError(f"{path}: {errors[0]}") from None
    return min(found, key=lambda changes: len(changes.cells) + len(changes.others))


def _compare(raw: bytes, record: Sequence[Written]) -> Changes:
    rows = _Rows(record)
    table = read_table(raw, STUDENT, rows.count_known)
    if table is None:
        return Changes(others=["it is not a table with a column student"])
    headers = [comparable_name(cell) for cell in table[0]]
    changes, seen, errors = Changes(), set[str](), _Errors()
    for row in table[1:]:
        written = rows.find(headers, row)
        if written is None or written.key in seen:
            changes.others.append(f"the row {row[headers.index(STUDENT)]!r}")
            continue
        seen.add(written.key)
        cells: dict[str, float | None] = {}
        for header, cell in zip(headers, row, strict=True):
            name = TOTAL if header == POINTS else header
            if name not in written.points:
                if _is_edited(header, cell, written):
                    changes.others.append(_describe_edit(header, cell, written))
                continue
            points = number_in(cell)
            if cell:
                what = f"the {'total' if name == TOTAL else f'points for {name}'} of {written.name}"
                errors.check(points, cell, what)
            if points is None or abs(points - written.points[name]) > SAME:
                cells[name] = points
        changes.cells += [
            (written.key, name, points) for name, points in _without_sum(cells, written).items()
        ]
    errors.raise_any()
    changes.others = list(dict.fromkeys(changes.others))
    return changes


class _Errors:
    """Collects the cells that are no points, to name all of them at once."""

    def __init__(self) -> None:
        self._sentences: list[str] = []
        self._is_date = False

    def check(self, points: float | None, cell: str, what: str) -> None:
        try:
            check_points(points, cell, what)
        except ValueError as error:
            self._sentences.append(str(error))
            self._is_date |= points is None and any(letter.isdigit() for letter in cell)

    def raise_any(self) -> None:
        if not self._sentences:
            return
        it = "the cell, or empty it" if len(self._sentences) == 1 else "the cells, or empty them"
        hint = " (a spreadsheet program may have turned a number into a date)"
        raise ValueError(
            f"{'; '.join(self._sentences)}; correct {it}{hint if self._is_date else ''}"
        )


def _is_edited(header: str, cell: str, written: Written) -> bool:
    """Whether a cell without points was changed, and not only by a spreadsheet program."""
    if written.others is None or header == SECONDS:
        return False
    before = written.others.get(header, "")
    numbers = number_in(cell), number_in(before)
    return (
        comparable_name(cell) != comparable_name(before)
        and comparable_number(cell) != comparable_number(before)
        and (None in numbers or numbers[0] != numbers[1])
    )


def _describe_edit(header: str, cell: str, written: Written) -> str:
    if written.others is not None and header in written.others:
        return f"{header!r} of {written.name}"
    return f"the column {header!r}" if header else f"{cell!r} beside the table"


def _without_sum(cells: dict[str, float | None], written: Written) -> dict[str, float | None]:
    """Without a total that is only the new sum: it would hide later changes."""
    total = cells.get(TOTAL)
    if total is None or len(cells) == 1:
        return cells
    difference = sum(
        ((points or 0.0) - written.points[name]) * written.worth.get(name, 1.0)
        for name, points in cells.items()
        if name != TOTAL
    )
    if abs(written.points[TOTAL] + difference - total) > 2 * SAME:
        return cells
    return {name: points for name, points in cells.items() if name != TOTAL}


class _Rows:
    """Finds what was written for a row: by the number, else by a name that only one has."""

    def __init__(self, record: Sequence[Written]) -> None:
        self._by_number = {comparable_number(w.number): w for w in record if w.number}
        names = [comparable_name(w.name) for w in record]
        self._by_name = {
            name: w for name, w in zip(names, record, strict=True) if names.count(name) == 1
        }

    def find(self, headers: Sequence[str], row: Sequence[str]) -> Written | None:
        cells = dict(zip(headers, row, strict=True))
        number = comparable_number(cells.get(NUMBER, ""))
        return self._by_number.get(number) or self._by_name.get(comparable_name(cells[STUDENT]))

    def count_known(self, table: Table) -> int:
        headers = [comparable_name(cell) for cell in table[0]]
        return sum(self.find(headers, row) is not None for row in table[1:])


def merge(changes: Changes, adjustments: Adjustments) -> None:
    """Add what was changed in marks.csv to the adjustments.

    Parameters
    ----------
    changes : Changes
        From ``find_changes``.
    adjustments : Adjustments
        They are changed.
    """
    for key, task, points in changes.cells:
        adjustments.set(key, task, points)


def keep_edited(out: Path) -> Path:
    """Keep a copy of marks.csv, which is about to be replaced.

    Parameters
    ----------
    out : Path
        Its folder.

    Returns
    -------
    path : Path
        marks-edited.csv, or marks-edited-2.csv and so on if there is another one already.
    """
    number, edited = 1, (out / MARKS).read_bytes()
    while True:
        path = out / (f"{EDITED}.csv" if number == 1 else f"{EDITED}-{number}.csv")
        if not path.exists():
            shutil.copy2(out / MARKS, path)
            return path
        if path.read_bytes() == edited:
            return path
        number += 1


def record_marks(students: Sequence[Student], work: Path, table: str = "") -> None:
    """Record what marks.csv will contain; call this before the file is written.

    Parameters
    ----------
    students : sequence of Student
        The graded ones.
    work : Path
        OUT/.grading.
    table : str, optional
        The text of the file, to find changes of other columns than those of points.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    rows = []
    lines: list[list[str]] = list(csv.reader(io.StringIO(table.lstrip(BYTE_ORDER_MARK))))
    headers = [comparable_name(cell) for cell in lines[0]] if lines else []
    for index, student in enumerate(students, start=1):
        points = {TOTAL: student.points} | {g.task.name: g.points for g in student.tasks}
        worth = {
            grade.task.name: assignment.weight * student.factor
            for assignment in student.assignments
            for grade in assignment.tasks
        }
        others = dict(zip(headers, lines[index], strict=True)) if lines else None
        rows.append([student.key, student.name, student.number, points, worth, others])
    make_folder(work)
    write_text(work / NEXT_RECORD, json.dumps(rows) + "\n")


def confirm_marks(out: Path, work: Path) -> None:
    """Keep a copy of marks.csv as it was written; call this afterwards.

    Parameters
    ----------
    out : Path
        The folder of marks.csv.
    work : Path
        OUT/.grading.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    (work / NEXT_RECORD).replace(work / RECORD)
    shutil.copyfile(out / MARKS, work / MARKS)


def _read_record(path: Path) -> list[Written] | None:
    try:
        rows = [Written(*row) for row in json.loads(path.read_text(encoding="utf-8"))]
        return rows if all(set(row.points) <= {*TASKS, TOTAL} for row in rows) else None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None  # there is none, or it is damaged
