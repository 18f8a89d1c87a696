"""What the names of folders and files say about students, on the platforms that give them."""

import re
from pathlib import Path

from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.handins.file_names import COPY_MARK
from minivgg.classroom.handins.submission import SUFFIXES

MOODLE_NAME = re.compile(r"(?P<name>.+?)_\d+_assignsubmission_.*")
CANVAS_NAME = re.compile(r"(?P<name>[^_]+)_(LATE_)?\d+_\d+_.*")


def student_name(entry: Path) -> str:
    """The student's name, from the name of a folder or file.

    Parameters
    ----------
    entry : Path
        As learning platforms and students name it.

    Returns
    -------
    name : str
        Without what the platform has added.

    Examples
    --------
    >>> student_name(Path("Ada Byron_123_assignsubmission_file"))  # Moodle
    'Ada Byron'
    >>> student_name(Path("byronada_LATE_12_345_convolution.py"))  # Canvas
    'byronada'
    """
    stem = entry.stem if entry.suffix.lower() in (*SUFFIXES, ".zip") else entry.name
    for pattern in (MOODLE_NAME, CANVAS_NAME):
        if match := pattern.fullmatch(stem):
            return match["name"]
    stem = COPY_MARK.sub("", stem)
    for assignment in sorted(ASSIGNMENTS, key=len, reverse=True):
        stem = re.sub(rf"[_\- ]+{assignment}(_guide)?$", "", stem)
    return stem or entry.name
