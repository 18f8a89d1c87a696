"""Running a submission's function in a child process with limits: time, memory, output, files.

The right answers stay in this process; the child gets arguments and returns arrays. This protects
the grader and the other students from accidents and mischief. It is **not a security sandbox**: a
submission that is meant to do harm can do it. Grade the files of strangers in a container without a
network.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from minivgg.classroom.bank import ASSIGNMENTS, assignment_of
from minivgg.classroom.messages import describe_error
from minivgg.classroom.tasks import Case, Task
from minivgg.classroom.worker import packing
from minivgg.classroom.worker.calls import Record
from minivgg.classroom.worker.source_text import Unreadable
from minivgg.utils.files import StrPath

PROGRAM = str(Path(packing.__file__).parent)
PYTHON = (sys.executable, "-I", "-X", "utf8")  # -I ignores variables such as PYTHONUTF8
READ_BYTES = 65536
KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "VIRTUAL_ENV")
UNREADABLE = Unreadable.__name__
LOADED = "loaded.json"  # written by the child when it has imported the file
MAX_REMARKS, MAX_REMARK = 10, 300
MAX_KILLS, KILL_PAUSE_SECONDS = 20, 0.005


@dataclass(frozen=True)
class Limits:
    """For one task of one submission.

    Parameters
    ----------
    seconds : float
        Elapsed time.
    memory_bytes : int
        Of the child process; not enforced on Windows.
    output_bytes : int
        How much the submission may print.
    """

    seconds: float = 20.0
    memory_bytes: int = 2**30
    output_bytes: int = 2**20


@dataclass(frozen=True)
class RunResult:
    """What a child process returned: records, or else ``problem`` and ``kind``.

    Parameters
    ----------
    records : list of list
        For each case the records of ``make_calls``.
    problem : str
        A sentence without its subject.
    kind : str
        "output", "time", "missing" or "exit", or the exception's name.
    loaded : bool
        Whether the file was imported; if not, its other functions need not be tried.
    printed : str
        The end of what the submission printed.
    remarks : tuple of str
        Sentences about parts of the file that were left out.
    """

    records: list[list[Record]] = field(default_factory=list)
    problem: str = ""
    kind: str = ""
    loaded: bool = True
    printed: str = ""
    remarks: tuple[str, ...] = ()


def run_isolated(
    path: StrPath,
    task: Task,
    cases: Sequence[Case],
    limits: Limits | None = None,
    references: Sequence[str] = (),
) -> RunResult:
    """Call a function of a file in a child process, for all cases, and for the first one twice.

    Parameters
    ----------
    path : path
        The student's .py or .ipynb file.
    task : Task
        Whose function is called.
    cases : sequence of Case
        At least one.
    limits : Limits, optional
        Of time, memory and output.
    references : sequence of str
        Names of functions of the file that are replaced by their reference solutions.

    Returns
    -------
    result : RunResult
        Also if the file cannot be imported, or the process was ended.
    """
    limits = limits or Limits()
    with TemporaryDirectory(prefix="minivgg-", ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        arrays: dict[str, Any] = {}
        calls = packing.pack([case.arguments() for case in [*cases, cases[0]]], arrays)
        job = {
            "file": str(Path(path).resolve()),
            "task": task.name,
            "output_count": len(task.returns),
            "cases": calls,
            "references": list(references),
            "assignment": assignment_of(task.name),
            "own_tasks": [other.name for other in ASSIGNMENTS[assignment_of(task.name)]],
            "memory_bytes": limits.memory_bytes,
            "seconds": limits.seconds,
        }
        (scratch / "job.json").write_text(json.dumps(job), encoding="utf-8")
        np.savez(scratch / "arguments.npz", **arrays)
        stopped_by, code, printed = _run_child(scratch, limits)
        result = _read_result(scratch, stopped_by, code, printed, limits)
        return replace(result, remarks=_read_remarks(scratch))


def unenforced_limits(memory_bytes: int) -> list[str]:
    """Find the limits that this system does not enforce.

    A process like that of a submission sets them and tries. If it fails, memory is limited.

    Parameters
    ----------
    memory_bytes : int
        The limit on memory.

    Returns
    -------
    names : list of str
        Of "memory" and "size of files".
    """
    command = [*PYTHON, str(Path(PROGRAM) / "restrictions.py"), str(memory_bytes)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    names: list[str] = json.loads(done.stdout) if done.returncode == 0 else []
    return names


def _run_child(scratch: Path, limits: Limits) -> tuple[str, int, str]:
    """Run the child; returns (the limit that stopped it or "", exit code, what it printed)."""
    process = subprocess.Popen(
        [*PYTHON, PROGRAM, str(scratch)],
        cwd=scratch,
        env=_environment(scratch),
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
        while part := output.read1(READ_BYTES):
            if len(printed) + len(part) > limits.output_bytes:
                stopped_by.append("output")
                _kill(process)
                break
            printed.extend(part)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        process.wait(limits.seconds)
    except subprocess.TimeoutExpired:
        stopped_by.append("time")
    finally:
        _kill(process)  # and the processes that it has started
        process.wait()
        reader.join(2)
        output.close()
    return "".join(stopped_by[:1]), process.returncode, printed.decode("utf-8", "replace")


def _environment(scratch: Path) -> dict[str, str]:
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ} | {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": _matplotlib_cache(),
    }


@cache
def _matplotlib_cache() -> str:
    """The folder of matplotlib's list of fonts.

    The list is made now if it does not exist: a submission that imports matplotlib has no time to
    look for fonts.
    """
    import matplotlib.font_manager

    return matplotlib.get_cachedir()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    if os.name != "posix":
        return process.kill()
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return process.kill()
    for _ in range(MAX_KILLS):  # until the group is empty: it may fork between two signals
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return None
        time.sleep(KILL_PAUSE_SECONDS)
        process.poll()
    return None


def _read_remarks(scratch: Path) -> tuple[str, ...]:
    """What was left out of the file."""
    try:
        found = json.loads((scratch / LOADED).read_text(encoding="utf-8"))
        return tuple(str(remark)[:MAX_REMARK] for remark in found[:MAX_REMARKS])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return ()  # not imported, or the submission has changed the file


def _read_result(
    scratch: Path, stopped_by: str, code: int, printed: str, limits: Limits
) -> RunResult:
    loaded = (scratch / LOADED).exists()
    end = printed[-2000:]
    when = "" if loaded else " while it is being imported: is there code outside of the functions?"
    if stopped_by == "output":
        problem = f"prints more than {limits.output_bytes // 2**20 or 1} MB{when}"
        return RunResult(problem=problem, kind="output", loaded=loaded, printed=end)
    if stopped_by == "time" or (hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU):
        problem = f"takes longer than {limits.seconds:g} seconds{when}"
        return RunResult(problem=problem, kind="time", loaded=loaded, printed=end)
    try:
        result = json.loads((scratch / "result.json").read_text(encoding="utf-8"))
        with np.load(scratch / "results.npz", allow_pickle=False) as file:
            arrays = dict(file)
        if "error" not in result:
            records = packing.unpack(result["cases"], arrays)
            return RunResult(records=records, printed=end)
        kind, sentence, *place = result["error"]
        missing = kind == "missing"
        problem = sentence
        if not missing and kind != UNREADABLE:
            problem = f"cannot be imported: {describe_error(kind, sentence, *place)}"
        return RunResult(problem=problem, kind=kind, loaded=missing, printed=end)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return RunResult(
            problem=_describe_exit(code, printed, when), kind="exit", loaded=loaded, printed=end
        )


def _describe_exit(code: int, printed: str, when: str) -> str:
    """Why there is no result."""
    if "MemoryError" in printed:
        return f"needs more memory than allowed{when}"
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else code
        return f"was ended by the system ({name}): too much memory, or a crash{when}"
    return f"ends the process before it returns (exit status {code}){when}"
