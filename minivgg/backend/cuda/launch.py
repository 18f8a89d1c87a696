"""Floor 1: the CUDA sources of this folder: put together, compiled at their first use, and launched.

A source knows its numbers as T (float or double), and gets the constants that it needs as ``#define`` lines in front, so that the compiler
can unroll loops and leave out multiplications by zero. CuPy keeps what it has compiled in a folder of its own, also for later processes.
"""

from functools import cache
from importlib.resources import files

import numpy as np

from minivgg.backend import devices

TYPES = {"float32": "float", "float64": "double"}
THREADS = 256  # of a block
BLOCKS = 4096  # at most; each thread goes on with the numbers beyond
OPTIONS = ("--std=c++14",)
WIDE = (
    (1 << 31) - BLOCKS * THREADS
)  # numbers from which an int cannot count them: a thread steps beyond the end by as many
SOURCES = ("elementwise", "normalization", "pooling", "windows", "winograd")
MOST = 64  # parameters in one launch of sgd


def source(name, dtype, index="int", **constants):
    """The whole text of a source for numbers of ``dtype``, counted by ``index`` ("int" or "long long")."""
    defines = {"T": TYPES[np.dtype(dtype).name], "INDEX": index, "MOST": MOST} | constants
    lines = [f"#define {key} {value}" for key, value in defines.items()]
    text = "\n".join([*lines, _text("common.cuh"), _text(f"{name}.cu")])
    return text.encode(
        "ascii", "replace"
    ).decode()  # comments have letters that CuPy cannot write to a file on every system


def launch(name, function, size, *arguments, like=None, rows=1, **constants):
    """Run a function of a source with one thread for each of ``size`` pieces of work; None: for each number of ``like``.

    arguments: arrays without gaps, None for a null pointer, or a NumPy structure, which is passed by value; then ints, bools and floats
    (passed as T). The function gets ``size``, unless None, between the two kinds. like: an array that says which device and T; else
    the first argument. rows: how many rows of blocks.
    """
    like = arguments[0] if like is None else like
    xp, dtype = devices.namespace(like), like.dtype
    arrays = [a for a in arguments if a is None or hasattr(a, "dtype")]
    others = [
        dtype.type(a) if isinstance(a, float) else np.int32(a) for a in arguments[len(arrays) :]
    ]
    wide = max(a.size for a in (*arrays, like) if a is not None) >= WIDE
    kernel = _compiled(
        xp, name, function, dtype.name, "long long" if wide else "int", tuple(constants.items())
    )
    counter = [] if size is None else [(np.int64 if wide else np.int32)(size)]
    blocks = min(BLOCKS, max(1, -(-(like.size if size is None else size) // THREADS)))
    pointers = [
        np.uint64(0) if a is None else a for a in arrays
    ]  # CuPy 13 has no null pointer of its own
    kernel((blocks, rows), (THREADS,), (*pointers, *counter, *others))


@cache
def _compiled(xp, name, function, dtype, index, constants):
    return xp.RawKernel(source(name, dtype, index, **dict(constants)), function, OPTIONS)


@cache
def _text(name):
    return files("minivgg.backend.cuda").joinpath(name).read_text(encoding="utf-8")
