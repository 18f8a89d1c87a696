"""Which array library and which device: arrays carry their device, and CuPy is imported late.

An operation asks the array (``namespace(x)``) and never a global flag. The choice made by ``use``
only says where *new* arrays (weights, batches) are put.
"""

import os
import re
import sys

import numpy as np

import minivgg.backend.resources as resources

DEVICES = ("cpu", "gpu")
GPU_SYNC_INTERVAL_STEPS = 20  # training steps on the GPU between two readings of their results
INSTALL_CUPY = "pip install cupy-cuda12x (CUDA 12) or pip install cupy-cuda13x (CUDA 13)"
NUMPY_TYPES = (np.ndarray, np.generic)  # a tuple: a union would be made anew for each isinstance

_device = None  # the default device; None until use() or the first reading of MINIVGG_DEVICE
_precision = "float32"  # of the GPU's products


def use(device):
    """Put new arrays on ``device``, "cpu" or "gpu".

    "gpu:1" makes the second card the one that "gpu" means in this thread. Raises ``ValueError`` for
    another name or a card that does not exist, and ``RuntimeError`` when the GPU cannot be used,
    saying what is missing.
    """
    global _device
    _device = resolve(device)


def device():
    """The device of new arrays: that of the last ``use``, else ``$MINIVGG_DEVICE``, else "cpu"."""
    if _device is None:
        use(os.environ.get("MINIVGG_DEVICE", "").strip() or "cpu")
    return _device


def available():
    """The devices that work here, a tuple: ("cpu",) or ("cpu", "gpu")."""
    try:
        resolve("gpu")
    except RuntimeError:
        return ("cpu",)
    return DEVICES


def namespace(*arrays):
    """``numpy`` or ``cupy``: the library of these arrays, or of the default device if none.

    Raises ``RuntimeError`` when arrays are on two devices and ``TypeError`` for what is no array.
    """
    return cupy() if (common_device(*arrays) or device()) == "gpu" else np


def device_of(x):
    """The device an array lives on: "cpu" or "gpu"."""
    if isinstance(x, NUMPY_TYPES):
        return "cpu"
    cupy = sys.modules.get("cupy")  # an array of CuPy can only exist once CuPy was imported
    if cupy is not None and isinstance(x, cupy.ndarray):
        return "gpu"
    raise TypeError(
        f"expected a NumPy or CuPy array, got {type(x).__name__}; make one with np.asarray(...)"
    )


def common_device(*arrays):
    """The common device of these arrays, ignoring ``None``; ``None`` if there are no arrays.

    Raises ``RuntimeError`` when arrays are on two devices and ``TypeError`` for what is no array.
    """
    common = None
    for x in arrays:
        if x is None:
            continue
        found = "cpu" if isinstance(x, NUMPY_TYPES) else device_of(x)
        if common not in (None, found):
            raise RuntimeError(
                f"these arrays are on different devices ({common}, {found}): "
                "move them to one with backend.to_device"
            )
        common = found
    return common


def to_device(x, device):
    """``x`` on ``device``: itself if it is there, else a copy with the same order in memory."""
    device = resolve(device)
    if device_of(x) == device:
        return x
    copy = cupy().asarray if device == "gpu" else cupy().asnumpy
    # These two keep only C and Fortran order, and channels last is a third one.
    order = sorted(range(x.ndim), key=lambda axis: -x.strides[axis])
    return copy(x.transpose(order)).transpose([order.index(axis) for axis in range(x.ndim)])


def to_numpy(x):
    """``x`` as a NumPy array, copied from the GPU when it is there."""
    return to_device(x, "cpu")


def synchronize():
    """Wait until the default device has finished its work: a GPU works in the background."""
    if device() == "gpu":
        cupy().cuda.get_current_stream().synchronize()


