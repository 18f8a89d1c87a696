"""Sums over the GPUs of several processes, by NCCL."""

from collections.abc import Callable

from minivgg.backend.devices import cupy
from minivgg.backend.types import GPUArray


def has_nccl() -> bool:
    """Whether CuPy has NCCL."""
    return bool(getattr(getattr(cupy().cuda, "nccl", None), "available", False))


class Nccl:
    """Sums over the GPUs of several processes.

    Parameters
    ----------
    rank, size : int
        The number of this process, and how many there are.
    broadcast : callable
        A function that gives every process what rank 0 passes to it.
    """

    def __init__(self, rank: int, size: int, broadcast: Callable[[object], object]) -> None:
        cuda = cupy().cuda
        self.nccl = cuda.nccl
        self.comm = self.nccl.NcclCommunicator(
            size, broadcast(self.nccl.get_unique_id() if rank == 0 else None), rank
        )
        self.stream, self.cuda = cuda.Stream(non_blocking=True), cuda

    def sum(self, array: GPUArray) -> None:
        """Sum an array over all processes, in place; returns when it is done."""
        kind = {4: self.nccl.NCCL_FLOAT32, 8: self.nccl.NCCL_FLOAT64}[array.itemsize]
        self.stream.wait_event(
            self.cuda.get_current_stream().record()
        )  # after what fills the array
        self.comm.allReduce(
            array.data.ptr, array.data.ptr, array.size, kind, self.nccl.NCCL_SUM, self.stream.ptr
        )
        self.stream.synchronize()
