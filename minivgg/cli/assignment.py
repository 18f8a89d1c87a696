"""``minivgg assignment``: list, hand out and check assignments, give hints, make hidden checks."""

import json
from argparse import Namespace
from pathlib import Path

from minivgg.classroom import hints
from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.classroom.grading.grades import TaskGrade
from minivgg.classroom.grading.hidden_cases import MAX_CASES
from minivgg.classroom.grading.task_grading import grade_task, regrade_with_references
from minivgg.classroom.handins.choosing import defined_functions
from minivgg.classroom.isolation.bubblewrap import in_force
from minivgg.classroom.isolation.child_process import Limits
from minivgg.classroom.tasks import Task
from minivgg.cli import gradescope
from minivgg.cli.arguments import Commands, command
from minivgg.cli.command_parser import program
from minivgg.utils import tables
from minivgg.utils.files import make_folder, write_text
from minivgg.utils.installation import how_to_install
from minivgg.utils.suggest import which_there_are

MAX_PRINTED_LINES = 10  # of what a function printed


def add(commands: Commands) -> None:
    """Add the command ``assignment`` and its actions."""
    p = command(
        commands,
        "assignment",
        list_all,
        "list, hand out or check assignments",
        """
        minivgg assignment list
        minivgg assignment release convolution --to handout/
        minivgg assignment check convolution.py
        minivgg assignment hint im2col
        minivgg assignment hidden --to hidden/
        minivgg assignment gradescope loss --hidden hidden/ --to autograder.zip
        """,
    )
    actions = p.add_subparsers(metavar="ACTION")
    command(
        actions,
        "list",
        list_all,
        "list the assignments, with their functions and points",
        "minivgg assignment list",
    )
    _add_release(actions)
    _add_check(actions)
    _add_hint(actions)
    _add_hidden(actions)
    gradescope.add(actions)


def _add_release(actions: Commands) -> None:
    p = command(
        actions,
        "release",
        release,
        "write the stubs of an assignment and its notebook for students",
        """
        minivgg assignment release convolution --to handout/
        minivgg assignment release all --to handout/
        minivgg assignment release loss --to course/ --nbgrader
        """,
    )
    p.add_argument("names", nargs="+", metavar="NAME", help="names of assignments, or all")
    p.add_argument("--to", metavar="DIR", required=True, help="folder to write to")
    p.add_argument("--force", action="store_true", help="replace existing files")
    p.add_argument(
        "--nbgrader",
        action="store_true",
        help="write nbgrader's source notebook instead, to DIR/source/NAME/",
    )


def _add_check(actions: Commands) -> None:
    p = command(
        actions,
        "check",
        check,
        "check your own functions with the public checks",
        """
        minivgg assignment check convolution.py
        minivgg assignment check homework.py --only im2col
        """,
    )
    p.add_argument("file", metavar="FILE", help="your .py or .ipynb file")
    p.add_argument(
        "--only", nargs="+", metavar="TASK", default=(), help="check only these functions"
    )
    p.add_argument(
        "--time",
        type=float,
        default=Limits.seconds,
        metavar="S",
        help=f"time limit in seconds for each function (default: {Limits.seconds:g})",
    )


def _add_hint(actions: Commands) -> None:
    p = command(
        actions,
        "hint",
        hint,
        "print a hint for a function of an assignment",
        """
        minivgg assignment hint im2col
        minivgg assignment hint im2col --level 2
        """,
    )
    p.add_argument(
        "name", metavar="NAME", help="of the function, or of an exercise of a lesson, such as 3.1"
    )
    p.add_argument(
        "--level",
        type=int,
        default=1,
        metavar="N",
        help="1: what to try by hand, 2: the steps, 3: nearly the answer (default: 1)",
    )


def _add_hidden(actions: Commands) -> None:
    p = command(
        actions,
        "hidden",
        hidden,
        "make hidden checks, which instructors keep and can edit",
        """
        minivgg assignment hidden --to hidden/
        minivgg assignment hidden conv_forward loss --to hidden/ --count 10 --seed 7
        """,
    )
    p.add_argument("names", nargs="*", metavar="NAME", help="assignments or tasks (default: all)")
    p.add_argument("--to", metavar="DIR", required=True, help="folder for the files TASK.json")
    p.add_argument(
        "--count",
        type=int,
        default=5,
        metavar="N",
        help="cases for each task (default: 5)",
    )
    p.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="seed, to make the same cases again with the same version of NumPy (default: a "
        "random one, which is not shown)",
    )
    p.add_argument("--force", action="store_true", help="replace existing files")


def list_all(args: Namespace) -> int:
    """Print the assignments as a table."""
    rows = [
        ("" if i else name, task.signature, task.points)
        for name, tasks in ASSIGNMENTS.items()
        for i, task in enumerate(tasks)
    ]
    print(tables.text(("assignment", "functions", "points"), rows))
    known = sum(not m.convention for task in TASKS.values() for m in task.mistakes)
    print(
        f"\n{known} mistakes are known and named. Begin with: {program()} assignment release "
        "convolution --to ."
    )
    return 0


