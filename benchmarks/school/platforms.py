"""The class as platforms give it out: six of them, with resubmissions and late ones.

Each function writes the files of the students into a folder. ``people`` are ``Person`` objects.
Student 0 has handed in twice, the first time an empty stub; student 1 is late.
"""

import re
import zipfile
from dataclasses import dataclass

FIRST = ("Ada", "Björn", "Chloé", "Dmitri", "Eun Ji", "Fatima", "Grace")
LAST = ("Byron", "Öztürk", "Nguyen", "O'Neill", "van der Berg")
STUB = b"# nothing is written yet\n"


@dataclass
class Person:
    """A student: a name, a number of the platform, files {name: bytes}, and {task: grade}."""

    first: str
    last: str
    number: int
    files: dict[str, bytes]
    grades: dict[str, str]

    @property
    def name(self):
        """As people write it."""
        return f"{self.first} {self.last}"

    @property
    def login(self):
        """The last name first, small letters only, as Canvas writes it."""
        return "".join(c for c in (self.last + self.first).casefold() if c.isalpha())


def people(files_and_grades):
    """Up to 35 persons with different names."""
    names = [(first, last) for last in LAST for first in FIRST]
    return [
        Person(first, last, 70001 + 13 * i, files, grades)
        for i, ((first, last), (files, grades)) in enumerate(
            zip(names, files_and_grades, strict=False)
        )
    ]


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def moodle(folder, persons):
    """A folder for each student."""
    for person in persons:
        entry = folder / f"{person.name}_{person.number}_assignsubmission_file"
        for name, content in person.files.items():
            _write(entry / name, content)


def canvas(folder, persons):
    """All files in one folder; a resubmission ends with -1."""
    for i, person in enumerate(persons):
        late = "LATE_" if i == 1 else ""
        for j, (name, content) in enumerate(person.files.items()):
            stem, _, suffix = name.rpartition(".")
            begin = f"{person.login}_{late}{person.number}_{50000 + 100 * i + j}"
            if i == 0:
                _write(folder / f"{begin}_{name}", STUB)
                begin, stem = f"{person.login}_{late}{person.number}_{60000 + j}", f"{stem}-1"
            _write(folder / f"{begin}_{stem}.{suffix}", content)


def blackboard(folder, persons):
    """All files in one folder, with the time of the attempt, and a text about each attempt."""
    for i, person in enumerate(persons):
        attempts = (
            ("2026-03-01-10-00-00", "2026-03-02-11-22-33") if i == 0 else ("2026-03-02-11-22-33",)
        )
        for attempt in attempts:
            begin = f"Convolution_{person.login}_attempt_{attempt}"
            _write(folder / f"{begin}.txt", f"Name: {person.name} ({person.login})\n".encode())
            for name, content in person.files.items():
                _write(folder / f"{begin}_{name}", content if attempt == attempts[-1] else STUB)


def brightspace(folder, persons):
    """A folder for each upload, and a page about all."""
    _write(folder / "index.html", b"<html></html>")
    for i, person in enumerate(persons):
        days = (
            ("Mar 1, 2026 1000 AM", "Mar 2, 2026 1122 AM") if i == 0 else ("Mar 2, 2026 1122 AM",)
        )
        for day in days:
            entry = folder / f"{person.number}-90210 - {person.name} - {day}"
            for name, content in person.files.items():
                _write(entry / name, content if day == days[-1] else STUB)


def gradescope(folder, persons):
    """A folder for each submission, and the names in a list."""
    lines = []
    for person in persons:
        entry = f"submission_{person.number}"
        lines += [
            f"{entry}:",
            "  :submitters:",
            f"  - :name: {person.name}",
            f"    :sid: '{person.number}'",
        ]
        for name, content in person.files.items():
            _write(folder / entry / name, content)
    _write(folder / "submission_metadata.yml", "\n".join(["---", *lines, ""]).encode())


def github_classroom(folder, persons):
    """A folder of repositories."""
    for person in persons:
        entry = folder / f"minivgg-{person.login}"
        for name, content in person.files.items():
            _write(entry / name, content)
        _write(entry / "README.md", b"# My solution\n")
        _write(entry / ".git" / "HEAD", b"ref: refs/heads/main\n")


SHAPES = {
    shape.__name__: shape
    for shape in (moodle, canvas, blackboard, brightspace, gradescope, github_classroom)
}


def build_platform_class(path, shape, persons):
    """The class as a zip, in the shape of a platform."""
    folder = path.with_suffix("")
    SHAPES[shape](folder, persons)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))


def rows_of_persons(marks, persons):
    """{name: row} of a table, where students have the names or the numbers of the platform."""
    by_letters = {letters(person.name): person.name for person in persons}
    by_number = {str(person.number): person.name for person in persons}
    found = {}
    for student, row in marks.items():
        numbers = re.findall(r"\d{5,}", f"{student} {row.get('number', '')}")
        name = by_letters.get(letters(student.removeprefix("minivgg-"))) or next(
            (by_number[number] for number in numbers if number in by_number), student
        )
        found[f"{name} once more" if name in found else name] = row
    return found


def letters(name):
    """The letters of a name in alphabetical order: the same for "Ada Byron" and "byronada"."""
    return "".join(sorted(c for c in name.casefold() if c.isalpha()))
