"""Which array library and which device: arrays carry their device, and CuPy is imported late.

An operation asks the array (``namespace(x)``) and never a global flag. The choice made by ``use``
only says where *new* arrays (weights, batches) are put.
"""

import os
import re
import sys
import warnings
from types import ModuleType

import numpy as np

import minivgg.backend.resources as resources
from minivgg.backend.types import Array
from minivgg.utils.foreign_spellings import our_name

DEVICES = ("cpu", "gpu")
GPU_SYNC_INTERVAL_STEPS = 20  # training steps on the GPU between two readings of their results
INSTALL_CUPY = "pip install cupy-cuda12x (CUDA 12) or pip install cupy-cuda13x (CUDA 13)"
NUMPY_TYPES = (np.ndarray, np.generic)  # a tuple: a union would be made anew for each isinstance

# The default device; None until use() or the first reading of MINIVGG_DEVICE.
_device: str | None = None
_working_cupy: ModuleType | None = None  # whose compiler and products were found to work


def use(device: str) -> None:
    """Choose the device of new arrays: weights and batches.

    Parameters
    ----------
    device : {"cpu", "gpu", "gpu:0", "gpu:1", …}
        A number makes that card the one that "gpu" means in this thread.

    Raises
    ------
    ValueError
        If there is no such name, or no such card.
    RuntimeError
        If the GPU cannot be used. The message says what is missing.

    Examples
    --------
    >>> from minivgg import backend, layers
    >>> backend.use("cpu")
    >>> backend.device()
    'cpu'
    >>> backend.device_of(layers.Linear(3, 2).weight.data)
    'cpu'
    """
    global _device
    _device = resolve(device)


def device() -> str:
    """The device of new arrays.

    Returns
    -------
    device : {"cpu", "gpu"}
        That of the last ``use``, else ``$MINIVGG_DEVICE``, else "cpu".
    """
    return _default_device()


def _default_device() -> str:
    global _device
    if _device is None:
        _device = resolve(os.environ.get("MINIVGG_DEVICE", "").strip() or "cpu")
    return _device


def available() -> tuple[str, ...]:
    """The devices that work here.

    Returns
    -------
    devices : tuple of str
        ("cpu",) or ("cpu", "gpu").
    """
    try:
        resolve("gpu")
    except RuntimeError:
        return ("cpu",)
    return DEVICES


def namespace(*arrays: Array | None) -> ModuleType:
    """The array library of these arrays.

    Parameters
    ----------
    *arrays : array or None
        ``None`` is skipped. Without any array, the library of the default device is returned.

    Returns
    -------
    library : module
        ``numpy`` or ``cupy``, which have the same functions.

    Raises
    ------
    RuntimeError
        If the arrays are on two devices.
    TypeError
        If one of them is no array.

    Examples
    --------
    >>> x = np.array([1.0, 4.0, 9.0])
    >>> xp = namespace(x)
    >>> xp.sqrt(x)
    array([1., 2., 3.])
    """
    return cupy() if (common_device(*arrays) or device()) == "gpu" else np


def device_of(x: Array) -> str:
    """The device that an array lives on.

    Parameters
    ----------
    x : array
        NumPy's or CuPy's.

    Returns
    -------
    device : {"cpu", "gpu"}
        Without the number of the card.

    Raises
    ------
    TypeError
        If x is no array, or NumPy's masked array or matrix.
    """
    if type(x) is np.ndarray:  # nearly always
        return "cpu"
    if isinstance(x, NUMPY_TYPES):
        if isinstance(x, np.ma.MaskedArray):
            raise TypeError(
                "expected a NumPy or CuPy array, got a masked array, whose mask would be ignored; "
                "fill what is masked with x.filled(...)"
            )
        if isinstance(x, np.matrix):
            raise TypeError(
                "expected a NumPy or CuPy array, got a matrix, for which * means another product; "
                "make one with np.asarray(...)"
            )
        return "cpu"
    cupy = sys.modules.get("cupy")  # an array of CuPy can only exist once CuPy was imported
    if cupy is not None and isinstance(x, cupy.ndarray):
        return "gpu"
    raise TypeError(
        f"expected a NumPy or CuPy array, got {type(x).__name__}; make one with np.asarray(...)"
    )


def numbered_device_of(x: Array) -> str:
    """The device that an array lives on, with the number of the card.

    Parameters
    ----------
    x : array
        NumPy's or CuPy's.

    Returns
    -------
    device : {"cpu", "gpu:0", "gpu:1", …}
        As ``use`` takes it.
    """
    return "cpu" if device_of(x) == "cpu" else f"gpu:{x.device.id}"  # type: ignore[union-attr]


def gpu_count() -> int:
    """The number of GPUs that this process can use.

    Returns
    -------
    count : int
        At least 1.

    Raises
    ------
    RuntimeError
        If there is none. The message says what is missing.
    """
    resolve("gpu")
    return cupy().cuda.runtime.getDeviceCount()


