"""Floor 5: synchronous data parallelism (§3.3): each rank computes the gradient of its part of the batch, and all step with the sum.

``mpiexec -n 4 python -m minivgg train`` starts four processes, the ranks; MPI carries the sums between them. A part's loss and gradient are
weighted by its share in the batch, so the sum is the gradient of the whole batch, and "the result is exactly the same as when training on a
single" machine, but for rounding. Gradients are packed into buckets, last layer first, and a bucket is sent while the layers before are
still computing theirs.
"""

import json
import os
import queue
import sys
import threading
import time
import traceback
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from minivgg import backend
from minivgg.backend.resources import cpus

STARTED_BY = (
    "PMI_SIZE",
    "PMIX_RANK",
    "OMPI_COMM_WORLD_SIZE",
    "MPI_LOCALNRANKS",
    "SLURM_STEP_NUM_TASKS",
)  # what launchers of MPI set
BUCKET = 4 * 2**20  # bytes of gradients that are sent at once
PAUSE = 5e-5  # seconds between two looks whether a sum has come


class Alone:
    """One process, no others: what training is without ``mpiexec``."""

    rank, size, local_rank, local_size = 0, 1, 0, 1

    def sum(self, values):
        """The sum of small arrays over all ranks."""
        return values

    def broadcast(self, thing):
        """What rank 0 has."""
        return thing

    def require_same(self, what):
        """Nobody to differ from."""

    def exchange(self, parameters):
        """The gradients are all here."""
        return _Nothing()


class _Nothing:
    """What there is to exchange when there is one rank."""

    waited = 0.0

    def expect(self):
        """Nothing is sent."""

    def finish(self):
        """Nothing is waited for."""

    def close(self):
        """Nothing is left."""


ALONE = Alone()


class World:
    """The ranks that one ``mpiexec`` started. ``rank`` of ``size``; ``local_rank`` of ``local_size`` on this machine.

    Raises ``RuntimeError`` without mpi4py, or where MPI cannot be used by two threads.
    """

    def __init__(self):
        try:
            from mpi4py import MPI
        except ImportError as error:
            raise RuntimeError(
                f"started by mpiexec, but mpi4py is missing: pip install minivgg[mpi] ({error})"
            ) from error
        if MPI.Query_thread() < MPI.THREAD_MULTIPLE:
            raise RuntimeError(
                "this MPI cannot be used by two threads at once (MPI_THREAD_MULTIPLE): install that of minivgg[mpi]"
            )
        self.mpi, self.comm = MPI, MPI.COMM_WORLD
        self.background = self.comm.Dup()  # for the thread that sums gradients
        self.rank, self.size = self.comm.Get_rank(), self.comm.Get_size()
        self.local = self.comm.Split_type(MPI.COMM_TYPE_SHARED)
        self.local_rank, self.local_size = self.local.Get_rank(), self.local.Get_size()

    def sum(self, values):
        """The sum of small arrays over all ranks."""
        values = np.array(values, float)
        self.comm.Allreduce(self.mpi.IN_PLACE, values)
        return values

    def sum_in_background(self, memory):
        """Sum an array over all ranks, in place, from another thread. It sleeps between looks: MPI's own way to wait keeps a core busy."""
        request = self.background.Iallreduce(self.mpi.IN_PLACE, memory)
        while not request.Test():
            time.sleep(PAUSE)

    def broadcast(self, thing):
        """What rank 0 has: anything that can be pickled."""
        return self.comm.bcast(thing)

    def require_same(self, what):
        """Raise ``ValueError`` on all ranks, naming what differs, where {name: value} is not the same everywhere."""
        mine = {
            name: json.dumps(value, sort_keys=True, default=str) for name, value in what.items()
        }
        everywhere = self.comm.allgather(mine)
        for name in mine:
            other = next(
                (
                    rank
                    for rank, theirs in enumerate(everywhere)
                    if theirs.get(name) != everywhere[0].get(name)
                ),
                None,
            )
            if other is not None:
                values = [json.loads(everywhere[rank].get(name, "null")) for rank in (0, other)]
                raise ValueError(
                    f"ranks 0 and {other} differ in {name}: {values[0]!r:.200} and {values[1]!r:.200}; start all of them alike"
                )

    def device_sums(self, device):
        """What sums arrays on GPUs, a ``kernels.gpu.Nccl``, or None: on the CPU, and where some rank has no NCCL or shares its GPU.

        Without it gradients go through the host's memory, which is said once.
        """
        if device == "cpu":
            return None
        from minivgg.backend.cuda import convolution

        mine = (self.local_rank, device, convolution.has_nccl())
        everywhere = self.local.allgather(mine)
        able = all(can for _, _, can in everywhere) and len(
            {name for _, name, _ in everywhere}
        ) == len(everywhere)
        if all(self.comm.allgather(able)):
            return convolution.Nccl(self.rank, self.size, self.broadcast)
        if self.rank == 0:
            sys.stderr.write(
                "minivgg: without NCCL, or with several ranks on one GPU, gradients go through the host's memory\n"
            )
        return None

    def exchange(self, parameters):
        """The sum of gradients over all ranks, beginning while they are computed: an ``Exchange``."""
        return Exchange(self, [p for p in parameters.values() if not p.frozen])


