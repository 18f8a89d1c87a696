"""The CUDA sources of this folder: put together, compiled at their first use, and launched.

A source knows its numbers as T (float or double), and gets the constants that it needs as
``#define`` lines before it, so that the compiler can unroll loops and leave out multiplications by
zero. CuPy keeps what it has compiled in a folder of its own, also for later processes.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files
from types import ModuleType

import numpy as np

from minivgg.backend.devices import cupy
from minivgg.backend.types import Array, DType, GPUArray

TYPES = {"float32": "float", "float64": "double"}
BLOCK_THREADS = 256
MAX_BLOCKS = 4096  # of a grid; threads loop over the rest
OPTIONS = ("--std=c++14",)
# From this size on a 32-bit index overflows: a thread steps beyond the end by one grid.
MIN_WIDE_NUMBERS = (1 << 31) - MAX_BLOCKS * BLOCK_THREADS
SOURCES = (
    "elementwise",
    "few_channels",
    "loss",
    "normalization",
    "pooling",
    "sums",
    "windows",
    "winograd",
)
MAX_PARAMETERS = 64  # in one launch of sgd
NUMBERS = {int, float, bool}
NULL = np.uint64(0)  # CuPy 13 has no null pointer of its own


class Constants(dict[str, int | str]):
    """The ``#define`` lines of a source by name; never changed once made, so that it is a key."""

    def __hash__(self) -> int:  # type: ignore[override]  # it is as good as immutable
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


NO_CONSTANTS = Constants()


def source(name: str, dtype: DType, index: str = "int", **constants: int | str) -> str:
    """The whole text of a source.

    Parameters
    ----------
    name : str
        One of ``SOURCES``.
    dtype : dtype
        Of the numbers, float32 or float64.
    index : {"int", "long long"}
        The type that counts them.
    **constants : int or str
        What the source needs as ``#define`` lines.

    Returns
    -------
    text : str
        In ASCII. A compiler's messages name the files of this folder and their lines.
    """
    defines = {"T": TYPES[np.dtype(dtype).name], "INDEX": index, "MAX_PARAMETERS": MAX_PARAMETERS}
    lines = [f"#define {key} {value}" for key, value in (defines | constants).items()]
    for file in ("common.cuh", f"{name}.cu"):
        lines += [f'#line 1 "{file}"', _text(file)]
    text = "\n".join(lines)
    # comments have letters that CuPy cannot write to a file on every system
    return text.encode("ascii", "replace").decode()


def launch(
    name: str,
    function: str,
    size: int | None,
    first: Array,
    *arguments: Array | float | None,
    like: Array | None = None,
    rows: int = 1,
    constants: Constants = NO_CONSTANTS,
) -> None:
    """Run a function of a source with one thread for each item of work.

    Parameters
    ----------
    name, function : str
        The source, one of ``SOURCES``, and a function in it.
    size : int or None
        The number of items, which the function gets between arrays and numbers. None: one for each
        number of ``like``, and the function does not get it.
    first : array
        An array without gaps, or a NumPy structure, which is passed by value. Arrays are in C
        order, or all of them in the same other order: a kernel knows nothing of strides.
    *arguments : array, None, int, bool or float
        More of them, None for a null pointer; then numbers, of which floats are passed as T.
    like : array, optional
        An array that has the dtype T, by default the first.
    rows : int
        How many rows of blocks.
    constants : Constants
        As for ``source``; the same object each time, or the kernel is compiled again.

    Raises
    ------
    ValueError
        If an array has gaps in memory, or another order than the others.
    """
    like = first if like is None else like
    pointers: list[GPUArray] = [first]
    numbers: tuple[GPUArray, ...] = ()
    largest = max(like.size, first.size, size or 0)
    a: GPUArray
    for place, a in enumerate(arguments):
        if type(a) in NUMBERS:
            numbers = arguments[place:]
            break
        pointers.append(NULL if a is None else a)
        if a is not None and a.size > largest:
            largest = a.size
    for a in pointers:  # a loop: all() of a generator takes a tenth of the time of a launch
        if a is not NULL and not a.flags.c_contiguous:
            _require_one_order(function, [a for a in pointers if a is not NULL])
            break
    wide, dtype = largest >= MIN_WIDE_NUMBERS, like.dtype.char
    items = like.size if size is None else size
    kernel = _compiled(cupy(), name, function, dtype, wide, constants)
    blocks = min(MAX_BLOCKS, max(1, -(-items // BLOCK_THREADS)))
    scalars = _scalars(dtype, wide, size, *numbers)
    kernel((blocks, rows), (BLOCK_THREADS,), (*pointers, *scalars))


@lru_cache(maxsize=4096, typed=True)
def _scalars(
    dtype: str, wide: bool, counter: int | None, *numbers: float
) -> tuple[np.generic, ...]:
    """The counter, if there is one, and numbers, as C gets them."""
    real = np.dtype(dtype).type
    found = [real(a) if isinstance(a, float) else np.int32(a) for a in numbers]
    return (*([] if counter is None else [(np.int64 if wide else np.int32)(counter)]), *found)


def is_dense(a: Array) -> bool:
    """Whether an array has no gaps in memory, whatever the order of its axes."""
    if a.flags.c_contiguous:
        return True
    order = sorted(range(a.ndim), key=lambda axis: -a.strides[axis])
    return a.transpose(order).flags.c_contiguous


def _require_one_order(function: str, arrays: list[GPUArray]) -> None:
    """Raise ``ValueError`` unless all arrays lie in memory in one order, without gaps."""
    if not all(map(is_dense, arrays)):
        raise ValueError(f"{function}: an array has gaps in memory")
    if any(a.strides != arrays[0].strides for a in arrays):
        raise ValueError(f"{function}: arrays have different orders in memory")


@cache
def _compiled(
    xp: ModuleType, name: str, function: str, dtype: str, wide: bool, constants: Constants
) -> Callable[..., object]:
    text = source(name, dtype, "long long" if wide else "int", **constants)
    return xp.RawKernel(text, function, OPTIONS)


@cache
def _text(name: str) -> str:
    return files("minivgg.backend.cuda").joinpath(name).read_text(encoding="utf-8")
