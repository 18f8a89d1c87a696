"""The works of a class as the downloads of six platforms: names and layouts as they really are."""

from collections.abc import Collection, Mapping
from pathlib import Path

PLATFORMS = ("Moodle", "Canvas", "Blackboard", "Brightspace", "Gradescope", "GitHub")
Works = Mapping[str, Mapping[str, bytes]]
RECEIPT = """Name: {name} ({user})
Assignment: HW 1
Date Submitted: Friday, September 20, 2024 10:11:12 o'clock AM CEST
Current Grade: Needs Grading

Submission Field:
There is no student submission text data for this assignment.

Comments:
There are no student comments for this assignment.

Files:
"""


def build(
    platform: str,
    folder: Path,
    works: Works,
    late: Collection[str] = (),
    earlier: Works | None = None,
) -> dict[str, str]:
    """Lay out the works of a class as a platform's download.

    Parameters
    ----------
    platform : str
        One of ``PLATFORMS``.
    folder : Path
        Is created; the download itself lies in it.
    works : mapping
        {name of a student: {name of a file: its contents}}. "Kim Minsu#2" is another student of
        the name "Kim Minsu". A student without files has handed in an empty folder, on a platform
        that has folders.
    late : collection of str
        Students that Canvas calls late.
    earlier : mapping, optional
        What students had handed in before. Blackboard and Brightspace give that, too; Canvas only
        marks the names of the later files with "-1".

    Returns
    -------
    numbers : dict
        {name of a student in works: the platform's number or user name}.
    """
    numbers = {name: str(1001 + 7 * position) for position, name in enumerate(works)}
    folder.mkdir(parents=True, exist_ok=True)
    LAYOUTS[platform](folder, works, numbers, late, earlier or {})
    return numbers | {name: _user(name) for name in works if platform in ("Blackboard", "GitHub")}


def _write(path: Path, contents: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(contents)


def _name(student: str) -> str:
    return student.partition("#")[0]


def _user(student: str) -> str:
    """A user name without spaces, different for students of one name."""
    return "".join(letter for letter in student.lower() if letter.isalnum() or letter == "-")


def _moodle(
    folder: Path, works: Works, numbers: Mapping[str, str], late: Collection[str], earlier: Works
) -> None:
    for student, files in works.items():
        place = folder / f"{_name(student)}_{numbers[student]}_assignsubmission_file_"
        place.mkdir()
        for file, contents in files.items():
            _write(place / file, contents)


def _canvas(
    folder: Path, works: Works, numbers: Mapping[str, str], late: Collection[str], earlier: Works
) -> None:
    upload = 90_000
    for student, files in works.items():
        first, *last = _name(student).split()
        name = "".join([*last, first]).lower().replace("-", "")
        for file, contents in files.items():
            upload += 3
            stem, dot, suffix = file.partition(".")
            mark = "-1" if student in earlier else ""
            is_late = "_LATE" if student in late else ""
            entry = f"{name}{is_late}_{numbers[student]}_{upload}_{stem}{mark}{dot}{suffix}"
            _write(folder / entry, contents)


def _blackboard(
    folder: Path, works: Works, numbers: Mapping[str, str], late: Collection[str], earlier: Works
) -> None:
    for date, part in (("2024-09-19-09-00-00", earlier), ("2024-09-20-10-11-12", works)):
        for student, files in part.items():
            start = f"HW1_{_user(student)}_attempt_{date}"
            receipt = RECEIPT.format(name=_name(student), user=_user(student))
            for file, contents in files.items():
                receipt += f"\tOriginal filename: {file}\n\tFilename: {start}_{file}\n"
                _write(folder / f"{start}_{file}", contents)
            _write(folder / f"{start}.txt", receipt.encode())


def _brightspace(
    folder: Path, works: Works, numbers: Mapping[str, str], late: Collection[str], earlier: Works
) -> None:
    _write(folder / "index.html", b"<html>")
    for date, part in (("Sep 19, 2024 1159 AM", earlier), ("Sep 19, 2024 1211 PM", works)):
        for student, files in part.items():
            start = f"{numbers[student]}-67890 - {_name(student)} - {date}"
            for file, contents in files.items():
                _write(folder / f"{start} - {file}", contents)


def _gradescope(
    folder: Path, works: Works, numbers: Mapping[str, str], late: Collection[str], earlier: Works
) -> None:
    place = folder / "assignment_4711_export"
    lines = ["---"]
    for student, files in works.items():
        entry = f"submission_{int(numbers[student]) + 500_000}"
        (place / entry).mkdir(parents=True)
        for file, contents in files.items():
            _write(place / entry / file, contents)
        lines += [
            f"{entry}:",
            "  :submitters:",
            f"  - :name: {_name(student)}",
            f"    :sid: '{numbers[student]}'",
            f"    :email: {_user(student)}@school.example",
            "  :created_at: 2024-09-20 10:11:12.000000000 Z",
            "  :score: 0.0",
            "  :results:",
            "    tests:",
            "    - name: a test",
        ]
    _write(place / "submission_metadata.yml", "\n".join(lines).encode())


def _github(
    folder: Path, works: Works, numbers: Mapping[str, str], late: Collection[str], earlier: Works
) -> None:
    for student, files in works.items():
        place = folder / "hw1-submissions" / f"hw1-{_user(student)}"
        _write(place / ".git" / "HEAD", b"ref: refs/heads/main\n")
        _write(place / ".git" / "hooks" / "sample.py", b"raise SystemExit\n")
        _write(place / "README.md", b"# Homework 1\n")
        for file, contents in files.items():
            _write(place / file, contents)


LAYOUTS = {
    "Moodle": _moodle,
    "Canvas": _canvas,
    "Blackboard": _blackboard,
    "Brightspace": _brightspace,
    "Gradescope": _gradescope,
    "GitHub": _github,
}
