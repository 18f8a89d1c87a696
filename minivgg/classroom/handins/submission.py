"""What a student has submitted: files, where they come from, and what could not be read."""

from dataclasses import dataclass, field
from pathlib import Path

SUFFIXES = (".py", ".ipynb")


@dataclass
class File:
    """A file of a student.

    Parameters
    ----------
    path : Path
        Where it is now.
    name : str
        The student's name for it.
    modified : float
        When it was last changed, in seconds since 1970.
    attempt : int
        The platform's number of the upload: of several, the largest was uploaded last.
    place : str
        Where it was in the submission, as it is shown: "work.zip/loss.py".
    """

    path: Path
    name: str
    modified: float
    attempt: int = 0
    place: str = ""


@dataclass
class Submission:
    """What one student submitted.

    Parameters
    ----------
    student : str
        The student's name, as it is shown.
    files : list of File
        Programs and notebooks.
    remarks : list of str
        Sentences about what could not be read.
    other_names : list of str
        The names of files of other types.
    key : str
        Different for each student of the class: the platform's number, or the name.
    number : str
        The platform's number of the student, "" if there is none.
    is_late : bool
        Whether the platform calls it late.
    platform : str
        "Canvas", "Moodle", ..., "" if it is not known.
    entry : str
        The name of the folder or file that the platform gave to the submission.
    """

    student: str
    files: list[File] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    other_names: list[str] = field(default_factory=list)
    key: str = ""
    number: str = ""
    is_late: bool = False
    platform: str = ""
    entry: str = ""


@dataclass
class Choice:
    """The file that is graded for an assignment.

    Parameters
    ----------
    path : Path, optional
        None if there is no such file.
    name : str
        The student's name for it.
    remarks : list of str
        Sentences about the choice.
    """

    path: Path | None
    name: str
    remarks: list[str]


@dataclass
class HandIns:
    """What a class has handed in.

    Parameters
    ----------
    submissions : list of Submission
        One for each student, sorted by name.
    ignored : list of str
        The names of entries that belong to no student, such as a list of the class; and a sentence
        about entries that are left out.
    """

    submissions: list[Submission]
    ignored: list[str] = field(default_factory=list)
