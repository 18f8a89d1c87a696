"""``minivgg grade``: grade the submissions of a class."""

import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from minivgg.classroom.grading.adjustments import FILE as ADJUSTMENTS
from minivgg.classroom.grading.adjustments import (
    Adjustments,
    load_adjustments,
    save_adjustments,
)
from minivgg.classroom.grading.class_grading import grade_class
from minivgg.classroom.grading.grades import ClassGrades, Interrupted, Student
from minivgg.classroom.grading.marks_changes import (
    MARKS,
    confirm_marks,
    find_changes,
    keep_edited,
    merge,
    record_marks,
)
from minivgg.classroom.grading.scheme import load_scheme
from minivgg.classroom.grading.work_folder import ERRORS
from minivgg.classroom.grading.work_folder import NAME as WORK
from minivgg.classroom.isolation.child_process import Limits, unenforced_limits
from minivgg.classroom.reports.class_page import PAGES
from minivgg.classroom.reports.gradebooks import MOODLE, MOODLE_FILE, from_platform
from minivgg.classroom.reports.gradescope import gradescope_failure
from minivgg.classroom.reports.marks_table import marks_csv
from minivgg.classroom.reports.moodle_worksheet import missing_students
from minivgg.classroom.reports.summary import summary
from minivgg.classroom.reports.writing import (
    file_names,
    write_all,
    write_results,
    write_student,
)
from minivgg.cli.arguments import Commands
from minivgg.cli.grade_options import add_grade, check_options
from minivgg.utils.printable_text import listed, printable
from minivgg.utils.stop_signals import StoppedBySignal, raising_on_stop_signals

EARLIER_SECONDS = 3600  # a report that is so much older belongs to an earlier grading
MAX_NAMED = 10  # entries in a list of names


def add(commands: Commands) -> None:
    """Add the command ``grade``."""
    add_grade(commands, grade)


def grade(args: Namespace) -> int:
    """Grade a class and write the reports. After a signal, the status is 128 + its number."""
    with raising_on_stop_signals():
        try:
            return _grade(args, check_options(args))
        except StoppedBySignal as stop:
            print(f"\n{stop}", file=sys.stderr)
            return stop.exit_status
        except BaseException as error:
            if args.gradescope and not isinstance(error, Interrupted):
                _write_failure(args, error)
            raise


def _grade(args: Namespace, limits: Limits) -> int:
    _print_notes(limits)
    out, work = Path(args.out), Path(args.out) / WORK
    scheme = load_scheme(args.scheme) if args.scheme else None
    worksheet = Path(args.moodle_worksheet).read_bytes() if args.moodle_worksheet else b""
    marks = _bytes_of(out / MARKS)
    adjustments = _changed_by_hand(out, work)
    names: dict[str, str] = {}

    def begin(students: Sequence[Student]) -> None:
        names.update(zip((s.key for s in students), file_names(students), strict=True))
        _print_nobodies(adjustments, students)
        if worksheet:
            _compare_worksheet(args.moodle_worksheet, worksheet, students)

    interrupted: Interrupted | None = None
    try:
        grades = grade_class(
            args.submissions,
            args.assignment,
            args.hidden,
            args.jobs,
            limits,
            sys.stderr.isatty(),
            isolation=args.isolation,
            scheme=scheme,
            adjustments=adjustments,
            work=work,
            only=args.student,
            as_one=args.gradescope,
            again=args.again,
            on_begin=begin,
            on_student=lambda student: _write_page(student, names, args),
        )
    except Interrupted as stop:
        grades, interrupted = stop.grades, stop
    if grades.students:
        if _bytes_of(out / MARKS) != marks:
            _take_late_changes(grades.students, out, work)
        _write_reports(grades, args, worksheet)
    elif args.gradescope and interrupted:
        _write_failure(args, interrupted)
    if interrupted:
        if isinstance(interrupted.__cause__, StoppedBySignal):
            print(f"\n{interrupted}", file=sys.stderr)
            return interrupted.__cause__.exit_status
        raise interrupted
    return 0


def _print_notes(limits: Limits) -> None:
    if unenforced := unenforced_limits(limits.memory_bytes):
        print(
            f"note: this system does not limit a submission's {' and '.join(unenforced)}; grade in "
            "a container on Linux if you do not trust the submissions",
            file=sys.stderr,
        )
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        print(
            "note: this runs as root: a submission that gets around the limits can change anything "
            "here; grade as another user, or in a container that is used for nothing else",
            file=sys.stderr,
        )