class Exchange:
    """Sums the gradients of parameters over all ranks in the background, bucket by bucket.

    In each step: ``expect()``, then the backward pass that completes the gradients, then ``finish()``. ``waited``: seconds in ``finish``.
    overlap: whether buckets are sent as soon as they are full, not only in ``finish``.
    """

    def __init__(self, world, parameters, overlap=True):
        self.world, self.overlap, self.waited = world, overlap, 0.0
        self.buckets, self.device = _buckets(parameters), backend.device_of(parameters[0].data)
        self.on_device = world.device_sums(self.device)
        self.bucket_of = {id(p): bucket for bucket in self.buckets for p in bucket.parameters}
        self.jobs, self.errors, self.done = queue.SimpleQueue(), [], threading.Semaphore(0)
        self.next = 0  # the bucket whose turn it is: all ranks send them in the same order
        self.thread = threading.Thread(target=self._serve, daemon=True, name="gradients")
        self.thread.start()

    def expect(self):
        """From now on gradients that arrive are complete."""
        self.next = 0
        for bucket in self.buckets:
            bucket.missing = len(bucket.parameters)
        for p in self._parameters() if self.overlap else ():
            p.post_accumulate_grad_hook = self._arrived

    def finish(self):
        """Send what has not been sent, wait for all sums, and put them into the parameters' gradients."""
        started = time.perf_counter()
        for p in self._parameters():
            p.post_accumulate_grad_hook = None
        for bucket in self.buckets[self.next :]:
            self.jobs.put(bucket)
        for _ in self.buckets:
            self.done.acquire()
        if self.errors:
            raise RuntimeError(f"the ranks cannot reach each other any more: {self.errors[0]}")
        for bucket in self.buckets:
            bucket.unpack()
        self.waited += time.perf_counter() - started

    def close(self):
        """End the thread."""
        self.jobs.put(None)
        self.thread.join()

    def _parameters(self):
        return (p for bucket in self.buckets for p in bucket.parameters)

    def _arrived(self, parameter):
        bucket = self.bucket_of[id(parameter)]
        bucket.missing -= 1
        while self.next < len(self.buckets) and self.buckets[self.next].missing == 0:
            self.jobs.put(self.buckets[self.next])
            self.next += 1

    def _serve(self):
        """The thread: pack a bucket, sum it over the ranks, say that it is done."""
        backend.set_thread_device(self.device)
        while (bucket := self.jobs.get()) is not None:
            try:
                bucket.pack()
                if self.on_device:
                    self.on_device.sum(bucket.memory)
                else:
                    host = backend.to_numpy(bucket.memory)  # the same memory, on the CPU
                    self.world.sum_in_background(host)
                    if host is not bucket.memory:
                        bucket.memory[...] = backend.to_device(host, self.device)
            except Exception as error:  # said by the thread that waits
                self.errors.append(error)
            self.done.release()


