"""Floor 0: which array library, which device, how many threads (see ``threads``), which random stream.

Arrays carry their device: an operation asks the array (``namespace(x)``) and never a global flag. The global
choice made by ``use`` only says where *new* arrays (weights, batches) are put.
CuPy is imported here only, and only when it is asked for (``kernels/gpu.py`` is the one other place that may).
"""

import os
import sys
from contextlib import contextmanager

import numpy as np

from minivgg.threads import get_num_threads, set_num_threads

__all__ = [
    "available",
    "device",
    "device_of",
    "fixed_seed",
    "get_num_threads",
    "namespace",
    "seed",
    "set_num_threads",
    "stream",
    "synchronize",
    "to_device",
    "to_numpy",
    "use",
]

DEVICES = ("cpu", "gpu")
INSTALL_CUPY = "pip install cupy-cuda12x (CUDA 12) or pip install cupy-cuda13x (CUDA 13)"

_device = None  # the default device; None until the first use() or until MINIVGG_DEVICE has been read
_seed = None  # None: streams start from the operating system's entropy
_streams = {}  # device -> random Generator


# ---------------------------------------------------------------------------------------------- devices


def use(device):
    """Put new arrays on ``device``, "cpu" or "gpu".

    Raises ``ValueError`` for another name and ``RuntimeError`` when the GPU cannot be used, saying what is missing.
    """
    global _device
    _require(device)
    _device = device


def device():
    """The device of new arrays: the last ``use``, else ``$MINIVGG_DEVICE``, else "cpu"."""
    if _device is None:
        use(os.environ.get("MINIVGG_DEVICE", "").strip() or "cpu")
    return _device


def available():
    """The devices that work here, a tuple: ("cpu",) or ("cpu", "gpu")."""
    try:
        _require("gpu")
    except RuntimeError:
        return ("cpu",)
    return DEVICES


def namespace(*arrays):
    """The array library of these arrays, ``numpy`` or ``cupy``; that of the default device when none is given.

    Raises ``RuntimeError`` when arrays of two devices are mixed and ``TypeError`` for what is no array.
    """
    devices = [device_of(a) for a in arrays if a is not None] or [device()]
    if len(set(devices)) > 1:
        raise RuntimeError(f"these arrays are on different devices ({', '.join(devices)}): move them to one with backend.to_device")
    return np if devices[0] == "cpu" else _cupy()


def device_of(x):
    """The device an array lives on: "cpu" or "gpu"."""
    if isinstance(x, (np.ndarray, np.generic)):  # a tuple: a union would be made anew each time
        return "cpu"
    cupy = sys.modules.get("cupy")  # an array of CuPy can only exist once CuPy was imported
    if cupy is not None and isinstance(x, cupy.ndarray):
        return "gpu"
    raise TypeError(f"expected a NumPy or CuPy array, got {type(x).__name__}; make one with np.asarray(...)")


def to_device(x, device):
    """``x`` on ``device``: the same array when it is there already, else a copy."""
    _require(device)
    if device_of(x) == device:
        return x
    return _cupy().asarray(x) if device == "gpu" else _cupy().asnumpy(x)


def to_numpy(x):
    """``x`` as a NumPy array, copied from the GPU when it is there."""
    return to_device(x, "cpu")


def synchronize():
    """Wait until the default device has finished its work (a GPU works in the background; a CPU has nothing to wait for)."""
    if device() == "gpu":
        _cupy().cuda.get_current_stream().synchronize()


def _require(device):
    if device not in DEVICES:
        raise ValueError(f"unknown device {device!r}: the devices are 'cpu' and 'gpu'")
    if device == "gpu" and _device != "gpu":
        try:
            devices = _cupy().cuda.runtime.getDeviceCount()
        except RuntimeError as error:  # CUDARuntimeError is one: no driver, or one that is too old
            if "CuPy" in str(error):
                raise
            raise RuntimeError(
                f"CuPy is installed but finds no GPU device ({error}): check nvidia-smi and the driver, and that the CuPy "
                f"package fits your CUDA version: {INSTALL_CUPY}"
            ) from error
        if not devices:
            raise RuntimeError(f"CuPy is installed but this machine has no GPU device; with one, its package must fit CUDA: {INSTALL_CUPY}")


def _cupy():
    try:
        import cupy
    except ImportError as error:
        raise RuntimeError(f"the GPU needs CuPy, which is not installed or does not load ({error}): {INSTALL_CUPY}") from error
    return cupy


# ---------------------------------------------------------------------------------------------- random numbers


def seed(n):
    """Start the random stream of every device anew from ``n``, an integer or a sequence of them (None: from the operating system).

    The same seed gives the same numbers on the same device; the streams of CPU and GPU differ from each other.
    """
    global _seed
    _seed = n if n is None else np.random.SeedSequence(n).generate_state(1, np.uint64).item()
    _streams.clear()


def stream(device_name=None):
    """The random ``Generator`` of a device (the default one when none is named): ``.random``, ``.standard_normal``, ``.integers``."""
    name = device_name or device()
    if name not in _streams:
        library = np if name == "cpu" else _cupy()
        _streams[name] = library.random.default_rng(_seed)
    return _streams[name]


@contextmanager
def fixed_seed(n):
    """Inside the block the streams start from ``n``; afterwards they go on as if it had not been there."""
    global _seed
    kept = _seed, dict(_streams)
    seed(n)
    try:
        yield
    finally:
        _seed = kept[0]
        _streams.clear()
        _streams.update(kept[1])