def _changed_by_hand(out: Path, work: Path) -> Adjustments:
    """The points changed by hand, with what was changed in marks.csv since it was written."""
    adjustments, changes = load_adjustments(out / ADJUSTMENTS), find_changes(out, work)
    if changes.others:
        kept, what = keep_edited(out), _list(changes.others)
        print(f"note: not everything in marks.csv is used ({what}): a copy is in {kept}")
    if changes.cells:
        merge(changes, adjustments)
        save_adjustments(adjustments, out / ADJUSTMENTS)
        cells = len(changes.cells)
        were = "cells were" if cells > 1 else "cell was"
        print(f"{cells} {were} changed by hand in marks.csv: saved in {out / ADJUSTMENTS}")
    return adjustments


def _print_nobodies(adjustments: Adjustments, students: Sequence[Student]) -> None:
    for nobody in adjustments.of_nobody(students):
        print(
            f"note: {ADJUSTMENTS} names {printable(nobody)}: nobody in this class, or several "
            "students"
        )


def _compare_worksheet(path: str, worksheet: bytes, students: Sequence[Student]) -> None:
    try:
        missing = missing_students(worksheet, students)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    if missing:
        print(f"note: {path} has no row for {_list(missing)}")


def _write_page(student: Student, names: Mapping[str, str], args: Namespace) -> None:
    write_student(student, names[student.key], args.out, args.format)


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _take_late_changes(students: Sequence[Student], out: Path, work: Path) -> None:
    """Apply what was changed in marks.csv while the grading ran."""
    try:
        adjustments = _changed_by_hand(out, work)
    except ValueError as error:
        print(f"note: {printable(str(error))}: a copy of marks.csv is in {keep_edited(out)}")
        return
    for student in students:
        adjustments.apply(student, students)


def _write_reports(grades: ClassGrades, args: Namespace, worksheet: bytes) -> None:
    """Write everything, and say what was found."""
    out, students = Path(args.out), grades.students
    work, pages = out / WORK, out / PAGES
    existing = set(pages.glob("*.*")) - {pages / f"{n}.{args.format}" for n in file_names(students)}
    record_marks(students, work, marks_csv(students))
    table, index = write_all(grades, out, args.format, args.gradescope, args.visibility, worksheet)
    confirm_marks(out, work)
    assignments = ", ".join(assignment.name for assignment in students[0].assignments)
    print(f"graded: {assignments}\n{summary(students)}")
    print(f"{sum(s.all_seconds for s in students):.0f} seconds spent running submissions")
    print(grades.isolation)
    if failed := [s.name for s in students if any(grade.internal_error for grade in s.tasks)]:
        print(
            f"note: some functions of {_list(failed)} could not be graded, which is not the "
            f"students' fault: run this command again; the errors are in {work / ERRORS}"
        )
    if grades.unchanged and not args.student:
        print(
            f"{grades.unchanged} of {len(students) + len(grades.waiting)} students had been graded "
            "before and have not changed since (--again grades everyone)"
        )
    if grades.waiting and args.student:
        print(f"not graded yet, so not in {table}: {_list(grades.waiting)}")
    if grades.ignored:
        print(f"not read as submissions: {_list(grades.ignored)}")
    word = "report" if len(students) == 1 else "reports"
    print(f"wrote {table}, {index} and {len(students)} {word} in {pages}")
    if not worksheet and from_platform(students, MOODLE):
        print(f"{MOODLE_FILE} fits courses in English only: for others, see --moodle-worksheet")
    since = table.stat().st_mtime - EARLIER_SECONDS
    earlier = sum(path.exists() and path.stat().st_mtime < since for path in existing)
    if earlier:
        print(f"{earlier} pages in {pages} are from an earlier grading run")


def _list(names: Sequence[str]) -> str:
    return listed([printable(name) for name in names], MAX_NAMED)


def _write_failure(args: Namespace, error: BaseException) -> None:
    """Write results.json without points: without it, Gradescope shows that the grader failed."""
    sentence = printable(str(error)) or type(error).__name__
    with suppress(OSError):  # then that is what the error says
        write_results(gradescope_failure(f"The submission was not graded: {sentence}"), args.out)
