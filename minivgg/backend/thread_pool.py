"""How many threads are used, and blocks of work divided among them.

NumPy's copies and sums run on one thread, and BLAS splits each product by itself and waits for all
of its parts. Here instead a job is divided into blocks, and every thread takes block after block
through all steps of the job, while BLAS is limited to one thread: what a block needs stays in a
core's cache between the steps, and no thread waits. Blocks are chosen by shape alone, never by the
number of threads, so results are identical bit for bit for any number of them.
"""

import contextvars
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

import numpy as np
from threadpoolctl import ThreadpoolController

from minivgg.backend.resources import cpus

Item = TypeVar("Item")  # a block of work

_logger = logging.getLogger(__name__)
_lock = threading.Lock()  # guards the four variables below
# The number that set_num_threads was given; None: as many as there are CPUs.
_requested: int | None = None
_executor: ThreadPoolExecutor | None = None  # one thread less than are used: the caller works too
_callers = 0  # how many calls of run() keep BLAS limited to one thread now
# The number of threads that each BLAS library gets back after the last of them.
_blas_threads: list[int] = []
_local = threading.local()  # .in_block: whether this thread is working on a block


def set_num_threads(n: int) -> None:
    """Set the number of threads of this package's operations and of BLAS, in the whole process.

    Parameters
    ----------
    n : int
        At least 1.

    Raises
    ------
    TypeError
        If n is no integer.
    ValueError
        If n is below 1 or far above the number of CPUs.
    """
    global _requested, _executor
    if not isinstance(n, int | np.integer) or isinstance(n, bool):
        raise TypeError(f"the number of threads must be an integer, got {n!r}")
    most = max(64, 4 * (os.cpu_count() or 1))  # far more would only wait for each other
    if not 1 <= n <= most:
        raise ValueError(f"the number of threads must be from 1 to {most} here, got {n}")
    with _lock:
        _requested = int(n)
        _blas_threads[:] = [_requested] * len(_blas_libraries())
        if not _callers:
            for _, set_blas_threads in _blas_libraries():
                set_blas_threads(_requested)
        if _executor:
            _executor.shutdown(wait=False)
        _executor = None


def get_num_threads() -> int:
    """How many threads are used.

    Returns
    -------
    n : int
        The number that was set. By default as many as there are CPUs for this process (its affinity
        and cgroup), but not more than the environment allows BLAS.
    """
    with _lock:
        return _requested or _default_num_threads()


def run(make_worker: Callable[[], Callable[[Item], object]], blocks: Iterable[Item]) -> None:
    """Work through blocks on all threads.

    Called from within a block, this runs on that thread alone. The first error of any block is
    raised here, after all threads have stopped.

    Parameters
    ----------
    make_worker : callable
        Called once on each thread; makes the scratch memory of that thread and returns the function
        that handles a block.
    blocks : iterable
        Taken in order, each once. Two may run at the same time, so they must not write to the same
        memory.
    """
    blocks = deque(blocks)
    if getattr(_local, "in_block", False):
        _work(make_worker, blocks)
        return
    executor, threads = _enter()
    try:
        helpers = min(threads, len(blocks)) - 1
        if executor and helpers > 0:
            _work_together(executor, helpers, make_worker, blocks)
        else:
            _work(make_worker, blocks)
    finally:
        _leave()


def for_each(function: Callable[[Item], object], blocks: Iterable[Item]) -> None:
    """``run`` for a function of a block that needs no scratch memory.

    Parameters
    ----------
    function : callable
        Handles a block.
    blocks : iterable
        As for ``run``.
    """
    run(lambda: function, blocks)


def _work(make_worker: Callable[[], Callable[[Item], object]], blocks: deque[Item]) -> None:
    """Take blocks until none is left, on this thread."""
    outermost, _local.in_block = not getattr(_local, "in_block", False), True
    try:
        worker = None
        while blocks:
            try:
                block = blocks.popleft()
            except IndexError:  # another thread took the last one
                return
            worker = worker or make_worker()
            worker(block)
    except BaseException:
        blocks.clear()  # after an error no thread starts another block
        raise
    finally:
        _local.in_block = not outermost


def _work_together(
    executor: ThreadPoolExecutor,
    helpers: int,
    make_worker: Callable[[], Callable[[Item], object]],
    blocks: deque[Item],
) -> None:
    """``_work`` on this thread and on up to ``helpers`` others, as far as they are free."""
    job = [make_worker, blocks]
    futures = _submit(executor, helpers, job)
    try:
        _work(make_worker, blocks)
    finally:
        errors = [future.exception() for future in futures if not future.cancel()]
        job.clear()  # a cancelled future stays in the queue for a while: it must hold no arrays
    for error in errors:
        if error:
            raise error


def _submit(executor: ThreadPoolExecutor, helpers: int, job: list[Any]) -> list[Future[None]]:
    """Futures of ``_work`` in copies of this context, which has NumPy's errstate."""
    futures = []
    with suppress(RuntimeError):  # the interpreter ends, or set_num_threads was called just now
        for _ in range(helpers):
            in_context = contextvars.copy_context().run
            futures.append(executor.submit(in_context, lambda: _work(*job)))
    return futures


def _enter() -> tuple[ThreadPoolExecutor | None, int]:
    """Limit BLAS to one thread. Returns the executor, and how many threads the caller may use.

    Callers are counted, so that two of them at once neither give BLAS its threads back too early,
    nor remember the wrong number, nor together use many more threads than they should.
    """
    global _callers, _executor
    with _lock:
        threads = _requested or _default_num_threads()
        if _executor is None and threads > 1:
            _executor = ThreadPoolExecutor(threads - 1, "minivgg")
        if not _callers:
            _blas_threads.clear()
            for get_blas_threads, set_blas_threads in _blas_libraries():
                _blas_threads.append(get_blas_threads())
                set_blas_threads(1)
        threads = max(1, threads - _callers)
        _callers += 1
        return _executor, threads


def _leave() -> None:
    """Give BLAS its threads back after the last caller."""
    global _callers
    with _lock:
        _callers -= 1
        if not _callers:
            for (_, set_blas_threads), number in zip(_blas_libraries(), _blas_threads, strict=True):
                set_blas_threads(number)


@cache
def _blas_libraries() -> list[tuple[Callable[[], int], Callable[[int], object]]]:
    """(get, set) of the number of threads of each BLAS library.

    Found once: finding takes a millisecond, setting microseconds. For OpenBLAS, threadpoolctl 3.8
    ignores a call unless it comes from the thread that made the first one. Here ``_lock`` keeps
    threads apart, so the method inside is called.
    """
    libraries = ThreadpoolController().select(user_api="blas").lib_controllers
    if not libraries and os.environ.get("VECLIB_MAXIMUM_THREADS") != "1":
        _logger.warning(
            "minivgg cannot limit NumPy's BLAS library to one thread, so results may depend on the "
            "number of threads. If it is Accelerate (on macOS), set VECLIB_MAXIMUM_THREADS=1 "
            "before Python starts."
        )
    return [
        (
            library.get_num_threads,
            getattr(library, "_real_set_num_threads", library.set_num_threads),
        )
        for library in libraries
    ]


@cache
def _default_num_threads() -> int:
    return max(1, min([cpus(), *(get_blas_threads() for get_blas_threads, _ in _blas_libraries())]))


def _reset_after_fork() -> None:
    """In the child process the other threads are gone: none of them will leave ``run``."""
    global _callers, _executor, _lock
    _executor, _lock, _local.in_block = None, threading.Lock(), False
    if _callers:
        _callers = 1
        _leave()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)
