"""CUDA sources run on the CPU, on one thread: their arithmetic is tested without a GPU.

That works because kernels of this package share nothing between threads, and each thread goes
through its work in a loop. It needs a C++ compiler instead of NVRTC. As on the GPU a kernel gets
bare pointers, so arrays with gaps are refused here.
"""

import ctypes
import functools
import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pytest

# in the checkout, as what the compiler makes is loaded and run: others may write to /tmp
FOLDER = Path(__file__).parents[2] / "build" / "cuda-on-cpu"
COMPILER = next(filter(None, map(shutil.which, ("c++", "g++", "clang++"))), None)
PRELUDE = """
#include <cmath>
using std::pow;
#define __global__
#define __device__
#define __forceinline__ inline
struct Index { unsigned x, y, z; };
static const Index blockIdx = {0, 0, 0}, threadIdx = {0, 0, 0};
static const Index blockDim = {1, 1, 1}, gridDim = {1, 1, 1};
"""


class RawKernel:
    """As CuPy's, for the stand-in's arrays."""

    def __init__(self, code, name, options=()):
        if COMPILER is None:
            pytest.skip("the GPU's kernels need a GPU, or a C++ compiler to run them on the CPU")
        self.function = getattr(_compiled(code), name)

    def __call__(self, grid, block, arguments):
        """Run; there is only one thread here, whatever the grid."""
        assert all(side >= 1 for side in (*grid, *block))
        assert np.prod(block) <= 1024
        self.function(*map(_pass, arguments))


@functools.cache
def _compiled(code):
    FOLDER.mkdir(parents=True, exist_ok=True)
    whole = PRELUDE + code
    library = FOLDER / f"{hashlib.sha256(whole.encode()).hexdigest()[:24]}.so"
    if not library.exists():
        with tempfile.TemporaryDirectory(dir=FOLDER) as place:
            source, made = Path(place, "source.cc"), Path(place, "made.so")
            source.write_text(whole, encoding="utf-8")
            command = [
                COMPILER,
                "-std=c++14",
                "-O1",
                "-Wno-unknown-pragmas",
                "-shared",
                "-fPIC",
                "-o",
                str(made),
                str(source),
            ]
            result = subprocess.run(command, check=False, capture_output=True, text=True)
            if result.returncode:
                pytest.fail(f"the compiler refused a CUDA source:\n{result.stderr}", pytrace=False)
            made.replace(library)
    return ctypes.CDLL(str(library))


def _pass(argument):
    """An argument as C wants it."""
    assert argument is not None, "CuPy 13 passes None as nothing at all"
    if isinstance(argument, np.generic):
        kinds = {
            np.uint64: ctypes.c_void_p,
            np.int32: ctypes.c_int,
            np.int64: ctypes.c_longlong,
            np.float32: ctypes.c_float,
            np.float64: ctypes.c_double,
        }
        return kinds[type(argument)](argument.item())
    if isinstance(argument, np.ndarray):
        assert argument.size == 1, "only structures are passed by value"
        words = ctypes.c_longlong * (argument.nbytes // 8)
        by_value = type("Structure", (ctypes.Structure,), {"_fields_": [("words", words)]})
        return by_value.from_buffer_copy(argument.tobytes())
    a = argument._a  # the stand-in's array
    order = sorted(range(a.ndim), key=lambda axis: -a.strides[axis])
    assert a.size == 0 or a.transpose(order).flags.c_contiguous, (
        "an array with gaps was given to a kernel"
    )
    return ctypes.c_void_p(a.ctypes.data)