def common_device(*arrays: Array | None) -> str | None:
    """The one device that these arrays live on.

    Parameters
    ----------
    *arrays : array or None
        ``None`` is skipped.

    Returns
    -------
    device : {"cpu", "gpu"} or None
        None if there are no arrays.

    Raises
    ------
    RuntimeError
        If the arrays are on two devices.
    TypeError
        If one of them is no array.
    """
    common = None
    for x in arrays:
        if x is None:
            continue
        found = "cpu" if type(x) is np.ndarray else device_of(x)
        if common not in (None, found):
            raise RuntimeError(
                f"these arrays are on different devices ({common}, {found}): "
                "move them to one with backend.to_device"
            )
        common = found
    return common


def to_device(x: Array, device: str = "") -> Array:
    """Move an array to a device.

    Parameters
    ----------
    x : array
        NumPy's or CuPy's.
    device : str
        As for ``use``; by default the one of new arrays (``device()``).

    Returns
    -------
    moved : array
        x itself if it is there already, else a copy with the same order in memory.

    Raises
    ------
    ValueError, RuntimeError
        As ``use``.
    """
    device = device or _default_device()
    kind = resolve(device)
    if device_of(x) == kind and (device == kind or numbered_device_of(x) == device):
        return x
    copy = cupy().asarray if kind == "gpu" else cupy().asnumpy
    # These two keep only C and Fortran order, and channels last is a third one.
    order = sorted(range(x.ndim), key=lambda axis: -x.strides[axis])
    return copy(x.transpose(order)).transpose([order.index(axis) for axis in range(x.ndim)])


def to_numpy(x: Array) -> np.ndarray:
    """Bring an array to the CPU, where it can be plotted, saved and printed.

    Parameters
    ----------
    x : array
        NumPy's or CuPy's.

    Returns
    -------
    x : ndarray
        x itself if it is NumPy's, else a copy from the GPU.

    Examples
    --------
    >>> from minivgg import backend
    >>> x = backend.to_device(np.arange(3.0))
    >>> backend.to_numpy(x).tolist()
    [0.0, 1.0, 2.0]
    """
    return to_device(x, "cpu")


def synchronize() -> None:
    """Wait until the default device has finished its work: a GPU works in the background."""
    if device() == "gpu":
        cupy().cuda.get_current_stream().synchronize()


def sync_interval(device: str) -> int:
    """How often training reads its results: reading waits for all work of the device.

    Parameters
    ----------
    device : str
        As for ``use``.

    Returns
    -------
    steps : int
        Training steps between two readings.
    """
    return 1 if resolve(device) == "cpu" else GPU_SYNC_INTERVAL_STEPS


def free_memory(device: str) -> int | None:
    """The free memory of a device.

    Parameters
    ----------
    device : str
        As for ``use``.

    Returns
    -------
    memory : int or None
        In bytes; on the GPU with CuPy's free blocks. None if unknown.
    """
    if resolve(device) == "cpu":
        return resources.memory()
    return cupy().cuda.runtime.memGetInfo()[0] + cupy().get_default_memory_pool().free_bytes()


def resolve(device: str) -> str:
    """The kind of a named device, after a check that it can be used.

    Parameters
    ----------
    device : str
        As for ``use``. A number behind "gpu" makes that card the current one.

    Returns
    -------
    kind : {"cpu", "gpu"}
        Without the number.

    Raises
    ------
    ValueError, RuntimeError
        As ``use``.
    """
    found = re.fullmatch(r"(cpu|gpu)|gpu:(\d+)", device) if isinstance(device, str) else None
    if not found:
        ours = our_name(str(device))
        hint = f"did you mean {ours!r}? The" if ours else "the"
        raise ValueError(
            f"unknown device {device!r}: {hint} devices are 'cpu' and 'gpu', "
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


def _require_gpu() -> None:
    """Raise ``RuntimeError``, saying what is missing, unless the GPU can be used."""
    global _working_cupy
    if _device == "gpu" or (_working_cupy and cupy() is _working_cupy):
        return
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # a warning is not a reason to do without the GPU
        _check_cupy()
    _working_cupy = cupy()


def _check_cupy() -> None:
    """Raise ``RuntimeError`` unless CuPy finds a GPU, and can compile and multiply."""
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


def set_thread_device(device_name: str) -> None:
    """Make a device the current one of the calling thread; threads begin on the first card.

    Parameters
    ----------
    device_name : str
        As for ``use``.
    """
    if device_name != "cpu":
        cupy().cuda.Device(int(device_name.partition(":")[2] or 0)).use()


def cupy() -> ModuleType:
    """CuPy, imported at the first call.

    Returns
    -------
    cupy : module
        The library.

    Raises
    ------
    RuntimeError
        If it is not installed or does not load. The message says how to install it.
    """
    try:
        import cupy
    except ImportError as error:
        raise RuntimeError(
            f"the GPU needs CuPy, which is not installed or does not load ({error}): {INSTALL_CUPY}"
        ) from error
    return cupy