def matmul_precision(precision=None):
    """How the GPU computes float32 products, "float32" or "tf32"; an argument sets it.

    "tf32" rounds factors to 10 bits of mantissa, a relative error of up to 5·10⁻⁴ each, and is
    several times as fast on cards that have it (Ampere and later). Off by default. Winograd's
    transforms amplify rounding, so convolution is less exact still. cuBLAS remembers it for the
    calling thread. Returns what was set last. Raises ``ValueError`` for another name and
    ``RuntimeError`` without a GPU.
    """
    global _precision
    resolve("gpu")
    if precision is not None:
        if precision not in ("float32", "tf32"):
            raise ValueError(f"unknown precision {precision!r}: there are 'float32' and 'tf32'")
        from cupy._core import _routines_linalg as products

        cuda, tf32 = cupy().cuda, precision == "tf32"
        # CuPy uses the first for products of two matrices, cuBLAS the second for stacks of them,
        # which convolution needs.
        products.set_compute_type(
            np.float32, products.COMPUTE_TYPE_TF32 if tf32 else products.COMPUTE_TYPE_DEFAULT
        )
        mode = cuda.cublas.CUBLAS_TF32_TENSOR_OP_MATH if tf32 else cuda.cublas.CUBLAS_DEFAULT_MATH
        cuda.cublas.setMathMode(cuda.device.get_cublas_handle(), mode)
        _precision = precision
    return _precision


def sync_interval(device):
    """Training steps between two readings of results: reading waits for all work of the device."""
    return 1 if resolve(device) == "cpu" else GPU_SYNC_INTERVAL_STEPS


def free_memory(device):
    """Bytes of free memory of a device, or None if unknown; on the GPU with CuPy's free blocks."""
    if resolve(device) == "cpu":
        return resources.memory()
    return cupy().cuda.runtime.memGetInfo()[0] + cupy().get_default_memory_pool().free_bytes()


def resolve(device):
    """The kind of a named device, "cpu" or "gpu", after a check that it can be used.

    A number behind "gpu" makes that card the current one. Raises what ``use`` raises.
    """
    found = re.fullmatch(r"(cpu|gpu)|gpu:(\d+)", device) if isinstance(device, str) else None
    if not found:
        raise ValueError(
            f"unknown device {device!r}: the devices are 'cpu' and 'gpu', "
            "or 'gpu:0', 'gpu:1' … for one of several cards"
        )
    kind, number = found.group(1) or "gpu", found.group(2)
    if kind == "gpu":
        _require_gpu()
    if number is not None:
        runtime = cupy().cuda.runtime
        count = runtime.getDeviceCount()
        if int(number) >= count:
            raise ValueError(
                f"there is no device {device!r}: this machine has {count} GPU(s), numbered from 0"
            )
        if int(number) != runtime.getDevice():
            cupy().cuda.Device(int(number)).use()
    return kind


def _require_gpu():
    if _device == "gpu":
        return
    try:
        count = cupy().cuda.runtime.getDeviceCount()
    except RuntimeError as error:  # CUDARuntimeError is one: no driver, or one that is too old
        if "CuPy" in str(error):
            raise
        raise RuntimeError(
            f"CuPy is installed but finds no GPU device ({error}): check nvidia-smi and the "
            f"driver, and that the CuPy package fits your CUDA version: {INSTALL_CUPY}"
        ) from error
    if not count:
        raise RuntimeError(
            "CuPy is installed but this machine has no GPU device; where there is one, use the "
            f"CuPy package for its CUDA version: {INSTALL_CUPY}"
        )
    try:
        ones = cupy().ones((2, 2))
        ones @ ones + 1  # needs the compiler and the products of CUDA
    except Exception as error:  # whatever it is, also an error of CuPy's compiler: no GPU
        raise RuntimeError(
            f"CuPy finds the GPU, but CUDA's own libraries do not work ({error}): install the CUDA "
            "toolkit, or the wheels nvidia-cuda-nvrtc, nvidia-cuda-runtime and nvidia-cublas of "
            "your CUDA version beside CuPy"
        ) from error


def set_thread_device(device_name):
    """Make a device the current one of the calling thread; threads begin on the first card."""
    if device_name != "cpu":
        cupy().cuda.Device(int(device_name.partition(":")[2] or 0)).use()


def cupy():
    """CuPy, imported at the first call; ``RuntimeError`` saying how to install it if missing."""
    try:
        import cupy
    except ImportError as error:
        raise RuntimeError(
            f"the GPU needs CuPy, which is not installed or does not load ({error}): {INSTALL_CUPY}"
        ) from error
    return cupy
