"""What Gradescope says about submissions, in files beside their folders.

An export of a class contains submission_metadata.yml. On Gradescope itself, the folder of the
submission that is to be graded lies beside submission_metadata.json.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from minivgg.classroom.handins.platforms import Sender
from minivgg.utils.file_names import readable
from minivgg.utils.files import read_regular

GRADESCOPE_LIST = "submission_metadata.yml"
GRADESCOPE_METADATA = "submission_metadata.json"
MAX_LINES, MAX_LINE = 2_000_000, 10_000  # Gradescope writes all results of the tests there
MAX_BYTES = 2**24


def read_class(path: Path) -> dict[str, Sender]:
    """The students of an export, from the lines of its list that matter here.

    Parameters
    ----------
    path : Path
        submission_metadata.yml.

    Returns
    -------
    senders : dict
        {name of a folder: its students}.
    """
    people: dict[str, list[dict[str, str]]] = {}
    current: list[dict[str, str]] = []
    is_list = False
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        for line in islice(_beginnings(file), MAX_LINES):
            if found := re.match(r"([^\s:#-][^:]*|'[^']+'|\"[^\"]+\"):\s*$", line):
                current = people.setdefault(_yaml_value(found[1]), [])
            elif found := re.match(r"  (:\w+):", line):
                is_list = found[1] == ":submitters"
            elif is_list and (found := re.match(r"\s+(- )?:(name|sid|email):(.*)", line)):
                if found[1]:
                    current.append({})
                if current:
                    current[-1][found[2]] = _yaml_value(found[3])
    return {folder: _sender(folder, found) for folder, found in people.items() if found}


def _beginnings(file: TextIO) -> Iterator[str]:
    """The beginnings of all lines: the rest of a long one may be what a student's program wrote."""
    is_new = True
    while line := file.readline(MAX_LINE):
        if is_new:
            yield line
        is_new = line.endswith("\n")


def _sender(folder: str, people: list[dict[str, str]]) -> Sender:
    names = [readable(one.get("name", "")) for one in people]
    numbers = [readable(one.get("sid") or one.get("email") or "") for one in people]
    name = ", ".join(name for name in names if name) or folder
    return Sender(name, ", ".join(number for number in numbers if number), "Gradescope")


def _yaml_value(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(
            r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))",
            lambda found: chr(int(found[1] or found[2], 16)) if not found[3] else found[3],
            text[1:-1],
        )
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    return "" if text in ("null", "~") else text


def read_submission(folder: Path) -> Sender | None:
    """The students who handed in one submission, and whether they were late.

    Parameters
    ----------
    folder : Path
        Of the submission: /autograder/submission on Gradescope.

    Returns
    -------
    sender : Sender, optional
        With an empty name if the file does not contain one. None if there is no such file, or if it
        is damaged.
    """
    try:
        found = json.loads(read_regular(folder.parent / GRADESCOPE_METADATA, MAX_BYTES))
        users = [user for user in found.get("users") or [] if isinstance(user, dict)]
        return Sender(
            ", ".join(readable(str(user["name"])).strip() for user in users if user.get("name")),
            ", ".join(readable(str(user["sid"])) for user in users if user.get("sid")),
            "Gradescope",
            is_late=_is_late(found, users),
        )
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return None


def _is_late(found: dict[str, Any], users: list[dict[str, Any]]) -> bool:
    """Whether it came after the due date: the students' own, where they were given more time."""
    own = [user.get("assignment") or {} for user in users]
    try:
        dues = [one["due_date"] for one in own if one.get("due_date")]
        dues = dues or [found["assignment"]["due_date"]]
        return datetime.fromisoformat(found["created_at"]) > max(map(datetime.fromisoformat, dues))
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
