"""Functions whose launches on a GPU are recorded and repeated; on the CPU they are just called."""

from collections.abc import Callable, Iterable

from minivgg.backend.cuda.cublas import can_be_recorded
from minivgg.backend.cuda.graph import CudaGraph, Results
from minivgg.backend.devices import device_of, numbered_device_of
from minivgg.backend.precision import product_precision
from minivgg.backend.types import Array

__all__ = ["Graphed", "Results", "can_be_graphed"]


def can_be_graphed(x: Array) -> bool:
    """Whether launches for an array can be recorded.

    Parameters
    ----------
    x : array
        NumPy's or CuPy's.

    Returns
    -------
    possible : bool
        False on the CPU, and where cuBLAS can only be called through CuPy.
    """
    return device_of(x) == "gpu" and can_be_recorded()


class Graphed:
    """A function of arrays that runs as a CUDA graph from its second call with a shape on.

    The first call with arrays of some shapes is an ordinary one, in which kernels are compiled and
    algorithms are chosen. The second one records what it launches. All others launch it at once, in
    about the time that the kernels take by themselves. Where cuBLAS can only be called through
    CuPy, as on Windows, all calls are ordinary ones.

    Parameters
    ----------
    function : callable
        From arrays to (results, kept), two tuples. It must launch the same kernels for all arrays
        of the same shapes, change no state of Python's, and read nothing back from the GPU.
    depends_on : callable, optional
        Returns the objects whose memory the launches use, such as weights. Once one of them is
        another object than before, everything is recorded anew.

    Examples
    --------
    >>> import numpy as np
    >>> double = Graphed(lambda x: ((2 * x,), ()))
    >>> (y,), _ = double(np.array([1.0, 2.0]))
    >>> y
    array([2., 4.])
    """

    def __init__(
        self,
        function: Callable[..., Results],
        depends_on: Callable[[], Iterable[object]] = tuple,
    ) -> None:
        self._function, self._depends_on = function, depends_on
        self._used: list[object] = []
        self._graphs: dict[object, CudaGraph | None] = {}  # None after the first call

    def __call__(self, *arrays: Array) -> Results:
        """What the function returns.

        Parameters
        ----------
        *arrays : array
            All on one device, at least one.

        Returns
        -------
        results : tuple
            As the function returned them, in memory of their own.
        kept : tuple of array
            On the GPU the next call overwrites them.

        Raises
        ------
        RuntimeError
            If the function does what cannot be recorded.
        """
        if not can_be_graphed(arrays[0]):
            return self._function(*arrays)
        self._drop_outdated()
        key = (
            product_precision(),
            *((a.shape, a.strides, a.dtype.char, numbered_device_of(a)) for a in arrays),
        )
        if key not in self._graphs:
            self._graphs[key] = None
            return self._function(*arrays)
        graph = self._graphs[key]
        if graph is None:
            graph = self._graphs[key] = CudaGraph(self._function, arrays)
        return graph(*arrays)

    def _drop_outdated(self) -> None:
        used = list(self._depends_on())
        same = len(used) == len(self._used)
        if not (same and all(a is b for a, b in zip(used, self._used, strict=True))):
            self._graphs.clear()
            self._used = used  # also keeps them alive: a graph has only their addresses

    def clear(self) -> None:
        """Forget what was recorded, and free its memory."""
        self._graphs.clear()
        self._used = []
