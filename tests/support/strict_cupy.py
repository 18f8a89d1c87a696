"""A stand-in for CuPy where there is no GPU: arrays that refuse to mix with NumPy's, as CuPy's do.

In ``sys.modules["cupy"]`` it lets the code for the GPU run on any machine, and turns every hidden
transfer into a ``TypeError``. As in CuPy, Python numbers are accepted, arrays are returned with 0
dimensions where NumPy returns scalars, and nothing is converted implicitly. What NumPy has and CuPy
lacks is refused. ``.ci/pretend_gpu`` runs the same tests with the real library.
"""

import ctypes
import operator
import sys
import time
import types
from pathlib import Path

import numpy as np

from support.cuda_on_cpu import RawKernel

# functions of NumPy's that CuPy 13 lacks; version 14 lacks some of them
LACKING_FUNCTIONS = set(Path(__file__).with_name("cupy_lacks.txt").read_text("utf-8").split())
LACKING_METHODS = {
    "byteswap",
    "ctypes",
    "getfield",
    "mT",
    "resize",
    "setfield",
    "setflags",
    "to_device",
}


class ndarray:  # noqa: N801
    """An array "on the device"."""

    def __init__(self, a):
        self._a = np.asarray(a)

    def __getattr__(self, name):
        if name in LACKING_METHODS:
            raise AttributeError(f"CuPy's arrays have no {name}")
        value = getattr(self._a, name)
        return (
            _wrap_function(value)
            if callable(value) and not isinstance(value, type)
            else _wrap(value)
        )

    def set(self, a, stream=None):
        """Copy an array of NumPy's into this one."""
        assert isinstance(a, np.ndarray)
        self._a[...] = a

    @property
    def data(self):
        """Where it lies, as CuPy says it."""
        return types.SimpleNamespace(ptr=self._a.ctypes.data)

    @property
    def device(self):
        """The card that it lies on: the current one, as this one array has no other."""
        return types.SimpleNamespace(id=sys.modules["cupy"].cuda.runtime.getDevice())

    def __array__(self, *args, **kwargs):
        raise TypeError("Implicit conversion to a NumPy array is not allowed")

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        raise TypeError(f"np.{ufunc.__name__} was called on a device array")

    def __array_function__(self, function, *args):
        raise TypeError(f"np.{function.__name__} was called on a device array")

    def __getitem__(self, key):
        return _wrap(self._a[_unwrap(key)])

    def __setitem__(self, key, value):
        self._a[_unwrap(key)] = _unwrap(value)

    def __len__(self):
        return len(self._a)

    def __float__(self):
        return float(self._a)

    def __int__(self):
        return int(self._a)

    def __bool__(self):
        return bool(self._a)

    def __neg__(self):
        return _wrap(-self._a)

    def __abs__(self):
        return _wrap(abs(self._a))

    def __invert__(self):
        return _wrap(~self._a)


def _operator(name, function, reflected=False):
    def apply(self, other):
        other = _unwrap(other)
        return _wrap(function(other, self._a) if reflected else function(self._a, other))

    setattr(ndarray, name, apply)


def _in_place(name, function):
    def apply(self, other):
        function(self._a, _unwrap(other))
        return self

    setattr(ndarray, name, apply)


for _name in ("add", "sub", "mul", "truediv", "floordiv", "pow", "matmul", "and_", "or_"):
    _function, _bare = getattr(operator, _name), _name.rstrip("_")
    _operator(f"__{_bare}__", _function)
    _operator(f"__r{_bare}__", _function, reflected=True)
    _in_place(f"__i{_bare}__", getattr(operator, f"i{_bare}"))
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    _operator(f"__{_name}__", getattr(operator, _name))


def _wrap(value):
    if isinstance(value, np.ndarray | np.generic):
        return ndarray(value)
    return tuple(map(_wrap, value)) if isinstance(value, tuple) else value


def _unwrap(value):
    if isinstance(value, ndarray):
        return value._a
    if isinstance(value, np.ndarray) and value.ndim:
        raise TypeError("Unsupported type <class 'numpy.ndarray'>")
    if isinstance(value, tuple | list):
        return type(value)(map(_unwrap, value))
    return value


def _wrap_function(function):
    def call(*args, **kwargs):
        return _wrap(function(*_unwrap(list(args)), **{k: _unwrap(v) for k, v in kwargs.items()}))

    return call


