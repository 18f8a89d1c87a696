"""What Gradescope says about a submission, in the file beside its folder."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FILE = "submission_metadata.json"
MAX_BYTES = 2**24


@dataclass(frozen=True)
class Metadata:
    """Of one submission.

    Parameters
    ----------
    name : str
        Of the student, or of all students of a group; "" if it is not known.
    is_late : bool
        Whether it was submitted after the due date.
    """

    name: str = ""
    is_late: bool = False


def read_metadata(submission: Path) -> Metadata:
    """Read the file beside the folder of a submission.

    Parameters
    ----------
    submission : Path
        The folder, /autograder/submission on Gradescope.

    Returns
    -------
    metadata : Metadata
        With what could be read. There need not be such a file.
    """
    path = submission.resolve().parent / FILE
    try:
        if path.stat().st_size > MAX_BYTES:
            return Metadata()
        found = json.loads(path.read_text(encoding="utf-8"))
        users = [user for user in found.get("users", []) if isinstance(user, dict)]
        names = [str(user["name"]).strip() for user in users if user.get("name")]
        return Metadata(", ".join(names), _is_late(found, users))
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return Metadata()


def _is_late(found: dict[str, object], users: list[dict[str, object]]) -> bool:
    """Whether it came after the due date: the student's own, where one was given more time."""
    try:
        own = [user["assignment"] for user in users if user.get("assignment")]
        dues = [one["due_date"] for one in [*own, found["assignment"]]]  # type: ignore[index]
        created, due = (
            datetime.fromisoformat(str(text)) for text in (found["created_at"], dues[0])
        )
        return created > due
    except (KeyError, TypeError, ValueError, IndexError):
        return False
