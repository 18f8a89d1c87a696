"""Grading a class of generated students: ``python -m benchmarks.school``.

Right submissions are the solved sources. In wrong ones, some functions are replaced by wrong
answers of the corpus (``tests/classroom/submissions``). Hostile ones hang, exit, fork, print
without end and so on in one of their files (``tests/support/hostile.py``).
"""

import argparse
import importlib.util
import random
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "lessons" / "assignments"


def load_module(path):
    """A Python file as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wrong_answers():
    """{task: [(mistakes, text)]}: the wrong answers of the corpus that get less than full marks."""
    found = {}
    for specimen in load_module(ROOT / "tests" / "classroom" / "corpus.py").specimens("wrong"):
        if not specimen.passes:
            found.setdefault(specimen.task, []).append((specimen.names, specimen.text))
    return found


def build_class(folder, students, assignments, seed=0):
    """Write a class into a folder; returns the expectation {student: {task: grade}}.

    A grade is "right" (full marks), "wrong" (fewer points) or "none" (no points).
    """
    from minivgg.classroom.bank import ASSIGNMENTS

    hostile = load_module(ROOT / "tests" / "support" / "hostile.py").HOSTILE
    rng, wrong, expected = random.Random(seed), wrong_answers(), {}
    folder.mkdir(parents=True)
    for number in range(students):
        name, kind = (
            f"student {number:03d}",
            ("right", "wrong", "wrong", "hostile", "right")[number % 5],
        )
        files, grades = {}, {}
        for assignment in assignments:
            text = (SOURCES / f"{assignment}.py").read_text(encoding="utf-8")
            tasks = [task.name for task in ASSIGNMENTS[assignment]]
            grades.update(dict.fromkeys(tasks, "right"))
            if kind == "wrong":
                for task in rng.sample(tasks, k=rng.randint(1, len(tasks))):
                    text += "\n\n" + rng.choice(wrong[task])[1]
                    grades[task] = "wrong"
            files[f"{assignment}.py"] = text.encode()
        if kind == "hostile" and "convolution" in assignments:
            bad = list(hostile.values())[number // 5 % len(hostile)][0]
            files["convolution.py"] = bad if isinstance(bad, bytes) else bad.encode()
            grades.update(dict.fromkeys(("im2col", "conv_forward"), "none"))
        _submit(folder, name, files, number)
        expected[name] = grades
    return expected


def _submit(folder, name, files, number):
    """Write one student's files: as a folder, a zip, or a folder in a folder."""
    if number % 3 == 1:
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            for file, content in files.items():
                archive.writestr(file, content)
        return
    folder = folder / name / ("work" if number % 3 else "")
    folder.mkdir(parents=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)


def unexpected_grades(students, expected):
    """[(student, task, expected grade, message)] of the grades that are not as expected."""
    found = []
    for student in students:
        for grade in student.tasks:
            name, points = grade.task.name, grade.points
            want = expected[student.name][name]
            is_expected = {
                "right": points == grade.task.points,
                "wrong": points < grade.task.points,
                "none": points == 0,
            }
            if not is_expected[want]:
                found.append((student.name, name, want, grade.verdict.message))
    return found


def running_processes(folder):
    """Command lines of processes that submissions left behind (Linux).

    folder: the scratch folders of the submissions are in it.
    """
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue  # it has just ended
    return [line for line in lines if str(folder) in line or line.startswith("sleep 1000")]


def main():
    """Build a class, grade it, and print the results."""
    from minivgg.classroom.bank import ASSIGNMENTS
    from minivgg.classroom.grading.class_grading import grade_class
    from minivgg.classroom.isolation.child_process import Limits
    from minivgg.classroom.reports.summary import summary
    from minivgg.classroom.reports.writing import write_all

    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.school", description="Grade a class of generated students."
    )
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument(
        "--assignments", nargs="+", default=list(ASSIGNMENTS), choices=list(ASSIGNMENTS)
    )
    parser.add_argument(
        "--time", type=float, default=10, help="seconds for each function (default: 10)"
    )
    parser.add_argument("--out", help="keep the reports in this folder")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        tempfile.tempdir = folder  # running_processes knows them by it
        expected = build_class(Path(folder) / "class", options.students, options.assignments)
        started = time.perf_counter()
        students = grade_class(
            Path(folder) / "class",
            options.assignments,
            limits=Limits(seconds=options.time),
            progress=sys.stderr.isatty(),
        ).students
        write_all(students, options.out or Path(folder) / "grades")
        minutes, running = (time.perf_counter() - started) / 60, running_processes(folder)
    grades = [(student, grade) for student in students for grade in student.tasks]
    wrong = [g for student, g in grades if expected[student.name][g.task.name] == "wrong"]
    named = sum(bool(grade.verdict.mistakes) for grade in wrong)
    print(summary(students))
    print(
        f"{len(students)} students, {len(grades)} functions in {minutes:.1f} minutes; "
        f"mistakes named in {named} of {len(wrong)} wrong functions"
    )
    for line in unexpected_grades(students, expected):
        print("not as expected:", *line)
    print(f"left running: {running or 'nothing'}")


if __name__ == "__main__":
    main()
