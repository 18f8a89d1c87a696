"""Grade classes of generated students with the command, and print what came of it."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.school import classes, mutants, platforms, runs

PLATFORM_STUDENTS = 35


def main():
    """Build classes, grade them, and compare the marks with what they must be."""
    from minivgg.classroom.bank import ASSIGNMENTS

    parser = argparse.ArgumentParser(prog="python -m benchmarks.school", description=__doc__)
    parser.add_argument("--students", type=int, default=200, metavar="N")
    parser.add_argument("--hostile", type=int, metavar="N", help="of these (default: one of five)")
    parser.add_argument(
        "--assignments", nargs="+", default=list(ASSIGNMENTS), choices=list(ASSIGNMENTS)
    )
    parser.add_argument("--time", type=float, default=10, help="seconds for each function")
    parser.add_argument("--jobs", type=int, help="processes at a time (default: all cores)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--kill", type=int, metavar="N", help="end the grading with SIGKILL N times, and go on"
    )
    parser.add_argument(
        "--mutants", type=int, metavar="N", help="instead: grade N damaged submissions"
    )
    parser.add_argument(
        "--platforms", action="store_true", help="instead: a class of 35 in the shapes of platforms"
    )
    options = parser.parse_args()
    command = ["--time", f"{options.time:g}"]
    command += ["--jobs", str(options.jobs)] if options.jobs else []
    with TemporaryDirectory(prefix="school-") as name:
        folder = Path(name)
        if options.mutants:
            problems = _grade_mutants(folder, options, command)
        elif options.platforms:
            problems = _grade_platforms(folder, options, command)
        else:
            problems = _grade_class(folder, options, command)
    for problem in problems:
        print("not as expected:", *problem)
    print(f"{len(problems)} marks or rows not as expected")
    return 1 if problems else 0


def _grade_class(folder, options, command):
    expected = classes.build_class(
        folder / "class", options.students, options.assignments, options.seed, options.hostile
    )
    command = [*command, "--assignment", *options.assignments]
    run = _grade(folder / "class", folder / "out", folder / "scratch", command)
    if not (folder / "out" / "marks.csv").exists():
        return [("there is no marks.csv",)]
    marks = classes.read_marks(folder / "out" / "marks.csv")
    problems = classes.unexpected_marks(marks, expected)
    if options.kill:
        out = folder / "killed"
        last, left = runs.grade_with_kills(
            folder / "class",
            out,
            folder / "scratch",
            command,
            options.kill,
            run.seconds,
            options.seed,
        )
        print(f"killed {len(left)} times; running a second later: {left}")
        _describe(last, out, folder / "scratch")
        again = classes.read_marks(out / "marks.csv")
        problems += [
            (student, "differs after the kills", marks.get(student), again.get(student))
            for student in sorted(set(marks) | set(again))
            if marks.get(student) != again.get(student)
        ]
    return problems


def _grade_mutants(folder, options, command):
    names = mutants.build_mutants(folder / "class", options.mutants, options.seed)
    command = [*command, "--assignment", "loss"]
    run = _grade(folder / "class", folder / "out", folder / "scratch", command)
    if run.status:
        return [("exit status", run.status)]
    marks = classes.read_marks(folder / "out" / "marks.csv")
    points = sum(float(row["points"] or 0) > 0 for row in marks.values())
    print(f"{len(marks)} rows, {points} with points, the others with a remark")
    return [(name, "has neither points nor a remark") for name in mutants.silent_rows(marks, names)]


def _grade_platforms(folder, options, command):
    problems = []
    names = [name for name in options.assignments if name in ("convolution", "loss")]
    kinds = classes.kinds_of_students(PLATFORM_STUDENTS, options.hostile or 0)
    for number, shape in enumerate(platforms.SHAPES):
        files = classes.build_files(kinds, names, options.seed + number)
        persons = platforms.people(files)
        expected = {person.name: person.grades for person in persons}
        platforms.build_platform_class(folder / f"{shape}.zip", shape, persons)
        print(f"{shape}:")
        out = folder / f"{shape}-out"
        command_here = [*command, "--assignment", *names]
        run = _grade(folder / f"{shape}.zip", out, folder / "scratch", command_here)
        if run.status:
            problems.append((shape, "exit status", run.status))
            continue
        marks = platforms.rows_of_persons(classes.read_marks(out / "marks.csv"), persons)
        problems += [(shape, *problem) for problem in classes.unexpected_marks(marks, expected)]
    return problems


def _grade(folder, out, scratch, command):
    run = runs.grade(folder, out, scratch, command)
    _describe(run, out, scratch)
    return run


def _describe(run, out, scratch):
    """Print what a run took and left."""
    print("".join(f"  | {line}\n" for line in run.words.splitlines()[-4:]), end="")
    running, left = runs.running_processes(scratch), runs.remains(out, scratch)
    print(
        f"exit status {run.status}, {run.seconds / 60:.1f} minutes, {run.bytes >> 20} MB of the "
        f"grader; running: {running or 'nothing'}; left in temporary folders: {left or 'nothing'}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
