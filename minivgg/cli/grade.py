"""``minivgg grade``: grade the submissions of a class."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from minivgg.classroom.grading.class_grading import grade_class
from minivgg.classroom.grading.grades import Interrupted
from minivgg.classroom.isolation.child_process import Limits, unenforced_limits
from minivgg.classroom.reports.gradescope import AFTER_PUBLISHED, VISIBILITIES
from minivgg.classroom.reports.summary import summary
from minivgg.classroom.reports.writing import write_all
from minivgg.cli.arguments import Commands, command

EARLIER_SECONDS = 3600  # before this grading, from which on a report belongs to an earlier one


def add(commands: Commands) -> None:
    """Add the command ``grade``."""
    p = command(
        commands,
        "grade",
        grade,
        "grade the submissions of a class",
        """
        minivgg grade submissions/ --out grades/
        minivgg grade class.zip --out grades/ --assignment convolution --hidden hidden/
        minivgg grade /autograder/submission --out /autograder/results --gradescope
        """,
    )
    p.add_argument(
        "submissions",
        metavar="SUBMISSIONS",
        help="a folder or zip that holds a folder, zip or file of each student; or the folder of "
        "one student",
    )
    p.add_argument(
        "--out", metavar="DIR", required=True, help="folder for marks.csv, class.html and students/"
    )
    p.add_argument(
        "--assignment",
        nargs="+",
        metavar="NAME",
        help="assignments to grade (default: those that any student has submitted)",
    )
    p.add_argument(
        "--hidden",
        metavar="DIR",
        help="folder of hidden checks, TASK.json (see: assignment hidden)",
    )
    p.add_argument(
        "--format",
        choices=("html", "md"),
        default="html",
        help="format of the reports (default: html)",
    )
    p.add_argument("--gradescope", action="store_true", help="also write Gradescope's results.json")
    p.add_argument(
        "--visibility",
        choices=VISIBILITIES,
        default=AFTER_PUBLISHED,
        help="when Gradescope shows students the results of the hidden checks (default: "
        "%(default)s)",
    )
    p.add_argument(
        "--jobs", type=int, metavar="N", help="number of parallel processes (default: all cores)"
    )
    _limit_options(p)


def _limit_options(p: ArgumentParser) -> None:
    limits = p.add_argument_group("limits for each function of each submission")
    limits.add_argument(
        "--time",
        type=float,
        default=Limits.seconds,
        metavar="S",
        help=f"time in seconds (default: {Limits.seconds:g})",
    )
    limits.add_argument(
        "--memory",
        type=int,
        default=Limits.memory_bytes // 2**20,
        metavar="MB",
        help="memory in MB (default: %(default)s; not enforced on Windows)",
    )
    limits.add_argument(
        "--output",
        type=int,
        default=Limits.output_bytes // 2**10,
        metavar="KB",
        help="printed output in KB (default: %(default)s)",
    )


def grade(args: Namespace) -> int:
    """Grade a class and write the reports."""
    limits, out = _check(args), Path(args.out)
    if unenforced := unenforced_limits(limits.memory_bytes):
        print(
            f"note: this system does not limit a submission's {' and '.join(unenforced)}; grade in "
            "a container on Linux if you do not trust the submissions",
            file=sys.stderr,
        )
    interrupted: Interrupted | None = None
    try:
        grades = grade_class(
            args.submissions, args.assignment, args.hidden, args.jobs, limits, sys.stderr.isatty()
        )
    except Interrupted as stop:
        grades, interrupted = stop.grades, stop
    students = grades.students
    if interrupted and not students:
        raise interrupted
    existing = set((out / "students").glob("*.*"))
    table, index = write_all(grades, args.out, args.format, args.gradescope, args.visibility)
    assignments = ", ".join(assignment.name for assignment in students[0].assignments)
    print(f"graded: {assignments}\n{summary(students)}")
    print(f"wrote {table}, {index} and {len(students)} reports in {out / 'students'}")
    since = table.stat().st_mtime - EARLIER_SECONDS
    earlier = sum(path.exists() and path.stat().st_mtime < since for path in existing)
    if earlier:
        print(f"{earlier} pages in {out / 'students'} are from an earlier grading run")
    if interrupted:
        raise interrupted
    return 0


def _check(args: Namespace) -> Limits:
    """The limits, when all arguments make sense."""
    for name in ("time", "memory", "output"):
        if getattr(args, name) <= 0:
            raise ValueError(f"--{name} must be greater than 0, got {getattr(args, name):g}")
    if args.jobs is not None and args.jobs < 1:
        raise ValueError(f"--jobs must be at least 1, got {args.jobs}")
    submissions, out = Path(args.submissions).resolve(), Path(args.out).resolve()
    if out.is_file():
        raise ValueError(f"--out {args.out} is a file: choose another folder")
    if out == submissions or submissions in out.parents:
        raise ValueError(f"--out {args.out} is among the submissions: choose another folder")
    return Limits(args.time, args.memory * 2**20, args.output * 2**10)
