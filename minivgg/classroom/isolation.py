"""A submission's function in a process of its own, with limits on time, memory, output and files.

The right answers stay here; the process gets arguments and hands back arrays. It keeps accidents and idle mischief away from the grader
and from the rest of the class. It is **not a security sandbox**: a submission that sets out to harm the machine can. Grade strangers'
files in a container without a network.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from minivgg.classroom import worker
from minivgg.classroom.bank import ASSIGNMENTS, assignment_of
from minivgg.classroom.messages import of_error

PROGRAM = worker.__file__
PART = 65536


@dataclass(frozen=True)
class Limits:
    """For one task of one submission: seconds of the clock, bytes of memory, and bytes that it may print."""

    seconds: float = 20.0
    memory: int = 2**30
    output: int = 2**20


@dataclass(frozen=True)
class Outcome:
    """What became of a function: records for each case, or ``problem``, one sentence that begins with a verb.

    loaded: whether the file could be imported at all; if not, its other functions need not be tried. printed: the end of what it wrote.
    """

    records: list = field(default_factory=list)
    problem: str = ""
    kind: str = ""
    loaded: bool = True
    printed: str = ""


def run(path, task, cases, limits=None, given=()):
    """Call the function ``task`` of the file at ``path`` for all ``cases``, the first twice. given: functions to replace by references."""
    limits = limits or Limits()
    with TemporaryDirectory(prefix="minivgg-", ignore_cleanup_errors=True) as folder:
        scratch, arrays = Path(folder), {}
        calls = worker.pack([case.drawn() for case in [*cases, cases[0]]], arrays)
        job = {"file": str(Path(path).resolve()), "task": task.name, "count": len(task.returns), "cases": calls, "given": list(given),
               "own": [other.name for other in ASSIGNMENTS[assignment_of(task.name)]],
               "memory": limits.memory, "seconds": limits.seconds}  # fmt: skip
        (scratch / "job.json").write_text(json.dumps(job), encoding="utf-8")
        np.savez(scratch / "arguments.npz", **arrays)
        stopped, code, printed = _watched(scratch, limits)
        return _outcome(scratch, stopped, code, printed, limits)


def _watched(scratch, limits):
    """Run the child in ``scratch``; returns (why it was stopped or "", exit code, what it printed)."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "VIRTUAL_ENV")
        if name in os.environ
    }
    settings = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8:replace",
                "HOME": str(scratch), "TMPDIR": str(scratch), "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "Agg",
                "MPLCONFIGDIR": _fonts()}  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-I", PROGRAM, str(scratch)], cwd=scratch, env=kept | settings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=os.name == "posix",
    )  # fmt: skip
    printed, stopped = bytearray(), []

    def read():
        while part := process.stdout.read1(PART):
            if len(printed) + len(part) > limits.output:
                stopped.append("output")
                _kill(process)
                break
            printed.extend(part)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        process.wait(limits.seconds)
    except subprocess.TimeoutExpired:
        stopped.append("time")
    finally:
        _kill(process)  # whatever it has started, too
        process.wait()
        reader.join(2)
        process.stdout.close()
    return "".join(stopped[:1]), process.returncode, printed.decode("utf-8", "replace")


@cache
def _fonts():
    """Where matplotlib keeps its list of fonts, made now if need be: a submission may import it, and has no time to look for fonts."""
    import matplotlib.font_manager

    return matplotlib.get_cachedir()


def _kill(process):
    if os.name != "posix":
        return process.kill()
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return process.kill()
    for _ in range(20):  # until the whole group is gone: a process may be born between two signals
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return None
        time.sleep(0.005)
        process.poll()
    return None


def _outcome(scratch, stopped, code, printed, limits):
    loaded = (scratch / "loaded").exists()
    shown = {"loaded": loaded, "printed": printed[-2000:]}
    when = "" if loaded else " while it is read in: is there code outside of the functions?"
    if stopped == "output":
        return Outcome(
            problem=f"prints more than {limits.output // 2**20 or 1} MB{when}",
            kind="output",
            **shown,
        )
    if stopped == "time" or -code in (getattr(signal, "SIGXCPU", 0),):
        return Outcome(
            problem=f"takes longer than {limits.seconds:g} seconds{when}", kind="time", **shown
        )
    try:
        result = json.loads((scratch / "result.json").read_text(encoding="utf-8"))
        with np.load(scratch / "results.npz", allow_pickle=False) as file:
            arrays = dict(file)
        if "error" in result:
            kind, sentence, line = result["error"]
            problem = (
                sentence
                if kind == "missing"
                else f"cannot be read in: {of_error(kind, sentence, line)}"
            )
            return Outcome(
                problem=problem, kind=kind, loaded=kind == "missing", printed=shown["printed"]
            )
        return Outcome(records=worker.unpack(result["cases"], arrays), printed=shown["printed"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Outcome(problem=_ended(code, printed, when), kind="ended", **shown)


def _ended(code, printed, when):
    """Why there is no result."""
    if "MemoryError" in printed:
        return f"needs more memory than it may have{when}"
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else code
        return f"was ended by the system ({name}): too much memory, or a crash{when}"
    return f"ends the process before it returns (exit status {code}){when}"
