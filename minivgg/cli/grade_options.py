"""The options of ``minivgg grade``."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from minivgg.classroom.isolation.bubblewrap import KINDS
from minivgg.classroom.isolation.child_process import Limits
from minivgg.classroom.reports.gradescope import AFTER_PUBLISHED, VISIBILITIES
from minivgg.cli.arguments import Commands, command

SCHEME_EXAMPLE = """
scheme.toml, for --scheme, contains only what differs from the defaults:
  all-or-nothing = ["sgd_step"]  # or true: no points unless all checks pass
  hidden-share = 0.5             # share of the hidden checks in the points of a function
  late-factor = 0.9              # by which the total of a late submission is multiplied
  [points]                       # of functions
  im2col = 5
  [weights]                      # of assignments in the total
  convolution = 2

Points changed by hand in DIR/marks.csv, or listed in DIR/adjustments.csv, survive another grading.
"""


def add_grade(commands: Commands, grade: Callable[[Namespace], int]) -> None:
    """Add the command ``grade``."""
    p = command(
        commands,
        "grade",
        grade,
        "grade the submissions of a class",
        """
        minivgg grade submissions/ --out grades/
        minivgg grade class.zip --out grades/ --assignment convolution --hidden hidden/
        minivgg grade submissions/ --out grades/ --student "Ada Byron"
        minivgg grade /autograder/submission --out /autograder/results --gradescope
        """,
    )
    p.epilog = f"{p.epilog}\n{SCHEME_EXAMPLE.rstrip()}"
    _input_options(p)
    _report_options(p)
    p.add_argument(
        "--jobs", type=int, metavar="N", help="number of parallel processes (default: all cores)"
    )
    _limit_options(p)


def _input_options(p: ArgumentParser) -> None:
    """Add options of what is graded, and by which checks and points."""
    p.add_argument(
        "submissions",
        metavar="SUBMISSIONS",
        help="a folder or zip with a folder, zip or file for each student, or the folder of one "
        "student",
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
        "--scheme", metavar="FILE", help="your points and weights, in TOML (see the example below)"
    )
    p.add_argument(
        "--student",
        metavar="NAME",
        help="grade only the student with this name or number; the reports show the earlier grades "
        "of the others",
    )
    p.add_argument(
        "--again",
        action="store_true",
        help="also grade submissions that have not changed since the last grading into DIR",
    )


def _report_options(p: ArgumentParser) -> None:
    """Add options of the reports, and of the platforms that read them."""
    p.add_argument(
        "--format",
        choices=("html", "md"),
        default="html",
        help="format of the reports (default: html)",
    )
    p.add_argument(
        "--gradescope",
        action="store_true",
        help="SUBMISSIONS is what one student has uploaded: write Gradescope's results.json",
    )
    p.add_argument(
        "--visibility",
        choices=VISIBILITIES,
        default=AFTER_PUBLISHED,
        help="when Gradescope shows students the results of the hidden checks (default: "
        "%(default)s)",
    )
    p.add_argument(
        "--moodle-worksheet",
        metavar="FILE",
        help="Moodle's grading worksheet of the assignment, to be filled in as DIR/moodle.csv "
        "(needed for courses that are not in English)",
    )


def _limit_options(p: ArgumentParser) -> None:
    limits = p.add_argument_group("limits for each function of each submission")
    limits.add_argument(
        "--isolation",
        choices=KINDS,
        default="auto",
        help="what isolates submissions from the grader: bubblewrap or Python's audit hook "
        "(default: bubblewrap where it works)",
    )
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


def check_options(args: Namespace) -> Limits:
    """The limits, when all options make sense."""
    for name in ("time", "memory", "output"):
        if not getattr(args, name) > 0:
            raise ValueError(f"--{name} must be greater than 0, got {getattr(args, name):g}")
    if args.jobs is not None and args.jobs < 1:
        raise ValueError(f"--jobs must be at least 1, got {args.jobs}")
    if args.gradescope and args.student is not None:
        raise ValueError("--student is for a class: with --gradescope there is only one student")
    submissions, out = Path(args.submissions).resolve(), Path(args.out).resolve()
    if out.is_file():
        raise ValueError(f"--out {args.out} is a file: choose another folder")
    if out == submissions or submissions in out.parents:
        raise ValueError(f"--out {args.out} is among the submissions: choose another folder")
    return Limits(args.time, args.memory * 2**20, args.output * 2**10)
