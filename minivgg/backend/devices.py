"""Floor 0: which array library, which device, how many threads (see ``threads``), which random stream, and what moves between devices.

Arrays carry their device: an operation asks the array (``namespace(x)``) and never a global flag. The global
choice made by ``use`` only says where *new* arrays (weights, batches) are put.
CuPy is imported here only, and only when it is asked for (``kernels/gpu.py`` is the one other place that may).
"""

import os
import re
import sys
from collections import deque
from contextlib import contextmanager
from functools import cache

import numpy as np

from minivgg import limits
from minivgg.shares import Rows
from minivgg.threads import get_num_threads, set_num_threads

__all__ = [
    "available",
    "device",
    "device_of",
    "fixed_seed",
    "free_memory",
    "get_num_threads",
    "matmul_precision",
    "moved",
    "namespace",
    "patience",
    "seed",
    "set_num_threads",
    "stream",
    "synchronize",
    "to_device",
    "to_numpy",
    "use",
]

DEVICES = ("cpu", "gpu")
COPIES = 3  # batches whose copy to the GPU may be under way or just done
STEPS = 20  # of a training on the GPU between two looks at its results
INSTALL_CUPY = "pip install cupy-cuda12x (CUDA 12) or pip install cupy-cuda13x (CUDA 13)"

_device = None  # the default device; None until the first use() or until MINIVGG_DEVICE has been read
_precision = "float32"  # of the GPU's products
_seed = None  # None: streams start from the operating system's entropy
_streams = {}  # device -> random Generator
_share = None  # of a batch: which rows of what is drawn are wanted


# ---------------------------------------------------------------------------------------------- devices


def use(device):
    """Put new arrays on ``device``, "cpu" or "gpu"; "gpu:1" makes the second card the one that "gpu" means in this thread.

    Raises ``ValueError`` for another name or a card that does not exist and ``RuntimeError`` when the GPU cannot be used, saying what
    is missing.
    """
    global _device
    _device = _require(device)


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
    """``x`` on ``device``: the same array when it is there already, else a copy with the same order of axes in memory."""
    device = _require(device)
    if device_of(x) == device:
        return x
    copy = _cupy().asarray if device == "gpu" else _cupy().asnumpy  # these know two orders only, and channels last is a third
    order = sorted(range(x.ndim), key=lambda axis: -x.strides[axis])
    return copy(x.transpose(order)).transpose([order.index(axis) for axis in range(x.ndim)])


def to_numpy(x):
    """``x`` as a NumPy array, copied from the GPU when it is there."""
    return to_device(x, "cpu")


def synchronize():
    """Wait until the default device has finished its work (a GPU works in the background; a CPU has nothing to wait for)."""
    if device() == "gpu":
        _cupy().cuda.get_current_stream().synchronize()


def matmul_precision(precision=None):
    """How the GPU's float32 products are computed, "float32" or "tf32"; with an argument, set that. Returns what was set last.

    "tf32" rounds factors to 10 bits of mantissa, a relative error of up to 5·10⁻⁴ each, and is several times as fast on cards that have
    it (Ampere and later). Off by default. Winograd's transforms amplify rounding, so convolution then is less exact still. cuBLAS
    remembers it for the thread that asks. Raises ``ValueError`` for another name and ``RuntimeError`` where there is no GPU.
    """
    global _precision
    _require("gpu")
    if precision is not None:
        if precision not in ("float32", "tf32"):
            raise ValueError(f"unknown precision {precision!r}: there are 'float32' and 'tf32'")
        from cupy._core import _routines_linalg as products

        cuda, tf32 = _cupy().cuda, precision == "tf32"
        # CuPy asks the first for products of two matrices, cuBLAS the second for stacks of them, which convolution uses
        products.set_compute_type(np.float32, products.COMPUTE_TYPE_TF32 if tf32 else products.COMPUTE_TYPE_DEFAULT)
        mode = cuda.cublas.CUBLAS_TF32_TENSOR_OP_MATH if tf32 else cuda.cublas.CUBLAS_DEFAULT_MATH
        cuda.cublas.setMathMode(cuda.device.get_cublas_handle(), mode)
        _precision = precision
    return _precision


