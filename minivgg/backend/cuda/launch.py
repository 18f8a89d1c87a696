"""The CUDA sources of this folder: put together, compiled at their first use, and launched.

A source knows its numbers as T (float or double), and gets the constants that it needs as
``#define`` lines before it, so that the compiler can unroll loops and leave out multiplications by
zero. CuPy keeps what it has compiled in a folder of its own, also for later processes.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from types import ModuleType
from typing import TypeGuard

import numpy as np

from minivgg.backend.devices import cupy
from minivgg.backend.types import Array, DType

TYPES = {"float32": "float", "float64": "double"}
BLOCK_THREADS = 256
MAX_BLOCKS = 4096  # of a grid; threads loop over the rest
OPTIONS = ("--std=c++14",)
# From this size on a 32-bit index overflows: a thread steps beyond the end by one grid.
MIN_WIDE_NUMBERS = (1 << 31) - MAX_BLOCKS * BLOCK_THREADS
SOURCES = ("elementwise", "few_channels", "normalization", "pooling", "windows", "winograd")
MAX_PARAMETERS = 64  # in one launch of sgd


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
    constants: Mapping[str, int | str] | None = None,
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
        An array without gaps, or a NumPy structure, which is passed by value.
    *arguments : array, None, int, bool or float
        More of them, None for a null pointer; then numbers, of which floats are passed as T.
    like : array, optional
        An array that has the dtype T, by default the first.
    rows : int
        How many rows of blocks.
    constants : mapping, optional
        As for ``source``.

    Raises
    ------
    ValueError
        If an array has gaps in memory, of which a kernel would know nothing.
    """
    like = first if like is None else like
    dtype = like.dtype
    arrays = [a for a in (first, *arguments) if _is_pointer(a)]
    if any(a is not None and not is_dense(a) for a in arrays):
        raise ValueError(f"{function}: an array has gaps in memory")
    scalars = [
        dtype.type(a) if isinstance(a, float) else np.int32(a)  # type: ignore[arg-type]  # a number
        for a in arguments[len(arrays) - 1 :]
    ]
    wide = max(a.size for a in (*arrays, like) if a is not None) >= MIN_WIDE_NUMBERS
    index = "long long" if wide else "int"
    defines = tuple(constants.items()) if constants else ()
    kernel = _compiled(cupy(), name, function, dtype.name, index, defines)
    counter = [] if size is None else [(np.int64 if wide else np.int32)(size)]
    items = like.size if size is None else size
    blocks = min(MAX_BLOCKS, max(1, -(-items // BLOCK_THREADS)))
    null = np.uint64(0)  # CuPy 13 has no null pointer of its own
    pointers = [null if a is None else a for a in arrays]
    kernel((blocks, rows), (BLOCK_THREADS,), (*pointers, *counter, *scalars))


def _is_pointer(argument: Array | float | None) -> TypeGuard[Array | None]:
    """Whether an argument is an array, a structure or a null pointer, and not a number."""
    return argument is None or hasattr(argument, "dtype")


def is_dense(a: Array) -> bool:
    """Whether an array has no gaps in memory, whatever the order of its axes."""
    if a.flags.c_contiguous:
        return True
    order = sorted(range(a.ndim), key=lambda axis: -a.strides[axis])
    return a.transpose(order).flags.c_contiguous


@cache
def _compiled(
    xp: ModuleType,
    name: str,
    function: str,
    dtype: str,
    index: str,
    constants: tuple[tuple[str, int | str], ...],
) -> Callable[..., object]:
    return xp.RawKernel(source(name, dtype, index, **dict(constants)), function, OPTIONS)


@cache
def _text(name: str) -> str:
    return files("minivgg.backend.cuda").joinpath(name).read_text(encoding="utf-8")
