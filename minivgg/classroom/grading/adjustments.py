"""Points that the instructor changed by hand: they survive the next grading.

adjustments.csv has a line for each: the student's key, a function or "total", the points and the
reason. ``marks_changes`` adds what was changed in marks.csv itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.grades import Student
from minivgg.classroom.grading.spreadsheet_files import (
    Table,
    comparable_name,
    comparable_number,
    number_in,
    read_table,
)
from minivgg.utils import tables
from minivgg.utils.files import StrPath, write_text
from minivgg.utils.printable_text import BYTE_ORDER_MARK, text_of_cell
from minivgg.utils.suggest import suggest

FILE = "adjustments.csv"
TOTAL = "total"
HEADERS = ("student", "task", "points", "reason")


@dataclass(frozen=True)
class Adjustment:
    """One change.

    Parameters
    ----------
    student : str
        The key of the student; in a file written by hand, the number or the name.
    task : str
        The name of a function, or "total".
    points : float
        What counts.
    reason : str
        For the student, may be empty.
    """

    student: str
    task: str
    points: float
    reason: str = ""


@dataclass
class Adjustments:
    """All changes.

    Parameters
    ----------
    entries : list of Adjustment
        In the order of the file. Of two for the same student and function, the last counts.
    """

    entries: list[Adjustment] = field(default_factory=list)

    def set(self, key: str, task: str, points: float | None) -> None:
        """Change the points of a function or the total by hand; the reason stays.

        Parameters
        ----------
        key : str
            Of the student.
        task : str
            The name of a function, or "total".
        points : float, optional
            None undoes the change.
        """
        same = [e for e in self.entries if (e.student, e.task) == (key, task)]
        self.entries = [e for e in self.entries if e not in same]
        if points is not None:
            reason = same[-1].reason if same else ""
            self.entries.append(Adjustment(key, task, points, reason))

    def apply(self, student: Student, students: Sequence[Student] = ()) -> None:
        """Set the points that were changed by hand.

        Parameters
        ----------
        student : Student
            It is changed.
        students : sequence of Student
            The class, so that a name which is also another student's number means the other one.
        """
        everyone = students or [student]
        grades = {grade.task.name: grade for grade in student.tasks}
        student.points_by_hand, student.reason = None, ""
        for grade in grades.values():
            grade.points_by_hand, grade.reason = None, ""
        for entry in self.entries:
            if _key_of(entry.student, everyone) != student.key:
                continue
            changed = student if entry.task == TOTAL else grades.get(entry.task)
            if changed is not None:
                changed.points_by_hand, changed.reason = entry.points, entry.reason

    def of_nobody(self, students: Sequence[Student]) -> list[str]:
        """The students named here who are not in the class, or not only one of it.

        Parameters
        ----------
        students : sequence of Student
            The class.

        Returns
        -------
        names : list of str
            As written in the file.
        """
        named = dict.fromkeys(entry.student for entry in self.entries)
        return [name for name in named if _key_of(name, students) is None]


def _key_of(written: str, students: Sequence[Student]) -> str | None:
    """The key of the student who is meant: by the key, else the number, else the name."""
    name, number = comparable_name(written), comparable_number(written)
    for found in (
        [s.key for s in students if s.key == written],
        [s.key for s in students if comparable_name(s.key) == name],
        [s.key for s in students if s.number and comparable_number(s.number) == number],
        [s.key for s in students if comparable_name(s.name) == name],
    ):
        if found:
            return found[0] if len(found) == 1 else None
    return None


def load_adjustments(path: StrPath) -> Adjustments:
    """Read adjustments.csv, as written here or saved by a spreadsheet program.

    Parameters
    ----------
    path : path
        The file; it need not exist.

    Returns
    -------
    adjustments : Adjustments
        Empty if there is no file.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is not such a table, or for an unknown function or points that are not a number.
    """
    path = Path(path)
    if not path.exists():
        return Adjustments()
    table = read_table(path.read_bytes(), "points", _rows_with_tasks)
    if table is None or not {*HEADERS[:3]} <= {comparable_name(cell) for cell in table[0]}:
        raise ValueError(f"{path} is not a table with the columns {', '.join(HEADERS)}")
    headers = [comparable_name(cell) for cell in table[0]]
    rows = [dict(zip(headers, row, strict=True)) for row in table[1:]]
    return Adjustments([_adjustment(row, path) for row in rows])


def _rows_with_tasks(table: Table) -> int:
    return sum(any(cell in TASKS or cell == TOTAL for cell in row) for row in table)


def _adjustment(row: Mapping[str, str], path: Path) -> Adjustment:
    student, task = text_of_cell(row["student"]), row["task"]
    points = number_in(row["points"])
    if task != TOTAL and task not in TASKS:
        similar = suggest(task, [*TASKS, TOTAL])
        raise ValueError(f"{path}: there is no function {task!r}: did you mean {similar!r}?")
    check_points(points, row["points"], f"{path}: the points of {student} for {task}")
    assert points is not None, "checked"
    return Adjustment(student, task, points, text_of_cell(row.get("reason", "")))


def check_points(points: float | None, cell: str, what: str) -> None:
    """Raise ``ValueError`` for points that are not a number, or negative.

    Parameters
    ----------
    points : float, optional
        From ``number_in``.
    cell : str
        What was written.
    what : str
        The beginning of the sentence.

    Raises
    ------
    ValueError
        It says what is expected.
    """
    if points is None or points < 0:
        raise ValueError(f"{what} must be a number of at least 0, got {cell!r}")


def save_adjustments(adjustments: Adjustments, path: StrPath) -> None:
    """Write adjustments.csv.

    Parameters
    ----------
    adjustments : Adjustments
        All that are to be kept.
    path : path
        The file.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    rows = [(e.student, e.task, f"{e.points:g}", e.reason) for e in adjustments.entries]
    write_text(path, BYTE_ORDER_MARK + tables.csv(HEADERS, rows))
