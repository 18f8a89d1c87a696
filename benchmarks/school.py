"""A class of generated students, graded: ``python -m benchmarks.school``. Right, wrong and hostile submissions, and what each must get.

Right ones are the solved sources; in wrong ones some functions are replaced by wrong answers of the
corpus (``tests/classroom/submissions``); hostile ones hang, exit, fork, print without end and so on
in one of their files (``tests/support/hostile.py``).
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


def loaded(path):
    """A Python file as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wrong_answers():
    """{task: [(mistakes, text)]}: the wrong answers of the corpus that get less than full marks."""
    found = {}
    for specimen in loaded(ROOT / "tests" / "classroom" / "corpus.py").specimens("wrong"):
        if not specimen.passes:
            found.setdefault(specimen.task, []).append((specimen.names, specimen.text))
    return found


def build(place, students, assignments, seed=0):
    """Write a class into the folder ``place``; returns {student: {task: "right", "wrong" or "none"}}."""
    from minivgg.classroom.bank import ASSIGNMENTS

    hostile = loaded(ROOT / "tests" / "support" / "hostile.py").HOSTILE
    stream, wrong, expected = random.Random(seed), wrong_answers(), {}
    place.mkdir(parents=True)
    for number in range(students):
        name, kind = (
            f"student {number:03d}",
            ("right", "wrong", "wrong", "hostile", "right")[number % 5],
        )
        files, marks = {}, {}
        for assignment in assignments:
            text = (SOURCES / f"{assignment}.py").read_text(encoding="utf-8")
            tasks = [task.name for task in ASSIGNMENTS[assignment]]
            marks.update(dict.fromkeys(tasks, "right"))
            if kind == "wrong":
                for task in stream.sample(tasks, k=stream.randint(1, len(tasks))):
                    text += "\n\n" + stream.choice(wrong[task])[1]
                    marks[task] = "wrong"
            files[f"{assignment}.py"] = text.encode()
        if kind == "hostile" and "convolution" in assignments:
            bad = list(hostile.values())[number // 5 % len(hostile)][0]
            files["convolution.py"] = bad if isinstance(bad, bytes) else bad.encode()
            marks.update(dict.fromkeys(("im2col", "conv_forward"), "none"))
        _hand_in(place, name, files, number)
        expected[name] = marks
    return expected


def _hand_in(place, name, files, number):
    """As a folder, a zip, or a folder with a folder in it."""
    if number % 3 == 1:
        with zipfile.ZipFile(place / f"{name}.zip", "w") as archive:
            for file, content in files.items():
                archive.writestr(file, content)
        return
    folder = place / name / ("work" if number % 3 else "")
    folder.mkdir(parents=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)


def unexpected(graded, expected):
    """[(student, task, what was expected, verdict)] where marks are not as they should be."""
    found = []
    for student in graded:
        for mark in (mark for work in student.works for mark in work.marks):
            want, points = expected[student.name][mark.task.name], mark.points
            fine = {
                "right": points == mark.task.points,
                "wrong": points < mark.task.points,
                "none": points == 0,
            }[want]
            if not fine:
                found.append((student.name, mark.task.name, want, mark.verdict.message))
    return found


def left_running(place):
    """Command lines of processes that submissions have left behind (Linux); place: where their scratch folders were."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue  # it has just ended
    return [line for line in lines if str(place) in line or line.startswith("sleep 1000")]


def main():
    """Build the class, grade it, and print what came out."""
    from minivgg.classroom import grading, reports
    from minivgg.classroom.bank import ASSIGNMENTS
    from minivgg.classroom.isolation import Limits

    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.school", description="A class of generated students, graded."
    )
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument(
        "--assignments", nargs="+", default=list(ASSIGNMENTS), choices=list(ASSIGNMENTS)
    )
    parser.add_argument(
        "--time", type=float, default=10, help="seconds for each function (default 10)"
    )
    parser.add_argument("--out", help="keep the reports in this folder")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        tempfile.tempdir = folder  # what is left running is known by it
        expected = build(Path(folder) / "class", options.students, options.assignments)
        started = time.perf_counter()
        graded = grading.grade(
            Path(folder) / "class",
            options.assignments,
            limits=Limits(seconds=options.time),
            progress=sys.stderr.isatty(),
        )
        reports.write_all(graded, options.out or Path(folder) / "grades")
        minutes, left = (time.perf_counter() - started) / 60, left_running(folder)
    marks = [mark for student in graded for work in student.works for mark in work.marks]
    wrong = [
        (mark, expected[student.name][mark.task.name])
        for student in graded
        for work in student.works
        for mark in work.marks
    ]
    named = [bool(mark.verdict.mistakes) for mark, want in wrong if want == "wrong"]
    print(reports.summary(graded))
    print(
        f"{len(graded)} students, {len(marks)} functions in {minutes:.1f} minutes; of {len(named)} wrong ones {sum(named)} named"
    )
    for line in unexpected(graded, expected):
        print("not as expected:", *line)
    print(f"left running: {left or 'nothing'}")


if __name__ == "__main__":
    main()
