"""``python -m minivgg assignment`` and ``grade``: what students and instructors do with assignments."""

import json
import sys
from pathlib import Path

from minivgg.classroom import grading, reports
from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.classroom.isolation import Limits
from minivgg.classroom.submissions import defined_functions
from minivgg.cli.arguments import command
from minivgg.utils import tables
from minivgg.utils.files import write_text
from minivgg.utils.suggest import nearest

SHOWN = 10  # lines of what a function printed


def add_assignment(commands):
    """The arguments of ``assignment``."""
    p = command(commands, "assignment", list_all, "list, hand out or check the assignments", """
        python -m minivgg assignment list
        python -m minivgg assignment release convolution --to handout/
        python -m minivgg assignment check convolution.py
        python -m minivgg assignment hidden --to hidden/""")  # fmt: skip
    actions = p.add_subparsers(metavar="ACTION")
    command(
        actions,
        "list",
        list_all,
        "the assignments, their functions and points",
        "python -m minivgg assignment list",
    )

    p = command(actions, "release", release, "write an assignment's stubs and its guiding notebook", """
        python -m minivgg assignment release convolution --to handout/
        python -m minivgg assignment release all --to handout/
        python -m minivgg assignment release loss --to course/ --nbgrader""")  # fmt: skip
    p.add_argument("names", nargs="+", metavar="NAME", help="names of assignments, or all")
    p.add_argument("--to", metavar="DIR", required=True, help="the folder to write to")
    p.add_argument("--force", action="store_true", help="replace a file that is there already")
    p.add_argument(
        "--nbgrader",
        action="store_true",
        help="write nbgrader's source notebook instead, to DIR/source/NAME/",
    )

    p = command(actions, "check", check, "check your functions: the public checks, at once", """
        python -m minivgg assignment check convolution.py
        python -m minivgg assignment check homework.py --only im2col""")  # fmt: skip
    p.add_argument("file", metavar="FILE", help="your .py or .ipynb")
    p.add_argument("--only", nargs="+", metavar="TASK", default=(), help="only these functions")
    p.add_argument(
        "--time",
        type=float,
        default=Limits.seconds,
        metavar="S",
        help=f"seconds for each function (default: {Limits.seconds:g})",
    )

    p = command(actions, "hidden", hidden, "make hidden checks, for you to keep and to edit", """
        python -m minivgg assignment hidden --to hidden/
        python -m minivgg assignment hidden conv_forward loss --to hidden/ --count 10 --seed 7""")  # fmt: skip
    p.add_argument("names", nargs="*", metavar="NAME", help="assignments or tasks (default: all)")
    p.add_argument("--to", metavar="DIR", required=True, help="the folder to write TASK.json to")
    p.add_argument(
        "--count", type=int, default=5, metavar="N", help="cases for each task (default: 5)"
    )
    p.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="to draw the same again (default: drawn, and not told)",
    )
    p.add_argument("--force", action="store_true", help="replace files that are there already")


def add_grade(commands):
    """The arguments of ``grade``."""
    p = command(commands, "grade", grade, "grade the submissions of a class", """
        python -m minivgg grade submissions/ --out grades/
        python -m minivgg grade class.zip --out grades/ --assignment convolution --hidden hidden/
        python -m minivgg grade /autograder/submission --out /autograder/results --gradescope""")  # fmt: skip
    p.add_argument(
        "submissions",
        metavar="SUBMISSIONS",
        help="a folder or zip with a folder, zip or file for each student; or one student's folder",
    )
    p.add_argument(
        "--out",
        metavar="DIR",
        required=True,
        help="the folder for marks.csv, class.html and students/",
    )
    p.add_argument(
        "--assignment",
        nargs="+",
        metavar="NAME",
        help="grade these (default: those that anybody handed in)",
    )
    p.add_argument(
        "--hidden",
        metavar="DIR",
        help="a folder of hidden checks, TASK.json (see: assignment hidden)",
    )
    p.add_argument(
        "--format", choices=("html", "md"), default="html", help="of the reports (default: html)"
    )
    p.add_argument("--gradescope", action="store_true", help="also write Gradescope's results.json")
    p.add_argument("--jobs", type=int, metavar="N", help="processes at a time (default: all cores)")
    limits = p.add_argument_group("limits for each function of each submission")
    limits.add_argument(
        "--time",
        type=float,
        default=Limits.seconds,
        metavar="S",
        help=f"seconds (default: {Limits.seconds:g})",
    )
    limits.add_argument(
        "--memory",
        type=int,
        default=Limits.memory_bytes // 2**20,
        metavar="MB",
        help="default: %(default)s; not kept on Windows",
    )
    limits.add_argument(
        "--output",
        type=int,
        default=Limits.output_bytes // 2**10,
        metavar="KB",
        help="what it may print (default: %(default)s)",
    )


def list_all(args):
    """The assignments as a table."""
    rows = [
        (name, task.signature, task.points) for name, tasks in ASSIGNMENTS.items() for task in tasks
    ]
    shown = [
        ("" if i and rows[i - 1][0] == name else name, signature, points)
        for i, (name, signature, points) in enumerate(rows)
    ]
    print(tables.text(("assignment", "functions", "points"), shown))
    known = sum(not m.convention for task in TASKS.values() for m in task.mistakes)
    print(
        f"\n{known} mistakes are known and named. Begin with: python -m minivgg assignment release convolution --to ."
    )
    return 0


