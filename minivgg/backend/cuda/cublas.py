"""cuBLAS's function for stacks of products, called without CuPy where that is possible.

CuPy refuses to call cuBLAS while launches are recorded (``graph.py``), although cuBLAS itself can
be recorded.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from minivgg.backend.devices import cupy
from minivgg.backend.types import GPUArray

if TYPE_CHECKING:
    from cupy.cuda import Stream

GEMM_DEFAULT = -1  # CUBLAS_GEMM_DEFAULT: cuBLAS chooses the kernel
NUMBER_TYPES = {"f": 0, "d": 1}  # CUDA_R_32F, CUDA_R_64F
# CUBLAS_COMPUTE_32F, CUBLAS_COMPUTE_64F; whether the former may use TF32 is the handle's math mode
COMPUTE_TYPES = {"f": 68, "d": 70}
WORKSPACE_BYTES = 32 << 20  # what NVIDIA recommends for an H100; smaller cards need less
STATUS_SUCCESS = 0

_P, _I, _L = ctypes.c_void_p, ctypes.c_int, ctypes.c_longlong
_GEMM_ARGUMENTS = (
    *(_P, _I, _I, _I, _I, _I),  # handle, whether a and b are transposed, m, n, k
    *(_P, _P, _I, _I, _L, _P, _I, _I, _L),  # alpha; address, type, rows and step of a and b
    *(_P, _P, _I, _I, _L),  # beta; the same of c
    *(_I, _I, _I),  # count, compute type, algorithm
)

_recorded_handles: set[int] = set()  # that keep their stream while launches are recorded


class Factor(NamedTuple):
    """Matrices that lie one after the other, each column after column.

    Parameters
    ----------
    array : array
        Their memory.
    transposed : bool
        Whether the products take them transposed.
    rows, numbers : int
        Of a matrix as it lies.
    """

    array: GPUArray
    transposed: bool
    rows: int
    numbers: int


def stacked_products(
    sizes: tuple[int, int, int, int], a: Factor, b: Factor, out: GPUArray, add: bool
) -> None:
    """Fill ``out`` with the products a·b, or add them to it.

    Parameters
    ----------
    sizes : (int, int, int, int)
        (count, m, n, k): each product is (m, k)·(k, n).
    a, b : Factor
        What is multiplied.
    out : array
        The memory of the results, (m, n) each.
    add : bool
        Whether to add to what is there.

    Raises
    ------
    RuntimeError
        If cuBLAS refuses.
    """
    count, m, n, k = sizes
    cuda, dtype = cupy().cuda, out.dtype
    handle, kind = cuda.device.get_cublas_handle(), NUMBER_TYPES[dtype.char]
    arguments = (
        handle, int(a.transposed), int(b.transposed), m, n, k,
        _address_of(1, dtype), a.array.data.ptr, kind, a.rows, a.numbers,
        b.array.data.ptr, kind, b.rows, b.numbers,
        _address_of(int(add), dtype), out.data.ptr, kind, m, m * n, count,
    )  # fmt: skip
    library = _library(cupy())
    if library is None:
        cuda.cublas.gemmStridedBatchedEx(*arguments, kind, GEMM_DEFAULT)
        return
    if handle not in _recorded_handles:  # CuPy may have left it on another stream
        library.call("cublasSetStream_v2", handle, cuda.get_current_stream().ptr)
    compute = COMPUTE_TYPES[dtype.char]
    library.call("cublasGemmStridedBatchedEx", *arguments, compute, GEMM_DEFAULT)


def can_be_recorded() -> bool:
    """Whether cuBLAS is called directly, which recording needs."""
    return _library(cupy()) is not None


def new_workspace() -> GPUArray:
    """Memory in which products are computed while launches are recorded, and when they run.

    It must live as long as the recording. cuBLAS would allocate its own for each product.
    """
    return cupy().empty(WORKSPACE_BYTES, np.uint8)


@contextmanager
def on_recorded_stream(stream: "Stream", workspace: GPUArray) -> Iterator[None]:
    """Inside the block, this thread's products go to a stream whose launches are being recorded.

    Raises ``RuntimeError`` if cuBLAS's functions are not found.
    """
    library = _library(cupy())
    if library is None:
        raise RuntimeError("launches cannot be recorded: cuBLAS's functions were not found")
    handle = cupy().cuda.device.get_cublas_handle()
    library.call("cublasSetStream_v2", handle, stream.ptr)
    library.call("cublasSetWorkspace_v2", handle, workspace.data.ptr, WORKSPACE_BYTES)
    _recorded_handles.add(handle)
    try:
        yield
    finally:
        _recorded_handles.discard(handle)


class _Library:
    """Functions of cuBLAS by their names in C.

    Finding them through CuPy's own module, which is linked to cuBLAS, gives the same library
    wherever that lies. Raises ``AttributeError`` or ``OSError`` where that is impossible, as on
    Windows.
    """

    def __init__(self, path: str) -> None:
        library = ctypes.CDLL(path)
        arguments = {
            "cublasGemmStridedBatchedEx": _GEMM_ARGUMENTS,
            "cublasSetStream_v2": (_P, _P),
            "cublasSetWorkspace_v2": (_P, _P, ctypes.c_size_t),
        }
        self._functions = {name: getattr(library, name) for name in arguments}
        for name, types in arguments.items():
            self._functions[name].argtypes = types

    def call(self, name: str, *arguments: int) -> None:
        """Call a function; ``RuntimeError`` unless it succeeds."""
        status = self._functions[name](*arguments)
        if status != STATUS_SUCCESS:
            raise RuntimeError(f"cuBLAS: {name} failed with status {status}")


@cache
def _library(xp: ModuleType) -> _Library | None:
    """cuBLAS, or None where only CuPy, ``xp``, can call it."""
    path = getattr(xp.cuda.cublas, "__file__", None)
    if path is None:
        return None
    try:
        return _Library(path)
    except (OSError, AttributeError):
        return None


_numbers: list[np.ndarray] = []  # that cuBLAS reads by their address


@cache
def _address_of(value: int, dtype: np.dtype) -> int:
    """Where a number lies in the CPU's memory, as long as the process lives."""
    _numbers.append(np.full((), value, dtype))
    return _numbers[-1].ctypes.data
