"""Floor 0: how many threads, and blocks of work shared out among them.

NumPy's copies and sums run on one thread, and BLAS splits each product by itself and waits for all parts. Here instead a job is
cut into blocks, and every thread takes block after block through all steps of the job, with BLAS held to one thread inside: nothing
leaves a core's cache between the steps, and nobody waits. Blocks are cut by shape alone, never by the number of threads, so
results are the same to the bit for any number of them.
"""

import contextvars
import os
import threading
from collections import deque
from contextlib import contextmanager
from queue import SimpleQueue

import numpy as np
from threadpoolctl import ThreadpoolController

from minivgg.backend import resources

_lock = threading.Lock()  # guards everything below
_asked = None  # what set_num_threads was last told; None: as many as there are CPUs for us
_allowed = None  # how many CPUs there are for us, found out once
_helpers = None  # one less than threads: the caller works too
_blas = None  # [library, its own number of threads], found once: finding takes a millisecond, setting microseconds
_running = 0  # how many callers have BLAS held to one thread now
_here = threading.local()  # .inside: whether this thread is already working on a block


def set_num_threads(n):
    """Use ``n`` threads for the operations of this package and for BLAS (the whole process; ``n`` a positive integer)."""
    global _asked, _helpers
    if not isinstance(n, int | np.integer) or isinstance(n, bool):
        raise TypeError(f"the number of threads is a whole number, got {n!r}")
    most = max(64, 4 * (os.cpu_count() or 1))  # far more than cores only wait for each other
    if not 1 <= n <= most:
        raise ValueError(f"the number of threads is at least 1 and at most {most} here, got {n}")
    with _lock:
        _asked = int(n)
        for entry in _libraries():
            entry[1] = _asked
            if not _running:
                entry[0].set_num_threads(_asked)
        if _helpers:
            _helpers.end()
        _helpers = None


def get_num_threads():
    """How many threads are used: what was set, else as many as CPUs are ours (affinity, cgroup) and BLAS was allowed by its environment."""
    with _lock:
        return _number()


def run(start, blocks):
    """Work through ``blocks`` on all threads: each calls ``start()`` once, and what that returns with every block that it takes.

    ``start`` makes the scratch of one thread and returns the function that handles a block. Blocks are taken in order, each once; two
    may run at the same time, so they must not write to the same memory. Called from within a block it runs on that thread alone.
    The first error of any block is raised here, after all threads have stopped.
    """
    blocks = deque(blocks)
    if getattr(_here, "inside", False):
        _work(start, blocks)
        return
    with _one_blas_thread() as (helpers, threads):
        jobs = [_Job(start, blocks) for _ in range(min(threads, len(blocks)) - 1)]
        for job in jobs:
            helpers.give(job)
        try:
            _work(start, blocks)
        finally:
            for job in jobs:
                job.finish()
    for job in jobs:
        if job.error:
            raise job.error


def for_each(function, blocks):
    """``run`` for a function of a block that needs no scratch."""
    run(lambda: function, blocks)


class _Job:
    """One helper's share of a ``run``: begun once at most, by a helper, or called off by whoever gave it."""

    def __init__(self, start, blocks):
        self.start, self.blocks, self.context = (
            start,
            blocks,
            contextvars.copy_context(),
        )  # NumPy's errstate is in the context
        self.begun, self.running, self.error = threading.Lock(), threading.Lock(), None
        self.running.acquire()

    def __call__(self):
        if self.begun.acquire(blocking=False):
            try:
                self.context.run(_work, self.start, self.blocks)
            except BaseException as error:  # raised where the job was given
                self.error = error
            self._let_go()
            self.running.release()

    def finish(self):
        """Wait for the helper that has begun; without one there is nothing to wait for."""
        if self.begun.acquire(blocking=False):
            self._let_go()
        else:
            self.running.acquire()

    def _let_go(self):
        """Hold no arrays any longer than the work takes: a job that was called off may lie in the queue for a while."""
        self.start = self.blocks = self.context = None


class _Helpers:
    """Threads that wait for jobs; they are daemons, so they end with the process."""

    def __init__(self, number):
        self.jobs = SimpleQueue()
        self.give = self.jobs.put
        self.threads = [
            threading.Thread(target=self._serve, name=f"minivgg-{i}", daemon=True)
            for i in range(number)
        ]
        for thread in self.threads:
            thread.start()

    def end(self):
        """Let the threads end after what they are doing."""
        for _ in self.threads:
            self.give(None)

    def _serve(self):
        for job in iter(self.jobs.get, None):
            job()


def _work(start, blocks):
    outside, _here.inside = not getattr(_here, "inside", False), True
    try:
        function = None
        while blocks:
            try:
                block = blocks.popleft()
            except IndexError:  # another thread took the last one
                return
            function = function or start()
            function(block)
    except BaseException:
        blocks.clear()  # after an error nobody starts another block
        raise
    finally:
        _here.inside = not outside


@contextmanager
def _one_blas_thread():
    """BLAS computes each product on the thread that asks for it, until the last caller has left: yields (helpers, threads for this caller).

    Callers are counted, so that two of them at once neither give BLAS its threads back too early, nor remember the wrong number, nor
    together use many more threads than they should.
    """
    global _running, _helpers
    with _lock:
        threads = _number()
        if _helpers is None and threads > 1:
            _helpers = _Helpers(threads - 1)
        helpers = _helpers
        if not _running:
            for entry in _libraries():
                entry[1] = entry[0].get_num_threads()
                entry[0].set_num_threads(1)
        threads = max(1, threads - _running)
        _running += 1
    try:
        yield helpers, threads
    finally:
        with _lock:
            _running -= 1
            if not _running:
                for library, number in _libraries():
                    library.set_num_threads(number)


def _libraries():
    global _blas
    if _blas is None:
        _blas = [
            [library, library.get_num_threads()]
            for library in ThreadpoolController().select(user_api="blas").lib_controllers
        ]
    return _blas


def _number():
    global _allowed
    if _allowed is None:
        _allowed = max(1, min([resources.cpus(), *(number for _, number in _libraries())]))
    return _asked or _allowed


def _forget():
    """In a forked child: threads do not survive a fork, and nobody is left there to give BLAS its threads back."""
    global _helpers, _lock, _running
    if _running:
        for library, number in _libraries():
            library.set_num_threads(number)
    _helpers, _lock, _running = None, threading.Lock(), 0
    _here.inside = False


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
