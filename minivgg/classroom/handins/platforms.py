"""What the name of a folder or file says about the student, on platforms that use such names.

Moodle: "Ada Byron_123_assignsubmission_file_" (a folder, or followed by the name of the file).
Canvas: "byronada_LATE_12_345_loss.py": 12 is the student, 345 the upload.
Blackboard: "HW1_ab123_attempt_2024-09-20-10-11-12_loss.py", beside a receipt without "_loss.py".
Brightspace: "12345-67890 - Ada Byron - Sep 20, 2024 1011 AM - loss.py": 12345 is the student.
Students choose the last part, which may look like another platform's name: the patterns are matched
from the left, and one platform is chosen for a class.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.handins.file_names import COPY_MARK, is_archive, is_program, stem_of
from minivgg.utils.file_names import readable

MOODLE_NAME = re.compile(
    r"(?P<name>.*?)_+(?P<number>\d+)_assignsubmission_(?P<type>[a-z]+)(?:_(?P<file>.*))?"
)
CANVAS_NAME = re.compile(
    r"(?:(?P<name>.+?)_)??(?:(?P<late>LATE|late)_)?(?P<number>\d+|(?<![^_])anon_[A-Za-z0-9]+)_"
    r"(?:(?P<attempt>\d+)_(?P<file>.+)|(?P<text>text|link)\.html)"
)
BLACKBOARD_NAME = re.compile(  # the first date counts: another one is part of the student's name
    r"(?P<head>(?:(?!_attempt_\d{4}(?:-\d\d){5}).)+)_attempt_(?P<date>\d{4}(?:-\d\d){5})"
    r"(?:_(?P<file>.*)|(?P<receipt>\.txt))?"
)
BRIGHTSPACE_NAME = re.compile(
    r"(?P<number>\d+)-\d+ - (?:[A-Za-z]?\d{5,} - )?(?P<name>.+?) ?- "
    r"(?P<date>[^-]*\b\d{4}\b[^-]*?)(?: - (?P<file>.*))?"
)


@dataclass(frozen=True)
class Sender:
    """Who handed in an entry of a class, and what the platform says about it.

    Parameters
    ----------
    name : str
        Of the student.
    number : str
        The platform's number or user name of the student, "" if there is none.
    platform : str
        "Moodle", "Canvas", "Blackboard", "Brightspace", "Gradescope", "GitHub", or "".
    is_late : bool
        Whether the platform calls it late.
    attempt : int
        The platform's number of the upload, or its date as a number.
    file_name : str
        The student's own name for the file, "" for a folder.
    is_receipt : bool
        Whether the entry is only the platform's description of an upload.
    """

    name: str
    number: str = ""
    platform: str = ""
    is_late: bool = False
    attempt: int = 0
    file_name: str = ""
    is_receipt: bool = False

    @property
    def key(self) -> str:
        """Different for each student of the class."""
        name = self.name.casefold()
        if not self.platform:
            return name
        if self.platform == "Brightspace":  # in some downloads all have the same number
            return f"brightspace:{self.number}:{name}"
        return f"{self.platform.casefold()}:{self.number or name}"


def sender_of(entry: str, is_folder: bool = False, platform: str | None = None) -> Sender:
    """The student whose submission has a name, as platforms and students name them.

    Parameters
    ----------
    entry : str
        The name of the folder or file.
    is_folder : bool
        Whether it is a folder.
    platform : str, optional
        The one that gave the name, "" for none; by default it is found for this name alone.

    Returns
    -------
    sender : Sender
        With the platform "" if the name is not one that a platform gives.

    Examples
    --------
    >>> sender_of("Ada Byron_123_assignsubmission_file_", is_folder=True).number
    '123'
    >>> sender_of("byronada_LATE_12_345_loss-1.py").file_name
    'loss-1.py'
    """
    entry = readable(entry)
    for one, find in FINDERS.items():
        if platform in (None, one) and (sender := find(entry)):
            return sender
    return Sender(student_name(entry, is_folder), file_name="" if is_folder else entry)


def platform_of(entries: Iterable[str]) -> str:
    """The platform of a class: the one whose pattern most names fit.

    Parameters
    ----------
    entries : iterable of str
        The names of folders and files.

    Returns
    -------
    platform : str
        Of several, the first of ``FINDERS``. "" if no name fits.
    """
    names = [readable(entry) for entry in entries]
    found = {one: [s for name in names if (s := find(name))] for one, find in FINDERS.items()}
    most = max(len(senders) for senders in found.values())
    best = [one for one, senders in found.items() if senders and len(senders) == most]
    if {"Moodle", "Canvas"} <= {*best}:  # what comes first is the platform's part
        best.sort(key=lambda one: -sum(len(sender.file_name) for sender in found[one]))
    return best[0] if best else ""


def _moodle(entry: str) -> Sender | None:
    if not (found := MOODLE_NAME.fullmatch(entry)):
        return None
    name = found["name"].strip("_ ") or f"Participant {found['number']}"
    return Sender(name, found["number"], "Moodle", file_name=found["file"] or "")


def _canvas(entry: str) -> Sender | None:
    if not (found := CANVAS_NAME.fullmatch(entry)):
        return None
    number = found["number"].removeprefix("anon_")
    name = found["name"] or f"anon {number}"
    file_name = found["file"] or f"{found['text']}.html"
    attempt = int(found["attempt"] or 0)
    return Sender(name, number, "Canvas", bool(found["late"]), attempt, file_name)


def _blackboard(entry: str) -> Sender | None:
    """The user name is what follows the last _: ``class_entries`` knows the receipts, too."""
    if not (found := BLACKBOARD_NAME.fullmatch(entry)):
        return None
    user = found["head"].rsplit("_", 1)[-1] or found["head"]
    attempt = int(found["date"].replace("-", ""))
    is_receipt = bool(found["receipt"])
    return Sender(
        user, user, "Blackboard", False, attempt, found["file"] or "", is_receipt=is_receipt
    )


def _brightspace(entry: str) -> Sender | None:
    if not (found := BRIGHTSPACE_NAME.fullmatch(entry)):
        return None
    try:
        full = re.sub(r" (\d{3}) ", r" 0\1 ", found["date"].strip())  # "926 PM"
        date = datetime.strptime(full, "%b %d, %Y %I%M %p")
        attempt = int(date.strftime("%Y%m%d%H%M"))
    except ValueError:
        attempt = 0  # another language
    name = found["name"].strip()
    return Sender(name, found["number"], "Brightspace", False, attempt, found["file"] or "")


FINDERS: dict[str, Callable[[str], Sender | None]] = {
    "Moodle": _moodle,
    "Blackboard": _blackboard,
    "Brightspace": _brightspace,
    "Canvas": _canvas,
}


def student_name(entry: str, is_folder: bool = False) -> str:
    """The name in the name of a folder or file to which no platform has added anything.

    Parameters
    ----------
    entry : str
        "ada", "ada_loss.py" or "ada (1).zip".
    is_folder : bool
        Whether it is a folder.

    Returns
    -------
    name : str
        Without suffix, marks of copies and the name of an assignment.
    """
    is_known = is_program(entry) or is_archive(entry)
    stem = COPY_MARK.sub("", stem_of(entry) if is_known and not is_folder else entry)
    for assignment in sorted(ASSIGNMENTS, key=len, reverse=True):
        stem = re.sub(rf"[_\- ]+{assignment}(_guide)?$", "", stem, flags=re.IGNORECASE)
    return stem.strip() or entry