def release(args):
    """Write what students get."""
    from minivgg.classroom import assignments

    names = list(ASSIGNMENTS) if args.names == ["all"] else args.names
    try:
        for name in names:
            made = (
                [assignments.release_nbgrader(name, args.to)]
                if args.nbgrader
                else assignments.release(name, args.to, args.force)
            )
            print("wrote " + ", ".join(map(str, made)))
    except ImportError as error:
        raise RuntimeError(
            f"to write notebooks needs Jupyter: pip install -r requirements.txt, or minivgg[lessons] ({error})"
        ) from error
    return 0


def check(args):
    """The public checks of one file; 0 when all that is there passes."""
    path = Path(args.file)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    if path.suffix not in (".py", ".ipynb"):
        raise ValueError(f"{path} is neither .py nor .ipynb")
    unknown = [name for name in args.only if name not in TASKS]
    if unknown:
        raise ValueError(
            f"there is no task {unknown[0]!r}: did you mean {nearest(unknown[0], TASKS)!r}?"
        )
    if args.time <= 0:
        raise ValueError(f"--time is a number of seconds above 0, got {args.time:g}")
    tasks = [TASKS[name] for name in args.only] or _tasks_in(path)
    marks, limits = [], Limits(seconds=args.time)
    for task in tasks:
        mark, loaded = grading.grade_task(path, task, limits=limits)
        marks.append(mark)
        if not loaded:
            print(mark.verdict.message)
            return 1
    grading.regrade_with_references(path, marks, {}, limits)
    for mark in marks:
        print(mark.verdict.message)
        if mark.printed.strip() and not mark.verdict.passed:
            lines = mark.printed.strip().splitlines()
            print(
                f"{mark.task.name} printed{' (the end of it)' if len(lines) > SHOWN else ''}:",
                *lines[-SHOWN:],
                sep="\n  ",
            )
        print()
    passed = sum(mark.verdict.passed for mark in marks)
    print(f"{passed} of {len(tasks)} functions passed the public checks")
    return 0 if passed == len(tasks) else 1


def _tasks_in(path):
    """The tasks of the assignment that a file is called after, else those that it defines."""
    named = [name for name in ASSIGNMENTS if path.stem == name]
    tasks = (
        list(ASSIGNMENTS[named[0]])
        if named
        else [TASKS[name] for name in TASKS if name in defined_functions(path)]
    )
    if not tasks:
        raise ValueError(
            f"{path} defines no function of an assignment; see: python -m minivgg assignment list"
        )
    return tasks


def hidden(args):
    """Write fresh cases."""
    from minivgg.classroom.case_generators import generate_cases

    if args.count < 1:
        raise ValueError(f"--count is at least 1, got {args.count}")
    names = []
    for name in args.names or ASSIGNMENTS:
        if name not in ASSIGNMENTS and name not in TASKS:
            raise ValueError(
                f"there is no assignment or task {name!r}: did you mean {nearest(name, [*ASSIGNMENTS, *TASKS])!r}?"
            )
        names += [task.name for task in ASSIGNMENTS[name]] if name in ASSIGNMENTS else [name]
    folder = Path(args.to)
    taken = [folder / f"{name}.json" for name in names if (folder / f"{name}.json").exists()]
    if taken and not args.force:
        raise FileExistsError(f"{taken[0]} is there already: --force replaces it")
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        cases = generate_cases(name, args.count, None if args.seed is None else [args.seed, number])
        write_text(folder / f"{name}.json", json.dumps(cases, indent=1) + "\n")
    print(
        f"wrote {len(names)} files of {args.count} cases to {folder}: keep them to yourself, and grade with --hidden {folder}"
    )
    return 0


def grade(args):
    """Grade a class and write the reports."""
    for name in ("time", "memory", "output"):
        if getattr(args, name) <= 0:
            raise ValueError(f"--{name} is above 0, got {getattr(args, name):g}")
    if args.jobs is not None and args.jobs < 1:
        raise ValueError(f"--jobs is at least 1, got {args.jobs}")
    limits = Limits(args.time, args.memory * 2**20, args.output * 2**10)
    place, out = Path(args.submissions).resolve(), Path(args.out).resolve()
    if out.is_file() or out == place or place in out.parents:
        raise ValueError(
            f"--out {args.out} is {'a file' if out.is_file() else 'among the submissions'}: choose another folder"
        )
    stopped = None
    try:
        students = grading.grade(
            args.submissions, args.assignment, args.hidden, args.jobs, limits, sys.stderr.isatty()
        )
    except grading.Interrupted as interrupted:
        students, stopped = interrupted.students, interrupted
    if not students:
        raise stopped
    older = set((out / "students").glob("*.*"))
    table, index = reports.write_all(students, args.out, args.format, args.gradescope)
    print(
        f"graded: {', '.join(graded.name for graded in students[0].assignments)}\n{reports.summary(students)}"
    )
    print(f"wrote {table}, {index} and {len(students)} reports in {Path(args.out) / 'students'}")
    left = sum(
        path.stat().st_mtime < table.stat().st_mtime - 3600 for path in older if path.exists()
    )
    if left:
        print(f"{left} pages in {Path(args.out) / 'students'} are of an earlier grading")
    if stopped:
        raise stopped
    return 0
