"""The space on the disk that a process holds by files without a name: open or mapped, but deleted.

A folder does not show them. The space is free again when the process ends.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from minivgg.classroom.worker.calls import MAX_RESULT_BYTES

BLOCK_BYTES = 512  # of st_blocks, on every file system
MAX_FILE_BYTES = 2 * MAX_RESULT_BYTES  # the limit of the child process
DELETED = " (deleted)"


def deleted_bytes(process: int, scratch: Path) -> int:
    """The bytes on the disk in deleted files that a process, or one that it started, still uses.

    Parameters
    ----------
    process : int
        Its number.
    scratch : path
        Its folder.

    Returns
    -------
    size : int
        0 on systems without /proc. A file that is only mapped counts as the largest one.
    """
    sizes: dict[int, int] = {}
    for folder in _processes(process):
        with contextlib.suppress(OSError), os.scandir(folder / "fd") as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    status = entry.stat()
                    if status.st_nlink == 0:
                        sizes[status.st_ino] = status.st_blocks * BLOCK_BYTES
        with contextlib.suppress(OSError):
            for line in (folder / "maps").read_text("utf-8", "replace").splitlines():
                if line.endswith(DELETED) and scratch.name in line:
                    sizes.setdefault(int(line.split()[4]), MAX_FILE_BYTES)
    return sum(sizes.values())


def _processes(process: int) -> Iterator[Path]:
    waiting = [str(process)]
    while waiting:
        folder = Path("/proc", waiting.pop())
        yield folder
        with contextlib.suppress(OSError):  # bubblewrap starts the child process in two steps
            waiting += (folder / "task" / folder.name / "children").read_text().split()
