"""The machine: what it is, how fast it multiplies and copies, and from that the least time that a convolution can take."""

import os
import platform
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_info

from minivgg import backend
from minivgg.backend import thread_pool
from minivgg.models.configurations import CONFIGURATIONS

PACKAGES = ("numpy", "torch", "onnxruntime", "jax", "dezero")


def timed(function, seconds=0.5):
    """Median seconds of a call, over ``seconds``."""
    function()
    times = []
    while sum(times) < seconds or len(times) < 5:
        started = perf_counter()
        function()
        times.append(perf_counter() - started)
    return median(times)


def gemm_rate():
    """Multiply-adds a second of a large float32 product, on all threads."""
    a = np.ones((4096, 4096), np.float32)
    out = np.empty_like(a)
    return 4096**3 / timed(lambda: np.matmul(a, a, out=out))


def bandwidth():
    """Bytes a second: reading a large array (a product with a vector), and copying one (read + written), on all threads."""
    a, b, v = (
        np.ones((1 << 14, 1 << 12), np.float32),
        np.empty((1 << 14, 1 << 12), np.float32),
        np.ones(1 << 12, np.float32),
    )
    blocks = [slice(i, i + 64) for i in range(0, 1 << 14, 64)]
    read = a.nbytes / timed(lambda: thread_pool.for_each(lambda rows: np.dot(a[rows], v), blocks))
    copy = (
        2
        * a.nbytes
        / timed(lambda: thread_pool.for_each(lambda rows: np.copyto(b[rows], a[rows]), blocks))
    )
    return read, copy


def description():
    """Lines of Markdown."""
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in _read("/proc/cpuinfo")
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    flags = next((line for line in _read("/proc/cpuinfo") if line.startswith("flags")), "")
    family = " ".join(
        line.replace("\t", "").strip()
        for line in _read("/proc/cpuinfo")[:5]
        if line.startswith(("cpu family", "model\t"))
    )
    blas = [
        f"{lib['internal_api']} {lib['version']} ({lib.get('architecture', '?')} kernels)"
        for lib in threadpool_info()
        if lib["user_api"] == "blas"
    ]
    versions = []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{name} not installed")
    rate, (read, copy) = gemm_rate(), bandwidth()
    return (
        [
            f"- processor: {cpu} ({family}{', AVX-512' if 'avx512f' in flags else ''}), "
            f"{backend.get_num_threads()} threads used of {os.cpu_count()} CPUs",
            f"- Python {platform.python_version()}, {', '.join(versions)}; NumPy's BLAS: {', '.join(blas)}",
            f"- large float32 product: {2 * rate / 1e9:.0f} GFLOP/s; "
            f"memory: reading {read / 1e9:.0f} GB/s, copying {copy / 1e9:.0f} GB/s (read + written)",
        ],
        rate,
        read,
        copy,
    )


def minimum_seconds(configuration, batch, rate, read, copy, training=False):
    """The least seconds of a net, (every convolution as it is written, with Winograd F(4×4, 3×3)).

    Products at ``rate``; each convolution's images read and written once at ``copy`` bytes a second; dense weights read once at ``read``.
    A training step does all that three times, and touches each dense weight and its gradient, velocity and update 8 times.
    """
    spec = CONFIGURATIONS[configuration]
    c, h, w = spec.input_shape
    plain = few = moved = 0
    for item in spec.layers:
        if item == "M":
            h, w = h // 2, w // 2
            continue
        plain += h * w * 9 * c * item
        moved += 4 * h * w * (c + item) / copy
        few += h * w * 9 * c * item if c == 3 else -(-h // 4) * -(-w // 4) * 36 * c * item
        c = item
    sizes = [c * h * w, *spec.hidden, 1000]
    dense = 4 * sum(a * b for a, b in pairwise(sizes)) / read
    times = 3 if training else 1
    return tuple(
        times * batch * (multiplications / rate + moved) + (8 if training else 1) * dense
        for multiplications in (plain, few)
    )


def _read(path):
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
