"""Running a command with limits on its time, output and folder, and ending all its processes."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from minivgg.classroom.isolation.child_results import is_too_large
from minivgg.classroom.isolation.open_files import deleted_bytes

READ_BYTES = 65536
LOOK_SECONDS = 0.1  # between two looks at the folder
MAX_KILLS, KILL_PAUSE_SECONDS = 20, 0.005
FIRST_SIGNAL_STATUS = 128  # a shell, and bubblewrap, report signal 9 as exit status 137

_running: "set[subprocess.Popen[bytes]]" = set()  # of all threads
_ended: "set[subprocess.Popen[bytes]]" = set()  # those of them that are not to go on


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    Parameters
    ----------
    stopped_by : str
        The limit: "output", "files" or "time"; "end" for ``end_all``; or "".
    code : int
        Its exit status, or the signal that ended it as a negative number.
    printed : str
        What it printed.
    """

    stopped_by: str
    code: int
    printed: str


def end_all() -> None:
    """End all running processes, because the grading is to stop."""
    for process in list(_running):
        _ended.add(process)
        _kill(process)


def run(
    command: Sequence[str],
    scratch: Path,
    environment: Mapping[str, str],
    seconds: float,
    output_bytes: int,
    is_alone: bool,
) -> Ended:
    """Run a command in a folder, and end every process that it started.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments.
    scratch : path
        The folder.
    environment : mapping
        The variables of its environment.
    seconds : float
        The longest time.
    output_bytes : int
        The most that it may print.
    is_alone : bool
        Whether the kernel prevents it from starting other processes. If not, they are searched for.

    Returns
    -------
    ended : Ended
        How it ended.
    """
    process = subprocess.Popen(
        command,
        cwd=scratch,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=os.name == "posix",
    )
    printed = bytearray()
    stopped_by: list[str] = []
    output = process.stdout
    assert isinstance(output, BufferedReader), "stdout is a pipe"

    def read() -> None:
        with contextlib.suppress(ValueError):  # closed below, while another process holds the pipe
            while part := output.read1(READ_BYTES):
                if len(printed) + len(part) > output_bytes:
                    stopped_by.append("output")
                    _kill(process)
                    break
                printed.extend(part)

    _running.add(process)
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        stopped_by += _wait(process, scratch, time.monotonic() + seconds)
    finally:
        _kill(process)  # and the processes that it has started
        process.wait()
        _running.discard(process)
        stopped_by += ["end"] * (process in _ended)
        _ended.discard(process)
        if not is_alone:
            _kill_escaped(scratch)
        reader.join(2)
        if not reader.is_alive():
            output.close()
    code = process.returncode
    if command[0] == "bwrap" and code > FIRST_SIGNAL_STATUS:
        code = FIRST_SIGNAL_STATUS - code
    return Ended("".join(stopped_by[:1]), code, printed.decode("utf-8", "replace"))


def _wait(process: "subprocess.Popen[bytes]", scratch: Path, end: float) -> list[str]:
    """Wait for the end of a process; returns the limit that it reached."""
    with _Watch(process) as watch:
        while not watch.has_ended(min(LOOK_SECONDS, max(0.0, end - time.monotonic()))):
            if time.monotonic() >= end:
                return ["time"]
            if is_too_large(scratch, deleted_bytes(process.pid, scratch)):
                return ["files"]
    return []


class _Watch:
    """Waits for a process. Where the system can say when it ends, nothing is asked repeatedly."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process, self._number = process, -1
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                self._number = os.pidfd_open(process.pid)

    def __enter__(self) -> "_Watch":
        return self

    def has_ended(self, seconds: float) -> bool:
        """Whether it has ended; waits for at most some seconds."""
        if self._number < 0:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
            return self._process.poll() is not None
        poll = select.poll()
        poll.register(self._number, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def __exit__(self, *error: object) -> None:
        if self._number >= 0:
            os.close(self._number)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End a process and its group."""
    if os.name != "posix" or not _kill_group(process):
        process.kill()
        return
    for _ in range(MAX_KILLS):  # until the group is empty: it may fork between two signals
        if not _kill_group(process):
            return
        time.sleep(KILL_PAUSE_SECONDS)
        process.poll()


def _kill_group(process: "subprocess.Popen[bytes]") -> bool:
    """Send a signal to the group of a process; returns whether there was anything to end."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _kill_escaped(scratch: Path) -> None:
    """End processes that left the group. They began with the same environment."""
    mark = f"TMPDIR={scratch}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                os.kill(int(folder.name), signal.SIGKILL)
