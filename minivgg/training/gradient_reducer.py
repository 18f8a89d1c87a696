"""The sum of gradients over all ranks, computed in the background while backward runs.

Gradients are packed into buckets, last layer first. A bucket is sent as soon as it is complete,
while backward computes the gradients of earlier layers.
"""

import queue
import threading
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from minivgg import backend
from minivgg.backend.types import Array
from minivgg.layers import Parameter

if TYPE_CHECKING:  # CuPy is optional
    from minivgg.backend.cuda.nccl import Nccl

BUCKET_BYTES = 4 * 2**20  # gradients that are sent together


class Connection(Protocol):
    """What sums arrays over the ranks: ``training.distributed.World``."""

    def sum_in_background(self, array: np.ndarray) -> None:
        """Sum an array over all ranks, in place, from another thread.

        Parameters
        ----------
        array : array
            Of the same shape and dtype on each rank.
        """

    def nccl(self, device: str) -> "Nccl | None":
        """What sums arrays on GPUs, if they can be summed there.

        Parameters
        ----------
        device : str
            Of the arrays.

        Returns
        -------
        Nccl or None
            None where gradients go through the host's memory.
        """


class NullReducer:
    """A single process has all gradients already."""

    waited = 0.0

    def prepare(self, passes: int = 1) -> None:
        """Do nothing: nothing is sent.

        Parameters
        ----------
        passes : int
            As for ``GradientReducer.prepare``.
        """

    def finish(self) -> None:
        """Do nothing: nothing is waited for."""

    def close(self) -> None:
        """Do nothing: there is no thread to end."""


class GradientReducer:
    """Sums the gradients of parameters over all ranks in a background thread, bucket by bucket.

    In each step: ``prepare``, then the backward passes, then ``finish``. Afterwards every parameter
    has a gradient: that of a parameter that no rank has used is 0, so that momentum and weight
    decay still act on it, whereas a single process leaves it as it is. To tell the two apart, each
    step would have to wait for a GPU.

    Parameters
    ----------
    world : Connection
        The ranks, a ``World``.
    parameters : iterable of Parameter
        In the order of the network, the same on each rank.
    overlap : bool
        Send buckets as soon as they are complete, not only in ``finish``.

    Attributes
    ----------
    waited : float
        Seconds spent in ``finish``, in all steps together.
    """

    def __init__(
        self, world: Connection, parameters: Iterable[Parameter], overlap: bool = True
    ) -> None:
        parameters = list(parameters)
        self.world, self.overlap, self.waited = world, overlap, 0.0
        self.buckets = make_buckets(parameters)
        self.device = backend.numbered_device_of(parameters[0].data)
        self.nccl = world.nccl(self.device)
        self.bucket_of = {id(p): bucket for bucket in self.buckets for p in bucket.parameters}
        self.queue: queue.SimpleQueue[Bucket | None] = queue.SimpleQueue()
        self.done = threading.Semaphore(0)
        self.errors: list[Exception] = []
        self.sent = 0  # how many buckets: all ranks send them in the same order
        self.thread = threading.Thread(target=self._run, daemon=True, name="gradients")
        self.thread.start()

    def prepare(self, passes: int = 1) -> None:
        """Begin a step.

        Parameters
        ----------
        passes : int
            How many backward passes make the gradients complete.
        """
        self.sent = 0
        for bucket in self.buckets:
            bucket.missing = passes * len(bucket.parameters)
            for p in bucket.parameters if self.overlap else ():
                p.post_accumulate_grad_hook = self._count

    def finish(self) -> None:
        """Send the remaining buckets, wait for all sums, and make them the gradients.

        Raises
        ------
        RuntimeError
            If the connection between the ranks is lost.
        """
        started = time.perf_counter()
        for bucket in self.buckets:
            for p in bucket.parameters:
                p.post_accumulate_grad_hook = None
        self._send(self.buckets[self.sent :])
        for _ in self.buckets:
            self.done.acquire()
        if self.errors:
            raise RuntimeError(f"the connection between the ranks is lost: {self.errors[0]}")
        for bucket in self.buckets:
            bucket.unpack()
        self.waited += time.perf_counter() - started

    def close(self) -> None:
        """End the thread."""
        self.queue.put(None)
        self.thread.join()

    def _count(self, parameter: Parameter) -> None:
        """A backward pass has added a gradient: send the buckets that are complete now."""
        self.bucket_of[id(parameter)].missing -= 1
        complete = self.sent
        while complete < len(self.buckets) and self.buckets[complete].missing == 0:
            complete += 1
        self._send(self.buckets[self.sent : complete])

    def _send(self, buckets: Sequence["Bucket"]) -> None:
        for bucket in buckets:
            self.queue.put(bucket)
        self.sent += len(buckets)

    def _run(self) -> None:
        """The background thread: pack a bucket, sum it over the ranks, report that it is done."""
        backend.set_thread_device(self.device)
        while (bucket := self.queue.get()) is not None:
            try:
                bucket.pack()
                self._sum(bucket.buffer)
            except Exception as error:  # raised by the thread that waits in ``finish``
                self.errors.append(error)
            self.done.release()

    def _sum(self, buffer: Array) -> None:
        """Sum an array over all ranks, in place."""
        if self.nccl:
            self.nccl.sum(buffer)
            return
        host = backend.to_numpy(buffer)  # on the CPU the buffer itself
        self.world.sum_in_background(host)
        if host is not buffer:
            buffer[...] = backend.to_device(host, self.device)


class Bucket:
    """Gradients that are sent together, one after the other in one buffer.

    Parameters
    ----------
    parameters : list of Parameter
        Of one dtype, whose gradients these are.

    Attributes
    ----------
    missing : int
        How many gradients of this step backward has still to add.
    """

    def __init__(self, parameters: list[Parameter]) -> None:
        self.parameters, self.missing = parameters, len(parameters)
        arrays = [p.data for p in parameters]
        ends = np.cumsum([a.size for a in arrays])
        self.buffer = backend.namespace(arrays[0]).empty(int(ends[-1]), arrays[0].dtype)
        self.views = [
            _view_like(a, self.buffer[end - a.size : end])
            for a, end in zip(arrays, ends, strict=True)
        ]

    def pack(self) -> None:
        """Copy the gradients into the buffer. A missing one, of a rank without images, counts 0."""
        for p, view in zip(self.parameters, self.views, strict=True):
            view[...] = p.grad if p.has_grad else 0

    def unpack(self) -> None:
        """Make the sums in the buffer the gradients."""
        for p, view in zip(self.parameters, self.views, strict=True):
            p.grad = view


def make_buckets(parameters: list[Parameter]) -> list[Bucket]:
    """Distribute parameters over buckets.

    Parameters
    ----------
    parameters : list of Parameter
        In the order of the network.

    Returns
    -------
    list of Bucket
        With the last parameters first, each of one dtype and about BUCKET_BYTES.
    """
    groups: list[list[Parameter]] = []
    for p in reversed(parameters):
        full = groups and sum(q.data.nbytes for q in groups[-1]) + p.data.nbytes > BUCKET_BYTES
        if not groups or full or groups[-1][0].data.dtype != p.data.dtype:
            groups.append([])
        groups[-1].append(p)
    return [Bucket(group) for group in groups]


def _view_like(a: Array, memory: Array) -> Array:
    """The contiguous ``memory`` with the shape and memory order of ``a``: nothing is transposed."""
    order = sorted(range(a.ndim), key=lambda axis: -a.strides[axis])
    return memory.reshape([a.shape[axis] for axis in order]).transpose(np.argsort(order).tolist())
