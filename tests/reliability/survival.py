"""What a reader does with damaged files: it refuses them without failing, hanging or much memory.

Linux reports the peak of memory since it was last reset. Elsewhere, memory is not measured, and
without SIGALRM a hang is not ended.
"""

import gc
import signal
import threading
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import minivgg

PACKAGE = Path(minivgg.__file__).parent
ALLOWED = (ValueError, OSError)
SPARE = 512 << 20  # beyond the limit, before allocations fail
WAITING = 6  # times its CPU time a reader may take where it waits, or shares a processor


class TookTooLong(BaseException):
    """A reader takes longer than it may. It is no Exception, so no reader catches it."""


@dataclass(frozen=True)
class Failure:
    """What one mutant does. kind: "uncaught", "hang" or "memory"."""

    number: int
    kind: str
    text: str


@dataclass
class Survival:
    """How many mutants were accepted or refused, and those that failed."""

    seed: int | None = None
    count: int = 0
    accepted: int = 0
    refused: Counter = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    slowest: float = 0.0
    largest: int = 0

    def kinds(self):
        """{kind of failure: how many}."""
        return Counter(failure.kind for failure in self.failures)

    def __str__(self):
        lines = [f"{self.count} mutants, {len(self.failures)} failed (seed {self.seed})"]
        lines += [f"  {f.number}: {f.kind}: {f.text}" for f in self.failures[:10]]
        return "\n".join(lines)


def survives(
    read: Callable[[bytes], object],
    mutants: Iterable[bytes],
    allowed: tuple[type[BaseException], ...] = ALLOWED,
    seconds: float = 5.0,
    memory: int | Callable[[bytes], int] = 200 << 20,
) -> Survival:
    """Give each mutant to a reader.

    allowed: exceptions that refuse a file in an orderly way. seconds, memory: for each mutant, the
    CPU time and the bytes that it may take, or a function of the mutant that says how many bytes.
    Returns counts, and the numbers of the mutants that failed.
    """
    found = Survival(getattr(mutants, "seed", None))
    for number, mutant in enumerate(mutants):
        found.count += 1
        most = memory(mutant) if callable(memory) else memory
        before = _forget_peak()
        started = time.process_time()
        try:
            with _limited(WAITING * seconds, most + SPARE), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                read(mutant)
            found.accepted += 1
        except allowed as error:
            found.refused[type(error).__name__] += 1
        except TookTooLong:
            found.failures.append(Failure(number, "hang", f"more than {WAITING * seconds:g} s"))
            continue
        except MemoryError as error:
            found.failures.append(Failure(number, "memory", f"{error!r} {_place(error)}"))
            continue
        except Exception as error:
            text = f"{type(error).__name__}: {str(error)[:80]} {_place(error)}"
            found.failures.append(Failure(number, "uncaught", text))
            continue
        took, used = time.process_time() - started, _peak() - before
        found.slowest, found.largest = max(found.slowest, took), max(found.largest, used)
        if took > seconds:  # in C, where no signal arrives
            found.failures.append(Failure(number, "hang", f"{took:.1f} s"))
        if used > most:
            found.failures.append(Failure(number, "memory", f"{used >> 20} MB of {most >> 20}"))
    return found


def _place(error):
    """The last line of the package in the traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)] or frames
    return f"at {Path(ours[-1].filename).name}:{ours[-1].lineno}"


@contextmanager
def _limited(seconds, memory):
    """Time and memory limited, as far as this system can."""
    with _limited_memory(memory):
        if (
            not hasattr(signal, "SIGALRM")
            or threading.current_thread() is not threading.main_thread()
        ):
            yield
            return
        earlier = signal.signal(signal.SIGALRM, _stop)
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again, if the first is swallowed
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, earlier)


def _stop(*_):
    raise TookTooLong


@contextmanager
def _limited_memory(more):
    """Allocations fail beyond what the process has now and this much more."""
    size = _status("VmSize")
    if not size:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = size + more
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _forget_peak():
    """Begin to measure anew; returns the memory in use."""
    if gc.get_count()[2] > 5:
        gc.collect()
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0
    return _status("VmRSS")


def measures_memory():
    """Whether this system reports the peak of a process's memory and can reset it."""
    return bool(_forget_peak() and _peak())


def _peak():
    return _status("VmHWM")


def _status(name):
    """Bytes, from the system's description of this process; 0 where it has none."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) << 10
    except OSError:
        pass
    return 0
