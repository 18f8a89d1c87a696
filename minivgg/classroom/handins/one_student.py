"""The files of one student: those of an entry, and those in its folders and archives."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from minivgg.classroom.handins.archive_readers import Budget
from minivgg.classroom.handins.archives import (
    ENVIRONMENT_FOLDERS,
    MAX_ARCHIVE_BYTES,
    MAX_FILE_BYTES,
    VIRTUAL_ENVIRONMENT_FILES,
    describe_too_long,
    is_left_out,
    unpack,
)
from minivgg.classroom.handins.file_names import ARCHIVES, is_archive, is_program, suffix_of
from minivgg.classroom.handins.submission import File, Submission
from minivgg.utils.file_names import readable
from minivgg.utils.files import is_regular
from minivgg.utils.printable_text import listed

MAX_STUDENT_FILES = 200
MAX_STUDENT_BYTES = 100 * 2**20
MAX_LOOKED_AT = 200_000
MAX_DEPTH = 3  # archives in archives
MAX_REMARKS = 10
MAX_NAMED = 5  # files of other types
NOTHING = "Nothing was handed in."
NEW_ARCHIVE = "Please hand in a new .zip, or the .py and .ipynb files themselves."
PROGRAM = "Please hand in the .py or .ipynb file of the assignment."


@dataclass
class _Found:
    """A file or folder that is still to be examined."""

    path: Path
    place: str
    depth: int
    name: str
    is_shown: bool = True  # False for a folder that the platform has named


@dataclass
class Collector:
    """Adds the files of entries to a submission, within limits for all of them together.

    Parameters
    ----------
    submission : Submission
        Of one student.
    scratch : Path
        A folder where archives are unpacked.
    damaged : mapping, optional
        {path of a file: a sentence without its subject}, of files that are not to be read.
    budget : Budget
        Of the student's archives.
    bytes : int
        Of the programs and notebooks so far.
    looked_at : int
        Files and folders so far.
    """

    submission: Submission
    scratch: Path
    damaged: Mapping[Path, str] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    bytes: int = 0
    looked_at: int = 0

    def add(self, path: Path, attempt: int = 0, name: str = "") -> None:
        """Add the files of an entry.

        Parameters
        ----------
        path : Path
            A folder, an archive, or a file.
        attempt : int
            The platform's number of the upload.
        name : str
            The student's name for the file; by default that of the path.
        """
        place = readable(path.name)
        is_platforms = bool(self.submission.platform)
        place = name if name and is_platforms else place
        is_shown = not (is_platforms and path.is_dir())
        waiting = deque([_Found(path, place, 0, name or place, is_shown)])
        archives: deque[_Found] = deque()
        while waiting or archives:
            if self.looked_at >= MAX_LOOKED_AT or len(self.submission.files) >= MAX_STUDENT_FILES:
                if archives or any(is_program(f.name) or is_archive(f.name) for f in waiting):
                    self._remark(
                        "There are too many files: only those in the outer folders were read."
                    )
                return
            self.looked_at += 1
            is_loose = bool(waiting)  # files outside of archives come first
            found = waiting.popleft() if is_loose else archives.popleft()
            try:
                if is_loose:
                    self._look_at(found, attempt, waiting, archives)
                else:
                    self._unpack(found, waiting)
                    if found.depth:
                        found.path.unlink()  # it is a copy
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or readable(str(error))[:200]
                self._remark(f"{found.place} cannot be read: {reason}.")

    def _look_at(
        self, found: _Found, attempt: int, waiting: deque[_Found], archives: deque[_Found]
    ) -> None:
        path = found.path
        if path in self.damaged:
            self._remark(f"{found.place} {self.damaged[path]}.")
        elif path.is_symlink():
            self._remark(f"{found.place} is a link, which is not followed.")
        elif path.is_dir():
            inner = [_inside(found, one, path / one) for one in _names_in(path)]
            self.looked_at += len(inner)
            waiting.extend(one for one in inner if is_regular(one.path))
            waiting.extend(one for one in inner if not is_regular(one.path))
        elif not is_regular(path):
            self._remark(f"{found.place} is not an ordinary file and was not opened.")
        elif is_program(found.name):
            self._add_program(found, attempt)
        elif suffix_of(found.name) in ARCHIVES and suffix_of(path.name) in ARCHIVES:
            archives.append(found)
        elif is_archive(found.name):
            advice = "cannot be unpacked here: please hand in a .zip, or the files themselves"
            self._remark(f"{found.place} {advice}.")
            self.submission.other_names.append(found.name)
        else:
            self.submission.other_names.append(found.name)

    def _add_program(self, found: _Found, attempt: int) -> None:
        status = found.path.stat()
        if status.st_size > MAX_FILE_BYTES:
            limit = f"{MAX_FILE_BYTES // 2**20} MB"
            is_script = suffix_of(found.name).startswith(".py")
            advice = "" if is_script else " (Clear its outputs and save it.)"
            self._remark(f"{found.place} is larger than {limit} and was not read.{advice}")
            return
        self.bytes += status.st_size
        if self.bytes > MAX_STUDENT_BYTES:
            self._remark("Together, the files are too large: not all of them were read.")
            return
        file = File(found.path, found.name, status.st_mtime, attempt, found.place)
        self.submission.files.append(file)

    def _unpack(self, found: _Found, waiting: deque[_Found]) -> None:
        if found.depth >= MAX_DEPTH:
            self._remark(
                f"{found.place} was not unpacked: it is nested too deeply in other archives."
            )
            return
        if found.path.stat().st_size > MAX_ARCHIVE_BYTES:
            limit = f"{MAX_ARCHIVE_BYTES // 2**20} MB"
            self._remark(f"{found.place} is larger than {limit} and was not unpacked.")
            return
        target = new_folder(self.scratch, "unpacked")
        unpacked = unpack(found.path, target, self.budget)
        if unpacked.problem:
            is_advised = "please" in unpacked.problem or "limits" in unpacked.problem
            advice = "" if is_advised else f" {NEW_ARCHIVE}"
            self._remark(f"{found.place} {unpacked.problem}.{advice}")
        for path, problem in unpacked.damaged.items():
            inner = "" if path == target else f"/{path.relative_to(target)}"
            self._remark(f"{found.place}{readable(inner)} {problem}.")
            if path != target:
                path.unlink()
        if unpacked.too_long:
            self._remark(f"{found.place} {describe_too_long(unpacked.too_long)}.")
        waiting.append(_Found(target, found.place, found.depth + 1, ""))

    def _remark(self, sentence: str) -> None:
        remarks = self.submission.remarks
        if sentence not in remarks and len(remarks) < MAX_REMARKS:
            remarks.append(sentence)


def _inside(folder: _Found, name: str, path: Path) -> _Found:
    shown = readable(name)
    place = f"{folder.place}/{shown}" if folder.is_shown else shown
    return _Found(path, place, folder.depth, shown)


def _names_in(folder: Path) -> list[str]:
    """What is in a folder and may be the student's, sorted."""
    names = sorted(entry.name for entry in folder.iterdir())
    is_environment = any(name in VIRTUAL_ENVIRONMENT_FILES for name in names)
    return [
        name
        for name in names
        if not is_left_out(name)
        and not (is_environment and name.lower() in ENVIRONMENT_FOLDERS)
        and name not in VIRTUAL_ENVIRONMENT_FILES
    ]


def new_folder(scratch: Path, name: str) -> Path:
    """Create a folder with a new name.

    Parameters
    ----------
    scratch : Path
        The folder above it.
    name : str
        The beginning of its name.

    Returns
    -------
    folder : Path
        Empty.
    """
    for number in count(1):
        folder = scratch / f"{name}-{number}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise AssertionError("count never ends")


def guarded(submission: Submission, work: Callable[[], None]) -> None:
    """Do something for one student, with a remark instead of any exception.

    Parameters
    ----------
    submission : Submission
        Gets the remark.
    work : callable
        Whatever it raises does not stop the grading of the class.
    """
    try:
        work()
    except Exception as error:  # also for errors in this package
        reason = readable(str(error))[:200]
        submission.remarks.append(
            f"The submission cannot be read: {type(error).__name__}: {reason}."
        )


def describe_nothing(submission: Submission) -> None:
    """Say in the remarks if nothing was handed in that can be graded.

    Parameters
    ----------
    submission : Submission
        Of one student.
    """
    if submission.files or submission.remarks:
        return
    names = submission.other_names
    submission.remarks.append(
        f"There is no Python file and no notebook, only {listed(names, MAX_NAMED)}. {PROGRAM}"
        if names
        else NOTHING
    )
