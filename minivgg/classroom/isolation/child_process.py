"""Running a submission's function in a child process with limits: time, memory, output, files.

The correct answers stay in this process; the child gets arguments and returns arrays. What prevents
it from doing anything else is described in ``bubblewrap`` and in the modules of the worker.
"""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from minivgg.classroom.bank import assignment_of
from minivgg.classroom.isolation import (
    bubblewrap,
    child_results,
    environment,
    provided_code,
    running,
)
from minivgg.classroom.isolation.removing import remove_folder
from minivgg.classroom.messages import describe_error, describe_memory_error, is_memory_error
from minivgg.classroom.tasks import Case, Task
from minivgg.classroom.worker import packing
from minivgg.classroom.worker.calls import Record
from minivgg.classroom.worker.source_text import Unreadable
from minivgg.utils.files import StrPath
from minivgg.utils.printable_text import printable, with_unix_line_ends

UNREADABLE = Unreadable.__name__
REFERENCES = b"reference_solutions"
MAX_PRINTED = 2000  # characters that are kept
PAUSE_SECONDS = 0.5  # before a process that did not start is started again


class NotStarted(RuntimeError):
    """The child process ended before it came to the submission, twice."""


@dataclass(frozen=True)
class Limits:
    """The limits for one task of one submission.

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
        "output", "files", "time", "missing", "result" or "exit", or the exception's name.
    loaded : bool
        Whether the file was imported; if not, its other functions need not be tried.
    printed : str
        The end of what the submission printed.
    remarks : tuple of str
        Sentences about parts of the file that were left out.
    seconds : float
        Elapsed time, with the start of the process.
    """

    records: list[list[Record]] = field(default_factory=list)
    problem: str = ""
    kind: str = ""
    loaded: bool = True
    printed: str = ""
    remarks: tuple[str, ...] = ()
    seconds: float = 0.0