class _Bucket:
    """Gradients that are sent together, one after the other in one piece of memory."""

    def __init__(self, parameters):
        self.parameters, self.missing = parameters, len(parameters)
        sizes = [p.data.size for p in parameters]
        self.memory = backend.namespace(parameters[0].data).empty(
            sum(sizes), parameters[0].data.dtype
        )
        ends = np.cumsum(sizes)
        places = [self.memory[end - size : end] for size, end in zip(sizes, ends, strict=True)]
        self.places = [
            _shaped_like(p.data, place) for p, place in zip(parameters, places, strict=True)
        ]

    def pack(self):
        """Gradients into memory. What has none, because this rank had no image, counts 0."""
        for p, place in zip(self.parameters, self.places, strict=True):
            place[...] = p.grad if p.has_grad else 0

    def unpack(self):
        """Memory into gradients."""
        for p, place in zip(self.parameters, self.places, strict=True):
            p.grad = place


def _shaped_like(a, memory):
    """``memory``, one number after the other, with the shape of ``a`` and its order in memory: nothing is turned round on the way."""
    order = sorted(range(a.ndim), key=lambda axis: -a.strides[axis])
    return memory.reshape([a.shape[axis] for axis in order]).transpose(np.argsort(order))


def _buckets(parameters):
    """Parameters, last first, in groups of one dtype and about BUCKET bytes."""
    groups = []
    for p in reversed(parameters):
        full = groups and sum(q.data.nbytes for q in groups[-1]) + p.data.nbytes > BUCKET
        if not groups or full or groups[-1][0].data.dtype != p.data.dtype:
            groups.append([])
        groups[-1].append(p)
    return [_Bucket(group) for group in groups]


_world = None


def world():
    """The ranks that this process is one of: a ``World`` where a launcher of MPI started several, else ``ALONE``."""
    global _world
    if _world is None:
        several = (
            any(os.environ.get(name, "1") not in ("", "0", "1") for name in STARTED_BY)
            or "PMIX_RANK" in os.environ
        )
        _world = World() if several else ALONE
        if _world.size == 1:
            _world = ALONE
    return _world


@contextmanager
def together(world):
    """Within the block an error of one rank ends all of them, with one sentence: the others would wait for it for ever."""
    try:
        yield
    except KeyboardInterrupt as stop:
        if world.rank:
            raise SystemExit(130) from stop  # rank 0 says where they all stopped
        raise
    except SystemExit:
        raise
    except BaseException as error:
        if world.size == 1:
            raise
        if os.environ.get("MINIVGG_DEBUG"):
            traceback.print_exc()
        if world.rank:
            time.sleep(1)  # if all have the same trouble, rank 0 says so and ends this rank, too
        where = "" if world.rank == 0 else f"rank {world.rank}: "
        sys.stderr.write(f"minivgg: {where}{error or type(error).__name__}\n")
        sys.stderr.flush()
        world.comm.Abort(2)


def settle(world):
    """Give each rank of this machine processors of its own; returns how many threads it should have.

    Where ranks share all processors, the system moves them about, and two may sit on one for a while. Does nothing where the launcher has
    bound them already, or where there are more ranks than processors.
    """
    if world.size == 1 or not hasattr(os, "sched_getaffinity"):
        return max(1, cpus() // world.local_size)
    mine = sorted(os.sched_getaffinity(0))
    shared = all(theirs == mine for theirs in world.local.allgather(mine))
    if not shared:
        return cpus()
    each = min(len(mine), cpus()) // world.local_size
    if each:
        for task in Path(
            "/proc/self/task"
        ).iterdir():  # those of BLAS, too, which are there already
            os.sched_setaffinity(
                int(task.name), mine[world.local_rank * each : (world.local_rank + 1) * each]
            )
    return max(1, each)
