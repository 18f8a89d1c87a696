"""CUDA graphs: all launches of a function, recorded once and repeated by a single call.

The kernels of a small net take less time than Python needs to launch them one by one. A graph needs
about as long as its kernels.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from minivgg.backend.cuda import cublas
from minivgg.backend.devices import cupy
from minivgg.backend.types import Array

# (results, kept): what is new in each call, and arrays that the next call may overwrite.
Results: TypeAlias = tuple[tuple[object, ...], tuple[Array, ...]]


class CudaGraph:
    """What a function launches for arrays of given shapes, dtypes and orders in memory.

    Nothing is computed while it is recorded. The arrays that the function makes have memory of
    their own, which nobody else gets as long as the recording lives.

    Parameters
    ----------
    function : callable
        From arrays to (results, kept), two tuples. It launches the same kernels in every call,
        reads no array back, and has been called before, so that everything is compiled.
    arguments : sequence of array
        They are copied: a recording reads its arguments from memory of its own.

    Raises
    ------
    RuntimeError
        If the function does what cannot be recorded, such as reading an array back.
    MemoryError
        If its arrays do not fit.
    """

    def __init__(self, function: Callable[..., Results], arguments: Sequence[Array]) -> None:
        xp = cupy()
        self._pool = xp.cuda.MemoryPool()
        self._arguments = [xp.copy(a, order="K") for a in arguments]
        stream = xp.cuda.Stream(non_blocking=True)
        with stream, xp.cuda.using_allocator(self._pool.malloc):
            self._workspace = cublas.new_workspace()
            stream.begin_capture()
            try:
                with cublas.on_recorded_stream(stream, self._workspace):
                    self._results, self._kept = function(*self._arguments)
            except RuntimeError as error:
                _drop(stream)
                raise RuntimeError(
                    f"this cannot be recorded as a CUDA graph ({error}): perhaps a layer or a loss "
                    "reads numbers back from the GPU, as float(), if and print() do"
                ) from error
            except BaseException:
                _drop(stream)
                raise
            self._graph = stream.end_capture()

    def __call__(self, *arguments: Array) -> Results:
        """Compute everything anew from other arguments, on the current stream.

        Returns
        -------
        results : tuple
            Copies of the arrays that the function returned; other objects are those of the
            recording.
        kept : tuple of array
            The arrays themselves, which the next call overwrites.
        """
        for own, given in zip(self._arguments, arguments, strict=True):
            own[...] = given
        self._graph.launch()
        is_array = cupy().ndarray
        return tuple(a.copy() if isinstance(a, is_array) else a for a in self._results), self._kept


def _drop(stream: object) -> None:
    """End a recording that failed; CUDA then says once more that it did."""
    try:
        stream.end_capture()  # type: ignore[attr-defined]
    except RuntimeError:
        return