def run_isolated(
    path: StrPath,
    task: Task,
    cases: Sequence[Case],
    limits: Limits | None = None,
    references: Sequence[str] = (),
    isolation: str = "auto",
    scratch: StrPath | None = None,
    hidden_folders: Sequence[Path] = (),
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
    isolation : str
        "auto", "bwrap" or "audit", see ``bubblewrap.in_force``.
    scratch : path, optional
        Where the folder of the child is created; by default the system's temporary folder.
    hidden_folders : sequence of Path
        What the child must not read, apart from the file and its own folder, wherever it is.

    Returns
    -------
    result : RunResult
        Also if the file cannot be imported, the process was ended or its results are damaged.

    Raises
    ------
    NotStarted
        If the process ends before it comes to the submission: memory or processes are used up, for
        example.
    ValueError
        For any other isolation.
    RuntimeError
        If the child process does not start here; see ``bubblewrap.in_force``.
    """
    limits = limits or Limits()
    kind = bubblewrap.in_force(isolation)
    file, cases = Path(path).resolve(), [*cases, cases[0]]
    hidden = bubblewrap.hidden_paths(one for one in hidden_folders if one.exists())
    job = {**_job(file, task, cases, limits, references, kind), "hidden": hidden}
    try:
        return _run(file, job, cases, limits, kind, scratch)
    except (NotStarted, OSError):
        time.sleep(PAUSE_SECONDS)
    try:
        return _run(file, job, cases, limits, kind, scratch)
    except OSError as error:
        raise NotStarted(str(error)) from error


def _run(
    file: Path,
    job: Mapping[str, Any],
    cases: Sequence[Case],
    limits: Limits,
    kind: str,
    scratch: StrPath | None,
) -> RunResult:
    """Run a child process once."""
    folder = Path(tempfile.mkdtemp(prefix="minivgg-", dir=scratch)).resolve()
    try:
        (folder / "job.bin").write_bytes(packing.to_bytes(job))
        fonts, hidden = environment.matplotlib_cache(), job["hidden"]
        command = bubblewrap.command(kind, folder, file, fonts, hidden)
        has_rules = kind == "bwrap" or "seccomp" in bubblewrap.rules_in_force(kind)
        started = time.monotonic()
        ended = running.run(
            command,
            folder,
            environment.variables(folder),
            limits.seconds,
            limits.output_bytes,
            has_rules,
        )
        seconds = time.monotonic() - started
        ended = _without_mark(ended)
        loaded, remarks = child_results.read_remarks(folder)
        output = child_results.read_results(folder, cases, job["output_count"])
    finally:
        remove_folder(folder)
    result = _result(ended, output, loaded, limits)
    return replace(result, remarks=remarks, seconds=seconds)


def _without_mark(ended: running.Ended) -> running.Ended:
    """What the submission printed, or an error if it was not even loaded.

    The mark is printed and not in a file, so that no submission can take it back.
    """
    before, mark, printed = ended.printed.partition(packing.STARTED.decode())
    if mark:
        return replace(ended, printed=printed)
    if ended.stopped_by:
        return ended
    raise NotStarted(f"exit status {ended.code}: {before[-MAX_PRINTED:].strip()}")


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
    command = bubblewrap.program("limits", str(memory_bytes))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    names: list[str] = json.loads(done.stdout) if done.returncode == 0 else []
    return names


def _job(
    file: Path,
    task: Task,
    cases: Sequence[Case],
    limits: Limits,
    references: Sequence[str],
    kind: str,
) -> dict[str, Any]:
    """What the child process needs to know, and no more."""
    text = file.read_bytes() if file.is_file() else b""
    imports_references = REFERENCES in text.replace(b"\0", b"")
    return {
        "file": str(file),
        "task": task.name,
        "output_count": len(task.returns),
        "cases": [case.arguments() for case in cases],
        "references": {name: provided_code.reference_source(name) for name in references},
        "importable": provided_code.importable(task.name, text) if imports_references else None,
        "assignment": assignment_of(task.name),
        "memory_bytes": limits.memory_bytes,
        "seconds": limits.seconds,
        "grader": 0 if kind == "bwrap" else os.getpid(),
    }


def _result(
    ended: running.Ended, output: child_results.ChildOutput, loaded: bool, limits: Limits
) -> RunResult:
    printed = _end_of(printable(with_unix_line_ends(ended.printed), " ", keep="\n\t"))
    limit = f"the limit of {limits.memory_bytes // 2**20} MB"
    _name_limit(output, limit)
    when = "" if loaded else " while it is being imported: is there code outside the functions?"

    def failed(problem: str, kind: str, loaded: bool = loaded) -> RunResult:
        return RunResult(problem=problem, kind=kind, loaded=loaded, printed=printed)

    if ended.stopped_by == "output":
        return failed(f"prints more than {limits.output_bytes // 2**20 or 1} MB{when}", "output")
    if ended.stopped_by == "files":
        return failed(f"writes too many files, or files that are too large{when}", "files")
    if ended.stopped_by == "time" or ended.code == -getattr(signal, "SIGXCPU", 0) < 0:
        return failed(f"takes longer than {limits.seconds:g} seconds{when}", "time")
    if not output.is_there:
        return failed(_describe_exit(ended.code, ended.printed, when, limit), "exit")
    if output.problem:
        return failed(output.problem, "result")
    if not output.error:
        return RunResult(records=output.records, printed=printed)
    error, sentence, *place = output.error
    if error == "missing":
        return failed(sentence, error, True)
    if error != UNREADABLE:
        sentence = f"cannot be imported: {describe_error(error, sentence, *place)}"
    return failed(sentence, error, False)


def _end_of(printed: str) -> str:
    """The end of what was printed, from the beginning of a line; it says how much is left out."""
    if len(printed) <= MAX_PRINTED:
        return printed
    start = len(printed) - MAX_PRINTED
    line = printed.find("\n", start - 1) + 1
    start = line if 0 < line < len(printed) else start  # a line can be longer than what is kept
    return f"… (the first {start:,} characters are left out)\n{printed[start:]}"


def _name_limit(output: child_results.ChildOutput, limit: str) -> None:
    """Name the limit in the errors of a lack of memory, which the child process does not know."""
    records = [record for case in output.records for record in case]
    for error in (output.error, *(record.get("error") for record in records)):
        if error and is_memory_error(error[0]):
            error[:2] = "MemoryError", describe_memory_error(error[1], limit)


def _describe_exit(code: int, printed: str, when: str, limit: str) -> str:
    """Why there is no result."""
    if "MemoryError" in printed:
        return f"needs more memory than {limit}{when}"
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        return f"was ended by the system ({name}): too much memory, or a crash{when}"
    return f"ends the process before it returns (exit status {code}){when}"