class _Generator:
    def __init__(self, seed=None):
        self._generator = np.random.default_rng(seed)  # also for Philox, which is its seed here

    def __getattr__(self, name):
        return _wrap_function(getattr(self._generator, name))


class _Module(types.ModuleType):
    ndarray = ndarray

    def __getattr__(self, name):
        if name.startswith("__") or name in LACKING_FUNCTIONS:
            raise AttributeError(f"CuPy has no {name}")
        value = getattr(np, name)
        return _wrap_function(value) if callable(value) and not isinstance(value, type) else value

    @staticmethod
    def asarray(a, dtype=None):
        a = np.asarray(a._a if isinstance(a, ndarray) else a, dtype=dtype)
        return ndarray(
            np.array(a, order="F" if a.flags.f_contiguous and not a.flags.c_contiguous else "C")
        )  # no third order, as in CuPy

    @staticmethod
    def asnumpy(a):
        return a._a.copy(order="C")


def make(devices=1):
    """A module to stand in for cupy, with that many devices."""
    module = _Module("cupy")
    module.RawKernel = RawKernel
    module.random = types.SimpleNamespace(default_rng=_Generator)
    module.random.Generator, module.random.Philox4x3210 = _Generator, lambda seed: seed
    module.used = [0]
    runtime = types.SimpleNamespace(
        getDeviceCount=lambda: devices,
        getDevice=lambda: module.used[-1],
        memGetInfo=lambda: (3 << 30, 8 << 30),
        CUDA_R_32F=0,
        CUDA_R_64F=1,
    )
    module.get_default_memory_pool = lambda: types.SimpleNamespace(
        free_bytes=lambda: 1 << 30, free_all_blocks=lambda: None
    )
    module.cuda = types.SimpleNamespace(
        runtime=runtime,
        get_current_stream=lambda: _Stream(),
        Stream=_Stream,
        Event=_Event,
        get_elapsed_time=lambda start, stop: 1e3 * (stop.time - start.time),
        Device=lambda n=0: types.SimpleNamespace(
            use=lambda: module.used.append(n),
            synchronize=lambda: None,
            pci_bus_id=f"0000:{n:02}:00.0",
        ),
        alloc_pinned_memory=lambda size: bytearray(size),
        device=types.SimpleNamespace(get_cublas_handle=lambda: 0),
        cublas=types.SimpleNamespace(
            CUBLAS_DEFAULT_MATH=0,
            CUBLAS_GEMM_DEFAULT=-1,
            gemmStridedBatchedEx=_stacked_products,
        ),
    )
    return module


def _stacked_products(
    handle, turn_a, turn_b, m, n, k, alpha, a, kind, lda, step_a, b, _, ldb, step_b,
    beta, c, __, ldc, step_c, count, *rest,
):  # fmt: skip
    """cuBLAS's: c (m×n) = alpha · a · b + beta · c, for ``count`` matrices.

    They begin so many numbers apart (step), and lie in memory column after column.
    """
    number = (ctypes.c_float, ctypes.c_double)[kind]

    def stack(address, rows, columns, lead, step):
        pointer = ctypes.cast(address, ctypes.POINTER(number))
        numbers = step * (count - 1) + lead * (columns - 1) + rows
        flat = np.ctypeslib.as_array(pointer, (numbers,))
        size = flat.itemsize
        strides = step * size, size, lead * size
        return np.lib.stride_tricks.as_strided(flat, (count, rows, columns), strides)

    def factor(turned, address, rows, columns, lead, step):
        if turned:
            return stack(address, columns, rows, lead, step).swapaxes(1, 2)
        return stack(address, rows, columns, lead, step)

    product = factor(turn_a, a, m, k, lda, step_a) @ factor(turn_b, b, k, n, ldb, step_b)
    scale, kept = (ctypes.cast(place, ctypes.POINTER(number))[0] for place in (alpha, beta))
    out = stack(c, m, n, ldc, step_c)
    out[...] = scale * product + (kept * out if kept else 0)  # 0: what it was does not count


class _Event:
    """A moment: work is done at once, so it is that of its recording."""

    def record(self):
        self.time = time.perf_counter()

    def synchronize(self):
        pass


class _Stream:
    """Everything is done at once here, so there is nothing to wait for."""

    def __init__(self, non_blocking=False):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def record(self):
        return self

    def synchronize(self):
        pass

    def wait_event(self, event):
        pass
