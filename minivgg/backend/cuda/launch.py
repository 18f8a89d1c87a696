"""The CUDA sources of this folder: put together, compiled at their first use, and launched.

A source knows its numbers as T (float or double), and gets the constants that it needs as
``#define`` lines before it, so that the compiler can unroll loops and leave out multiplications by
zero. CuPy keeps what it has compiled in a folder of its own, also for later processes.
"""

from functools import cache
from importlib.resources import files

import numpy as np

from minivgg.backend.devices import cupy

TYPES = {"float32": "float", "float64": "double"}
BLOCK_THREADS = 256
MAX_BLOCKS = 4096  # of a grid; threads loop over the rest
OPTIONS = ("--std=c++14",)
# From this size on a 32-bit index overflows: a thread steps beyond the end by one grid.
MIN_WIDE_NUMBERS = (1 << 31) - MAX_BLOCKS * BLOCK_THREADS
SOURCES = ("elementwise", "normalization", "pooling", "windows", "winograd")
MAX_PARAMETERS = 64  # in one launch of sgd


def source(name, dtype, index="int", **constants):
    """The whole text of a source for numbers of ``dtype``, counted by ``index``.

    index: "int" or "long long".
    """
    defines = {"T": TYPES[np.dtype(dtype).name], "INDEX": index, "MAX_PARAMETERS": MAX_PARAMETERS}
    lines = [f"#define {key} {value}" for key, value in (defines | constants).items()]
    text = "\n".join([*lines, _text("common.cuh"), _text(f"{name}.cu")])
    # comments have letters that CuPy cannot write to a file on every system
    return text.encode("ascii", "replace").decode()


def launch(name, function, size, *arguments, like=None, rows=1, **constants):
    """Run a function of a source with one thread for each of ``size`` items of work.

    size: None for each number of ``like``. arguments: arrays without gaps, None for a null pointer,
    or a NumPy structure, which is passed by value; then ints, bools and floats (passed as T). The
    function gets ``size``, unless None, between the two kinds. like: an array that has the dtype T
    (default: the first argument). rows: how many rows of blocks.
    """
    like = arguments[0] if like is None else like
    dtype = like.dtype
    arrays = [a for a in arguments if a is None or hasattr(a, "dtype")]
    scalars = [
        dtype.type(a) if isinstance(a, float) else np.int32(a) for a in arguments[len(arrays) :]
    ]
    wide = max(a.size for a in (*arrays, like) if a is not None) >= MIN_WIDE_NUMBERS
    index = "long long" if wide else "int"
    kernel = _compiled(cupy(), name, function, dtype.name, index, tuple(constants.items()))
    counter = [] if size is None else [(np.int64 if wide else np.int32)(size)]
    items = like.size if size is None else size
    blocks = min(MAX_BLOCKS, max(1, -(-items // BLOCK_THREADS)))
    null = np.uint64(0)  # CuPy 13 has no null pointer of its own
    pointers = [null if a is None else a for a in arrays]
    kernel((blocks, rows), (BLOCK_THREADS,), (*pointers, *counter, *scalars))


def is_dense(a):
    """Whether an array has no gaps in memory, whatever the order of its axes."""
    order = sorted(range(a.ndim), key=lambda axis: -a.strides[axis])
    return a.transpose(order).flags.c_contiguous


@cache
def _compiled(xp, name, function, dtype, index, constants):
    return xp.RawKernel(source(name, dtype, index, **dict(constants)), function, OPTIONS)


@cache
def _text(name):
    return files("minivgg.backend.cuda").joinpath(name).read_text(encoding="utf-8")