def release(args: Namespace) -> int:
    """Write what students get."""
    from minivgg.classroom import assignments

    names = list(ASSIGNMENTS) if args.names == ["all"] else args.names
    try:
        for name in names:
            if args.nbgrader:
                written = [assignments.release_nbgrader(name, args.to)]
            else:
                written = assignments.release(name, args.to, args.force)
            print("wrote " + ", ".join(map(str, written)))
    except ImportError as error:
        raise RuntimeError(
            f"writing notebooks needs Jupyter: {how_to_install('lessons')} ({error})"
        ) from error
    return 0


def check(args: Namespace) -> int:
    """Run the public checks on one file; returns 0 when all its functions pass."""
    path, tasks = Path(args.file), _tasks_to_check(args)
    in_force("auto")  # an error if no submission can run here
    failed, limits = [], Limits(seconds=args.time)
    said: set[str] = set()
    for number, task in enumerate(tasks, 1):
        mark, loaded = grade_task(path, task, limits=limits)
        _show_remarks(mark, said)
        if not loaded:
            print(mark.verdict.message)
            return 1
        if mark.verdict.passed:
            _show(mark)
            continue
        failed.append(mark)
        if mark.timed_out:  # others may call it, and would take as long
            not_checked = [task.name for task in tasks[number:]]
            break
    else:
        not_checked = []
        regrade_with_references(path, failed, {}, limits)
    for mark in failed:
        _show(mark)
    if not_checked:
        print(f"not checked after that: {', '.join(not_checked)}\n")
    passed = len(tasks) - len(not_checked) - sum(not mark.verdict.passed for mark in failed)
    print(f"{passed} of {len(tasks)} functions passed the public checks")
    return 0 if passed == len(tasks) else 1


def _show_remarks(mark: TaskGrade, said: set[str]) -> None:
    """Print what was left out of the file, unless it was said for another function."""
    for remark in mark.remarks:
        if remark not in said:
            print(remark)
    said.update(mark.remarks)


def _show(mark: TaskGrade) -> None:
    """Print the verdict on a function, and what it printed if it failed."""
    print(mark.verdict.message)
    if mark.verdict.passed:
        print(flush=True)
        return
    print(f"{program()} assignment hint {mark.task.name} gives a hint.")
    if mark.printed.strip():
        lines = mark.printed.strip().splitlines()
        shortened = " (the end of it)" if len(lines) > MAX_PRINTED_LINES else ""
        print(f"{mark.task.name} printed{shortened}:", *lines[-MAX_PRINTED_LINES:], sep="\n  ")
    print(flush=True)


def _tasks_to_check(args: Namespace) -> list[Task]:
    path = Path(args.file)
    if path.is_dir():
        files = sorted(path.glob("*.py"))
        inside = f", such as {files[0]}" if files else ""
        raise ValueError(f"{path} is a folder: check takes one file{inside}")
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    if path.suffix.lower() not in (".py", ".ipynb"):
        raise ValueError(f"{path} is neither .py nor .ipynb")
    unknown = [name for name in args.only if name not in TASKS]
    if unknown:
        raise ValueError(f"there is no task {unknown[0]!r}: {which_there_are(unknown[0], TASKS)}")
    if args.time <= 0:
        raise ValueError(f"--time must be greater than 0 seconds, got {args.time:g}")
    return [TASKS[name] for name in args.only] or _tasks_in(path)


def _tasks_in(path: Path) -> list[Task]:
    """The tasks of the assignment that the file is named after, else those that it defines."""
    if path.stem in ASSIGNMENTS:
        return list(ASSIGNMENTS[path.stem])
    defined = defined_functions(path)
    tasks = [task for name, task in TASKS.items() if name in defined]
    if not tasks:
        raise ValueError(
            f"{path} defines no function of an assignment; see: {program()} assignment list"
        )
    return tasks


def hint(args: Namespace) -> int:
    """Print a hint, and how to get the next one."""
    hints.hint(args.name, args.level)
    if args.level < hints.LEVELS:
        print(f"next: {program()} assignment hint {args.name} --level {args.level + 1}")
    return 0


def hidden(args: Namespace) -> int:
    """Write files of new cases."""
    from minivgg.classroom.case_generators import generate_cases

    if args.count < 1:
        raise ValueError(f"--count must be at least 1, got {args.count}")
    if args.seed is not None and args.seed < 0:
        raise ValueError(f"--seed must be at least 0, got {args.seed}")
    if args.count > MAX_CASES:
        raise ValueError(f"--count must be at most {MAX_CASES}, got {args.count}")
    names: list[str] = []
    for name in args.names or ASSIGNMENTS:
        if name not in ASSIGNMENTS and name not in TASKS:
            which = which_there_are(name, [*ASSIGNMENTS, *TASKS])
            raise ValueError(f"there is no assignment or task {name!r}: {which}")
        names += [task.name for task in ASSIGNMENTS[name]] if name in ASSIGNMENTS else [name]
    folder = Path(args.to)
    existing = [path for name in names if (path := folder / f"{name}.json").exists()]
    if existing and not args.force:
        raise FileExistsError(f"{existing[0]} exists already: --force replaces it")
    make_folder(folder)
    for number, name in enumerate(names):
        cases = generate_cases(name, args.count, None if args.seed is None else [args.seed, number])
        write_text(folder / f"{name}.json", json.dumps(cases, indent=1) + "\n")
    print(
        f"wrote {len(names)} files of {args.count} cases to {folder}: keep them to yourself, and "
        f"grade with --hidden {folder}"
    )
    return 0
