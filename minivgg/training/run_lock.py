"""A lock in a run folder, so that two programs never train in it at the same time.

The system frees a lock when the program that holds it ends, however it ends. The file also has the
name of the computer and the number of the process, for messages.
"""

import errno
import json
import os
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from minivgg.utils.files import NO_FOLLOWING, check_writable
from minivgg.utils.notices import notify

LOCK = ".lock"  # the file in the run folder
MAX_BYTES = 1000
WITHOUT_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a run folder within the block.

    Parameters
    ----------
    folder : Path
        It must exist.

    Yields
    ------
    None
        Afterwards the file is gone, unless this program was killed.

    Raises
    ------
    BlockingIOError
        If another process holds the lock.
    OSError
        If the folder cannot be written, or the lock is a link.
    """
    check_writable(folder)
    path = folder / LOCK
    number = _acquire(path, folder)
    try:
        _name_owner(number, path)
        yield
    finally:
        if sys.platform != "win32":
            path.unlink(missing_ok=True)  # while it is held: nobody else's is removed
            os.close(number)
        else:
            os.close(number)
            with suppress(OSError):  # another process has it already
                path.unlink(missing_ok=True)


def _acquire(path: Path, folder: Path) -> int:
    """The open file with the lock."""
    while True:
        number = _open(path)
        try:
            if not _take(number):
                raise BlockingIOError(
                    f"{folder} is in use: {_owner_text(number)} is training there; wait for its "
                    "end, stop it, or choose another folder"
                )
            if _is_still(number, path):
                return number
        except BaseException:
            os.close(number)
            raise
        os.close(number)  # its last owner has just removed it


def _open(path: Path) -> int:
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT | NO_FOLLOWING, 0o666)
    except OSError as error:
        if path.is_symlink():
            raise OSError(f"{path} is a link: remove it, if no training runs there") from error
        raise OSError(error.errno, f"cannot write {path}: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(f"{path} is not an ordinary file: remove it, if no training runs there")
    return number


def _take(number: int) -> bool:
    """Lock an open file; False if another process has locked it."""
    try:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            os.lseek(number, MAX_BYTES, os.SEEK_SET)  # behind the text, which others may read
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
    except OSError as error:
        if error.errno in WITHOUT_LOCKS:
            notify(
                "this file system has no locks: nothing would stop a second training in the folder"
            )
            return True
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        raise
    return True


def _is_still(number: int, path: Path) -> bool:
    """Whether an open file is the one at a path."""
    try:
        return os.path.samestat(os.fstat(number), path.lstat())
    except FileNotFoundError:
        return False


def _owner(number: int) -> tuple[str, int] | None:
    """Computer and process that the file names; None if it names none."""
    os.lseek(number, 0, os.SEEK_SET)
    try:
        owner = json.loads(os.read(number, MAX_BYTES))
        host, process = owner["host"], owner["process"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not isinstance(host, str) or not host.isprintable() or not isinstance(process, int):
        return None
    return host, process


def _owner_text(number: int) -> str:
    owner = _owner(number)
    return f"process {owner[1]} on {owner[0]}" if owner else "another process"


def _name_owner(number: int, path: Path) -> None:
    """Write this process into the file, after a look at who is in it."""
    before, host = _owner(number), socket.gethostname()
    if before and before[0] != host:
        notify(
            f"{path} is a lock of process {before[1]} on {before[0]}, which has ended without "
            "removing it; if it still trains there, stop this training: then the two computers do "
            "not see each other's locks on this file system"
        )
    os.ftruncate(number, 0)
    os.lseek(number, 0, os.SEEK_SET)
    os.write(number, json.dumps({"host": host, "process": os.getpid()}).encode())
