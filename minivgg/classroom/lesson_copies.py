"""A learner's own copies of the notebooks: written once, and never over what the learner changed.

A file in the folder of the copies records the checksum of each copy. A copy that still has it was
not changed, so a newer version of the package may replace it.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from minivgg.classroom import lessons
from minivgg.classroom.student_files import lesson_files
from minivgg.utils.files import StrPath, make_folder, read_json, replacing, write_text

RECORD = ".minivgg-lessons.json"


@dataclass
class Copies:
    """What copying did.

    Parameters
    ----------
    written : list of Path
        The copies that are new or were updated.
    kept : list of Path
        The copies that the learner has changed, and that are as they were.
    """

    written: list[Path] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)


def copy_lessons(folder: StrPath) -> Copies:
    """Copy the notebooks, and the figures that they show, into a folder.

    Parameters
    ----------
    folder : str or path
        The folder, which is created if it is not there.

    Returns
    -------
    Copies
        Which copies were written, and which were kept because the learner has changed them.

    Raises
    ------
    OSError
        If the folder or a file in it cannot be written.
    """
    folder, source = Path(folder), lessons.folder()
    make_folder(folder)
    recorded = _recorded(folder)
    copies = Copies()
    for original in lesson_files(source):
        name = original.relative_to(source).as_posix()
        copy, content = folder / name, original.read_bytes()
        if copy.exists() and copy.read_bytes() != content:
            if _checksum(copy.read_bytes()) != recorded.get(name):
                copies.kept.append(copy)
                continue
        elif copy.exists():
            recorded[name] = _checksum(content)
            continue
        make_folder(copy.parent)
        with replacing(copy) as temporary:
            temporary.write_bytes(content)
        recorded[name] = _checksum(content)
        copies.written.append(copy)
    write_text(folder / RECORD, json.dumps(recorded, indent=1) + "\n")
    return copies


def holds_copies(folder: StrPath) -> bool:
    """Whether ``copy_lessons`` has written into a folder.

    Parameters
    ----------
    folder : str or path
        Any folder.

    Returns
    -------
    bool
        True if the record of the copies is there.
    """
    return (Path(folder) / RECORD).is_file()


def _recorded(folder: Path) -> dict[str, str]:
    """{name: checksum} of the copies that were written earlier; none if that is not known."""
    try:
        return dict(read_json(folder / RECORD))
    except (OSError, ValueError):
        return {}


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
