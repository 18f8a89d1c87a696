"""Files that are written whole or not at all."""

import errno
import json
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

StrPath: TypeAlias = str | os.PathLike[str]
JsonObject: TypeAlias = dict[str, Any]
TEMPORARY = ".minivgg-"  # what the names of unfinished files begin with
# of this package, of its earlier versions (.config.json.tmp), of safetensors (.tmpAb12Cd)
LEFTOVER = re.compile(r"\.minivgg-[0-9a-f]{16}\.tmp|\..+\.\w+\.tmp|\.tmp\w{6}")
NO_FOLLOWING = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR)  # the folder


@contextmanager
def replacing(path: StrPath) -> Iterator[Path]:
    """Write a file whole or not at all.

    At the end of the block the temporary file replaces ``path`` in one step. If the block fails (a
    full disk, an interrupt), what was at ``path`` before is still there and the temporary file is
    gone. The temporary file is new and has a random name, so that a link that somebody has put
    there cannot lead the block to another file. A killed program leaves it behind; see
    ``remove_leftovers``.

    Parameters
    ----------
    path : path
        The file to write or replace. A symbolic link is replaced by the file: what it leads to
        keeps its content.

    Yields
    ------
    temporary : Path
        Where the block writes to: a file in the same folder.

    Raises
    ------
    OSError
        If the file cannot be written. The message names ``path``.

    Examples
    --------
    >>> with replacing("result.txt") as temporary:
    ...     _ = temporary.write_text("7.5 %")
    >>> Path("result.txt").read_text()
    '7.5 %'
    """
    path = Path(path)
    temporary = path.with_name(f"{TEMPORARY}{secrets.token_hex(8)}.tmp")
    try:
        mode = _create(temporary)
        yield temporary
        # The user's own default: some libraries write files that nobody else may read.
        temporary.chmod(mode)
        flush_to_disk(temporary)
        temporary.replace(path)
    except OSError as error:
        reason = str(error.strerror or error)
        if error.errno in NOT_WRITABLE:
            reason += "; choose another folder"
        raise OSError(error.errno, f"cannot write {path}: {reason}") from error
    finally:
        with suppress(OSError):  # on a read-only disk there is none, and removing it is refused
            temporary.unlink(missing_ok=True)


