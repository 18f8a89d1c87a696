"""Unpacking archives into one folder and nowhere else, within limits.

Only programs, notebooks and archives in archives are written. The limits apply to what
actually comes out of the archive, whatever its headers say.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from minivgg.classroom.handins.archive_readers import (
    Budget,
    Member,
    UnreadableArchiveError,
    open_archive,
)
from minivgg.classroom.handins.file_names import is_archive, is_program, suffix_of
from minivgg.utils.file_names import readable
from minivgg.utils.files import StrPath

MAX_FILE_BYTES = 20 * 2**20
MAX_ARCHIVE_BYTES = 100 * 2**20  # of an archive in an archive
MAX_OF_ENTRY = 2000  # files of an entry, in the archive of a class
MAX_ENTRY_BYTES = 400 * 2**20
MAX_NAME_BYTES = 230
MAX_FOLDERS = 8  # of a path
VIRTUAL_ENVIRONMENT_FILES = ("pyvenv.cfg", "conda-meta")
ENVIRONMENT_FOLDERS = ("lib", "lib64", "bin", "scripts", "include", "share", "etc", "conda-meta")
LEFT_OUT = ("__pycache__", "__macosx", "site-packages", "dist-packages", "node_modules")


def class_budget() -> Budget:
    """The budget of the archive of a whole class.

    Returns
    -------
    budget : Budget
        Enough for some hundred students.
    """
    return Budget(16 * 2**30, 500_000, 5_000_000, 128 * 2**30, 2**29, 2**30)


@dataclass
class Unpacked:
    """The outcome of unpacking an archive.

    Parameters
    ----------
    problem : str
        Of the archive as a whole, as a sentence without its subject; "" if there is none.
    damaged : dict
        {path of a file: a sentence without its subject}, of files that could not be unpacked.
    too_long : int
        How many entries are left out because of their long names.
    """

    problem: str = ""
    damaged: dict[Path, str] = field(default_factory=dict)
    too_long: int = 0


def is_left_out(folder: str) -> bool:
    """Whether a folder contains nothing that a student wrote.

    Parameters
    ----------
    folder : str
        Its name.

    Returns
    -------
    is_left_out : bool
        True for hidden folders, caches and installed packages.
    """
    return folder.startswith(".") or folder.lower() in LEFT_OUT


def unpack(
    path: StrPath,
    target: StrPath,
    budget: Budget | None = None,
    also: Callable[[str], bool] | None = None,
) -> Unpacked:
    """Unpack an archive into a folder, and nowhere else.

    Parameters
    ----------
    path : path
        A zip, or a tar with or without compression.
    target : path
        The folder.
    budget : Budget, optional
        Reduced by what is unpacked.
    also : callable, optional
        Given for the archive of a whole class: whether a file of this name is unpacked, too. No
        folder can then use up the budget of the others. Files that are not unpacked are
        replaced by empty ones.

    Returns
    -------
    unpacked : Unpacked
        With a problem instead of an exception, whatever is wrong with the archive.
    """
    budget = budget or Budget()
    unpacked = Unpacked()
    try:
        with open_archive(Path(path), budget) as (members, unpacked.too_long):
            chosen = _chosen(members)
            level = _level_of_entries(chosen) if also else 0
            if also:
                chosen = _first_of_each_entry(chosen, level)
            writer = _Writer(Path(target), budget, unpacked, also, level)
            for member in sorted(chosen[: max(budget.files, 0)], key=lambda one: one.position):
                writer.write(member)
                if budget.bytes <= 0:
                    break
            if budget.bytes <= 0 or len(chosen) > max(budget.files + writer.written, 0):
                unpacked.problem = "exceeds the limits: not everything was read"
    except Exception as error:  # damaged data raises nearly anything
        unpacked.problem = _describe(error)
    return unpacked


def describe_too_long(count: int) -> str:
    """What is said about entries that are left out because of their long names.

    Parameters
    ----------
    count : int
        How many.

    Returns
    -------
    sentence : str
        Without its subject, the archive.
    """
    entries = (
        "an entry with a name that is" if count == 1 else f"{count} entries with names that are"
    )
    were = "was" if count == 1 else "were"
    return f"contains {entries} too long, which {were} left out"


def _describe(error: Exception) -> str:
    if isinstance(error, UnreadableArchiveError):
        return str(error)
    if "encrypted" in str(error) or "password" in str(error):
        return "is protected by a password: please hand it in without one"
    reason = readable(str(error))[:200] or type(error).__name__
    return f"cannot be unpacked because it is damaged: {reason}"


def _chosen(members: Iterable[Member]) -> list[Member]:
    """Without installed packages; programs before archives before others, outer ones first."""
    paths = [(member, _parts(member.name)) for member in members]
    environments = {
        "/".join(parts[:k])
        for _, parts in paths
        for k in (len(parts) - 1, len(parts) - 2)
        if k >= 0 and parts[k] in VIRTUAL_ENVIRONMENT_FILES
    }
    return sorted(
        (
            member
            for member, parts in paths
            if not _is_installed(parts, environments) and not _is_of_git(member.name)
        ),
        key=lambda one: (
            (0 if is_program(one.name) else 1 if is_archive(one.name) else 2),
            one.name.count("/"),
            one.position,
        ),
    )


def _level_of_entries(members: Iterable[Member]) -> int:
    """How many folders of a path identify an entry: the class may be in another folder."""
    return 2 if len({member.name.lstrip("./").partition("/")[0] for member in members}) == 1 else 1


def _first_of_each_entry(members: Iterable[Member], level: int) -> list[Member]:
    counts: Counter[tuple[str, ...]] = Counter()
    kept = []
    for member in members:
        entry = tuple(member.name.lstrip("./").split("/")[:level])
        counts[entry] += 1
        if counts[entry] <= MAX_OF_ENTRY:
            kept.append(member)
    return kept


def _parts(name: str) -> list[str]:
    return [part for part in name.split("/") if part not in ("", ".")]


def _is_installed(parts: list[str], environments: set[str]) -> bool:
    folders = parts[:-1]
    return any(
        folder.lower() in ENVIRONMENT_FOLDERS and "/".join(folders[:k]) in environments
        for k, folder in enumerate(folders)
    ) or any(is_left_out(folder) and folder not in (".git", "..") for folder in folders)


def _is_of_git(name: str) -> bool:
    """Whether it is in .git, whose file HEAD is enough to know that there is a repository."""
    return f"/{name}".rpartition("/.git/")[1] != "" and not name.endswith(".git/HEAD")


class _Writer:
    """Writes members of an archive below a folder."""

    def __init__(
        self,
        target: Path,
        budget: Budget,
        unpacked: Unpacked,
        also: Callable[[str], bool] | None,
        level: int,
    ) -> None:
        self.target, self.budget, self.unpacked, self.also = target, budget, unpacked, also
        self.level, self.written = level, 0
        self.of_entry: Counter[tuple[str, ...]] = Counter()  # bytes

    def write(self, member: Member) -> None:
        parts = [part for part in member.name.split("/") if part not in ("", ".", "..")]
        if not parts:
            return
        if ".git" in parts[:-1]:  # only that there is a repository matters
            (self._folder(parts[: parts.index(".git")]) / ".git").mkdir(exist_ok=True)
            return
        self.budget.files -= 1
        self.written += 1
        try:
            folder = self._folder(parts[:-1])
            if member.is_folder:
                (folder / _safe(parts[-1])).mkdir(exist_ok=True)
                return
            path = self._free(folder, _safe(parts[-1]))
            path.touch()
        except OSError as error:
            reason = f"{readable(member.name)[:100]}: {error.strerror}"
            self.unpacked.damaged[self.target] = f"cannot be unpacked completely: {reason}"
            return
        if self._is_wanted(path.name):
            try:
                self._copy(member, path)
            except Exception as error:  # damaged data raises nearly anything
                self.unpacked.damaged[path] = _describe(error)
        with suppress(OSError, ValueError, OverflowError):
            os.utime(path, (member.modified, member.modified))

    def _is_wanted(self, name: str) -> bool:
        return is_program(name) or is_archive(name) or bool(self.also and self.also(name))

    def _copy(self, member: Member, path: Path) -> None:
        limit = MAX_ARCHIVE_BYTES if is_archive(path.name) else MAX_FILE_BYTES
        size = 0
        entry = path.relative_to(self.target).parts[: self.level]
        with member.open() as source, path.open("wb") as copy:
            while block := source.read(member.block):
                size += len(block)
                self.budget.bytes -= len(block)
                self.of_entry[entry] += len(block)
                if self.budget.bytes <= 0 or self.of_entry[entry] > MAX_ENTRY_BYTES:
                    raise UnreadableArchiveError("was not unpacked: the files are too large")
                if size > limit:
                    copy.truncate(limit + 1)  # its size says that it is too large
                    return
                copy.write(block)

    def _folder(self, parts: list[str]) -> Path:
        if len(parts) > MAX_FOLDERS:  # the outer ones may name a student of the class
            parts = [*parts[:2], *parts[2 - MAX_FOLDERS :]]
        folder = self.target
        folder.mkdir(parents=True, exist_ok=True)
        for part in parts:
            inner = folder / _safe(part)
            folder = inner.with_name(f"{inner.name}-folder") if inner.is_file() else inner
            folder.mkdir(exist_ok=True)
        return folder

    def _free(self, folder: Path, name: str) -> Path:
        """A path that is not there yet: an archive may contain a name twice."""
        path, number = folder / name, 2
        while path.exists():
            again = folder / f"again-{number}"
            again.mkdir(exist_ok=True)
            path, number = again / name, number + 1
        return path


def _safe(part: str) -> str:
    """A part of a path that every system can create."""
    name = readable(part)
    name = "".join("_" if letter in '<>:"|?*\\' else letter for letter in name).rstrip(" .")
    suffix = suffix_of(name) or PurePosixPath(name).suffix[:20]
    short = name.encode()[:MAX_NAME_BYTES].decode("utf-8", "ignore")
    name = name if short == name else f"{short.rstrip(' .')}{suffix}"
    return name or "_"