def moved(batches, device):
    """Each batch, a tuple of NumPy arrays, on ``device``. To the GPU the next one is copied while the one before is worked on.

    The copy runs on a stream of its own, from memory that the operating system cannot move (pinned). It begins after everything that was
    asked for when the batch before was handed out, since its memory may be that of an older batch.
    """
    if _require(device) == "cpu":
        yield from batches
        return
    cuda, side = _cupy().cuda, _side_stream(_cupy())
    copying = deque()  # (event, pinned memory), to be kept until the copy is done

    def copy(batch):
        side.wait_event(cuda.get_current_stream().record())
        pinned = [_pinned(a) for a in batch]
        with side:
            arrays = tuple(_cupy().empty(a.shape, a.dtype) for a in pinned)
            for array, a in zip(arrays, pinned, strict=True):
                array.set(a, stream=side)
        copying.append((side.record(), pinned))
        return arrays

    ahead = None
    try:
        for batch in batches:
            following = copy(batch), copying[-1][0]
            if ahead is not None:
                yield _after(ahead)
            ahead = following
            while len(copying) > COPIES:
                copying[0][0].synchronize()
                copying.popleft()
        if ahead is not None:
            yield _after(ahead)
    finally:
        for event, _ in copying:
            event.synchronize()


@cache
def _side_stream(cupy):
    """One for the process: CuPy keeps memory for each stream."""
    return cupy.cuda.Stream(non_blocking=True)


def _after(copied):
    """The arrays, for work that is asked for from now on: it waits for the copy."""
    arrays, done = copied
    _cupy().cuda.get_current_stream().wait_event(done)
    return arrays


def _pinned(a):
    memory = _cupy().cuda.alloc_pinned_memory(max(1, a.nbytes))
    copy = np.frombuffer(memory, a.dtype, a.size).reshape(a.shape)
    copy[...] = a
    return copy


def patience(device):
    """How many steps of a training go by until its results are read back: reading waits until the GPU is done with all of them."""
    return 1 if _require(device) == "cpu" else STEPS


def free_memory(device):
    """Bytes of memory that are free on a device; on the GPU those that CuPy keeps for later are counted. None where that is unknown."""
    if _require(device) == "cpu":
        return limits.memory()
    return _cupy().cuda.runtime.memGetInfo()[0] + _cupy().get_default_memory_pool().free_bytes()


def _require(device):
    """The device, "cpu" or "gpu", of a name, made sure of; a number behind "gpu" chooses the card."""
    found = re.fullmatch(r"(cpu|gpu)|gpu:(\d+)", device) if isinstance(device, str) else None
    if not found:
        raise ValueError(f"unknown device {device!r}: the devices are 'cpu' and 'gpu', or 'gpu:0', 'gpu:1' … for one of several cards")
    kind, number = found.group(1) or "gpu", found.group(2)
    if kind == "gpu":
        _require_gpu()
    if number is not None:
        count = _cupy().cuda.runtime.getDeviceCount()
        if int(number) >= count:
            raise ValueError(f"there is no device {device!r}: this machine has {count} GPU(s), numbered from 0")
        if int(number) != _cupy().cuda.runtime.getDevice():
            _cupy().cuda.Device(int(number)).use()
            _streams.pop("gpu", None)  # a random stream lives on one card
    return kind


def _require_gpu():
    if _device != "gpu":
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
        try:
            _cupy().ones((2, 2)) @ _cupy().ones((2, 2)) + 1  # needs the compiler and the products of CUDA
        except Exception as error:  # whatever it is, also an error of CuPy's compiler, the GPU cannot be used
            raise RuntimeError(
                f"CuPy finds the GPU, but CUDA's own libraries do not work ({error}): install the CUDA toolkit, or the wheels "
                f"nvidia-cuda-nvrtc, nvidia-cuda-runtime and nvidia-cublas of your CUDA version beside CuPy"
            ) from error


def enter(device_name):
    """Make a device the current one of the calling thread, which begins on the first."""
    if device_name != "cpu":
        _cupy().cuda.Device(int(device_name.partition(":")[2] or 0)).use()


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
        made = np.random.default_rng(_seed) if name == "cpu" else _generator_of_gpu()
        _streams[name] = made if _share is None else Rows(made, _share)
    return _streams[name]


def _generator_of_gpu():
    """Philox counts instead of carrying a state along, so a new stream for each step costs nothing."""
    random = _cupy().random
    return random.Generator(random.Philox4x3210(_seed))


@contextmanager
def fixed_seed(n, share=None):
    """Inside the block the streams start from ``n``; afterwards they go on as if it had not been there.

    share: a ``shares.Share`` of a batch: arrays drawn have a row for each of its images, and these are the rows that the whole would have.
    """
    global _seed, _share
    kept = _seed, dict(_streams), _share
    seed(n)
    _share = share
    try:
        yield
    finally:
        _seed, _share = kept[0], kept[2]
        _streams.clear()
        _streams.update(kept[1])
