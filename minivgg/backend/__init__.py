"""Array libraries, devices, random numbers, threads, memory, and the kernels of the operations.

The names here are what the rest of the package needs of a device. ``cpu`` and ``cuda`` have the
kernels: the loops over large arrays, written for speed, under the same names in both.
"""

from minivgg.backend.devices import (
    available,
    device,
    device_of,
    free_memory,
    gpu_count,
    namespace,
    numbered_device_of,
    set_thread_device,
    sync_interval,
    synchronize,
    to_device,
    to_numpy,
    use,
)
from minivgg.backend.precision import matmul_precision
from minivgg.backend.random import RandomGenerator, fixed_seed, rng, seed
from minivgg.backend.thread_pool import get_num_threads, set_num_threads
from minivgg.backend.transfer import prefetch_to_device
from minivgg.backend.types import Array, DType, Saved, Shape, Size

__all__ = [
    "Array",
    "DType",
    "RandomGenerator",
    "Saved",
    "Shape",
    "Size",
    "available",
    "device",
    "device_of",
    "fixed_seed",
    "free_memory",
    "get_num_threads",
    "gpu_count",
    "matmul_precision",
    "namespace",
    "numbered_device_of",
    "prefetch_to_device",
    "rng",
    "seed",
    "set_num_threads",
    "set_thread_device",
    "sync_interval",
    "synchronize",
    "to_device",
    "to_numpy",
    "use",
]