def _create(path: Path) -> int:
    """Create an empty file where nothing is, not even a link; returns its permissions."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOWING, 0o666)
    try:
        return os.fstat(number).st_mode
    finally:
        os.close(number)


def remove_leftovers(folder: StrPath) -> list[Path]:
    """Remove the temporary files of programs that were killed while they wrote.

    These are the files of ``replacing``, of its earlier versions and of the package safetensors.
    Links and folders are left alone. A program that is writing into the folder now would lose its
    file, so call this only where no other one can be.

    Parameters
    ----------
    folder : path
        Searched without the folders in it.

    Returns
    -------
    removed : list of Path
        The files that were removed; empty if there is no such folder.
    """
    removed = []
    with suppress(OSError):
        for path in sorted(Path(folder).iterdir()):
            if LEFTOVER.fullmatch(path.name) and is_regular(path):
                with suppress(OSError):  # of another user
                    path.unlink()
                    removed.append(path)
    return removed


def make_folder(path: StrPath) -> None:
    """Create a folder, with the folders above it, if it is not there.

    Parameters
    ----------
    path : path
        The folder.

    Raises
    ------
    OSError
        If it cannot be created. The message names ``path``.
    """
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "there is a file of this name" if Path(path).is_file() else error.strerror
        raise OSError(
            error.errno, f"cannot create the folder {path}: {reason}; choose another folder"
        ) from error


def check_writable(folder: StrPath) -> None:
    """Find out whether files can be written into a folder, without creating it.

    Parameters
    ----------
    folder : path
        It need not exist: then the nearest folder above it counts.

    Raises
    ------
    OSError
        If it cannot be written. The message names ``folder``.
    """
    path = Path(folder).absolute()
    nearest = next(above for above in (path, *path.parents) if above.exists())
    if not nearest.is_dir():
        reason = f"{nearest.name} is a file"
    elif not os.access(nearest, os.W_OK):
        reason = os.strerror(errno.EACCES)
    else:
        return
    raise OSError(errno.EACCES, f"cannot write to the folder {folder}: {reason}; choose another")


def write_text(path: StrPath, text: str) -> None:
    """Write or replace a text file in one step, see ``replacing``.

    Parameters
    ----------
    path : path
        The file.
    text : str
        What it will hold, in UTF-8. A byte of a file name that is not UTF-8 is written as an escape
        sequence.

    Raises
    ------
    OSError
        If the file cannot be written. The message names ``path``.
    """
    with replacing(path) as temporary:
        temporary.write_text(_without_surrogates(text), encoding="utf-8")


def _without_surrogates(text: str) -> str:
    """Text that is UTF-8: Python has surrogates for single bytes of names, see PEP 383."""
    return re.sub("[\udc80-\udcff]", lambda found: rf"\x{ord(found[0]) - 0xDC00:x}", text)


def is_regular(path: StrPath) -> bool:
    """Whether a path is an ordinary file, not a link, pipe or device.

    Parameters
    ----------
    path : path
        It is not opened.

    Returns
    -------
    is_regular : bool
        False also if nothing exists there.
    """
    try:
        return stat.S_ISREG(Path(path).lstat().st_mode)
    except (OSError, ValueError):
        return False


def read_regular(path: StrPath, max_bytes: int) -> bytes:
    """Read an ordinary file that somebody else may have made, or may be changing.

    Parameters
    ----------
    path : path
        A pipe is not waited for, and a link is not followed.
    max_bytes : int
        The largest size.

    Returns
    -------
    contents : bytes
        The whole file.

    Raises
    ------
    OSError
        If the file does not exist, cannot be read, or is a link.
    ValueError
        If it is too large or not an ordinary file.
    """
    number = os.open(path, os.O_RDONLY | NO_FOLLOWING | getattr(os, "O_BINARY", 0))
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise ValueError(f"{path} is not an ordinary file")
        contents = file.read(max_bytes + 1)
    if len(contents) > max_bytes:
        raise ValueError(f"{path} has more than {max_bytes} bytes")
    return contents


def read_json(path: StrPath, needs: Iterable[str] = ()) -> JsonObject:
    """Read the object in a JSON file.

    Parameters
    ----------
    path : path
        The file.
    needs : iterable of str
        Keys that the object must have.

    Returns
    -------
    found : dict
        The object.

    Raises
    ------
    OSError
        If the file is missing, damaged, or lacks a key of ``needs``. The message names the file.
    """
    path = Path(path)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OSError(f"{path} is missing or damaged: {error}") from error
    lacking = (
        [key for key in needs if key not in found] if isinstance(found, dict) else ["an object"]
    )
    if lacking:
        raise OSError(f"{path} is damaged: it lacks {lacking[0]!r}")
    return found


def plain(value: Mapping[str, object]) -> JsonObject:
    """A dictionary as it would come back from a JSON file.

    Parameters
    ----------
    value : mapping
        With string keys, and values that JSON can hold.

    Returns
    -------
    read_back : dict
        A copy, in which tuples have become lists.

    Examples
    --------
    >>> plain({"size": (32, 32)})
    {'size': [32, 32]}
    """
    return json.loads(json.dumps(value))


def flush_to_disk(path: StrPath) -> None:
    """Wait until a file or folder is on disk, where a power cut cannot lose it.

    Parameters
    ----------
    path : path
        The file or folder. A folder is left alone on Windows, which cannot open it.
    """
    if os.name != "posix" and Path(path).is_dir():
        return  # Windows cannot open a folder
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
