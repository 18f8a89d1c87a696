"""Building a class of students whose marks are known, and comparing marks with them."""

import csv
import importlib.util
import random
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "lessons" / "assignments"
KINDS = ("right", "wrong", "wrong", "hostile", "right")


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


def hostile_programs():
    """Programs that define conv_forward, or try to, and must get no points for it."""
    hostile = load_module(ROOT / "tests" / "support" / "hostile.py").HOSTILE
    return [text if isinstance(text, bytes) else text.encode() for text, _ in hostile.values()]


def kinds_of_students(students, hostile=None):
    """The kind of each student, of ``KINDS``. hostile: how many (default: one of five)."""
    if hostile is None:
        return [KINDS[number % len(KINDS)] for number in range(students)]
    others = ("right", "wrong", "wrong", "right")
    places = {round(i * students / hostile) for i in range(hostile)} if hostile else set()
    return ["hostile" if n in places else others[n % len(others)] for n in range(students)]


def build_files(kinds, assignments, seed=0):
    """[({file name: bytes}, {task: grade})] of students of these kinds.

    A grade is "right" (full marks), "wrong" (fewer points) or "none" (no points).
    """
    from minivgg.classroom.bank import ASSIGNMENTS

    rng, wrong, hostile = random.Random(seed), wrong_answers(), hostile_programs()
    found, used = [], 0
    for kind in kinds:
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
            files["convolution.py"] = hostile[used % len(hostile)]
            grades.update(dict.fromkeys(("im2col", "conv_forward"), "none"))
            used += 1
        found.append((files, grades))
    return found


def build_class(folder, students, assignments, seed=0, hostile=None):
    """Write a class into a folder; returns the expectation {student: {task: grade}}.

    hostile: how many students have a hostile file (default: one of five).
    """
    folder.mkdir(parents=True)
    expected = {}
    everybody = build_files(kinds_of_students(students, hostile), assignments, seed)
    for number, (files, grades) in enumerate(everybody):
        name = f"student {number:03d}"
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


def is_expected(grade, points, full):
    """Whether these points are those of a grade."""
    return {"right": points == full, "wrong": points < full, "none": points == 0}[grade]


def unexpected_grades(students, expected):
    """[(student, task, expected grade, message)] of the grades that are not as expected."""
    return [
        (student.name, grade.task.name, want, grade.verdict.message)
        for student in students
        for grade in student.tasks
        if not is_expected(
            want := expected[student.name][grade.task.name], grade.points, grade.task.points
        )
    ]


def read_marks(path):
    """The rows of marks.csv: {student: {column: text}}, without the seconds, which vary."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for row in rows:
        name = row["student"]
        name = f"{name} ({row.get('number', 'again')})" if name in found else name
        found[name] = {key: cell for key, cell in row.items() if key != "seconds"}
    return found


def unexpected_marks(marks, expected):
    """[(student, task, expected grade, points)] of the rows of a table that are not as expected."""
    from minivgg.classroom.bank import TASKS

    found = [
        (student, "is missing in marks.csv", "", "") for student in expected if student not in marks
    ]
    for student, row in marks.items():
        if student not in expected:
            found.append((student, "is in marks.csv, and not in the class", "", ""))
            continue
        found += [
            (student, task, grade, row.get(task, "no points"))
            for task, grade in expected[student].items()
            if not row.get(task) or not is_expected(grade, float(row[task]), TASKS[task].points)
        ]
    return found
