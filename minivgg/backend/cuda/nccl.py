"""Sums over the GPUs of several processes, by NCCL."""

import warnings
from collections.abc import Callable
from types import ModuleType

from minivgg.backend.devices import cupy
from minivgg.backend.types import GPUArray


def has_nccl() -> bool:
    """Whether CuPy has NCCL."""
    return _nccl() is not None


def card_address(device: str) -> str:
    """Where on its machine's bus a card is: the same card may have a number in each process.

    device: "gpu:0", "gpu:1" …
    """
    return str(cupy().cuda.Device(int(device.partition(":")[2])).pci_bus_id)


def _nccl() -> ModuleType | None:
    """CuPy's module of NCCL, or None; since CuPy 14 it must be imported by its name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the library of NCCL is missing
        try:
            from cupy.cuda import nccl
        except ImportError:
            return None
    return nccl if nccl.available else None


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
        cuda, nccl = cupy().cuda, _nccl()
        if nccl is None:
            raise RuntimeError("CuPy has no NCCL")
        self.nccl = nccl
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
