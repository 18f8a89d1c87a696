"""The machine: its hardware and libraries, its rates, and the minimum times that follow.

The rates are those of a large product and of a large copy.
"""

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

PACKAGES = ("numpy", "torch", "onnxruntime", "openvino", "MNN", "ncnn", "jax", "dezero")


def timed(function, seconds=0.5):
    """Median seconds of a call, over calls that take ``seconds`` in all."""
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
    """Bytes a second, on all threads: (reading, copying) a large array.

    Reading is a product with a vector; a copy counts as read and written.
    """
    a, v = np.ones((1 << 14, 1 << 12), np.float32), np.ones(1 << 12, np.float32)
    b = np.empty_like(a)
    blocks = [slice(i, i + 64) for i in range(0, len(a), 64)]
    read = timed(lambda: thread_pool.for_each(lambda rows: np.dot(a[rows], v), blocks))
    copy = timed(lambda: thread_pool.for_each(lambda rows: np.copyto(b[rows], a[rows]), blocks))
    return a.nbytes / read, 2 * a.nbytes / copy


def description():
    """(lines of Markdown, multiply-adds a second, bytes read a second, bytes copied a second)."""
    info = _lines_of("/proc/cpuinfo")
    names = [line.split(":")[1].strip() for line in info if line.startswith("model name")]
    cpu = names[0] if names else platform.processor()
    flags = next((line for line in info if line.startswith("flags")), "")
    family = " ".join(
        line.replace("\t", "").strip()
        for line in info[:5]
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
    lines = [
        f"- processor: {cpu} ({family}{', AVX-512' if 'avx512f' in flags else ''}), "
        f"{backend.get_num_threads()} threads used of {os.cpu_count()} CPUs",
        f"- Python {platform.python_version()}, {', '.join(versions)}; "
        f"NumPy's BLAS: {', '.join(blas)}",
        f"- large float32 product: {2 * rate / 1e9:.0f} GFLOP/s; memory: "
        f"reading {read / 1e9:.0f} GB/s, copying {copy / 1e9:.0f} GB/s (read + written)",
    ]
    return lines, rate, read, copy


def minimum_seconds(configuration, batch, rate, read, copy, training=False):
    """The minimum seconds of a net: (direct convolution, Winograd's F(4×4, 3×3)).

    rate: multiply-adds a second. read, copy: bytes a second. Each convolution reads and writes its
    images once; a fully connected layer reads its weights once. A training step does three times as
    much, and touches each weight of a fully connected layer, its gradient and its velocity 8 times.
    """
    spec = CONFIGURATIONS[configuration]
    c, h, w = spec.input_shape
    direct = winograd = copying = 0
    for item in spec.layers:
        if item == "M":
            h, w = h // 2, w // 2
            continue
        direct += h * w * 9 * c * item
        copying += 4 * h * w * (c + item) / copy
        winograd += h * w * 9 * c * item if c == 3 else -(-h // 4) * -(-w // 4) * 36 * c * item
        c = item
    sizes = [c * h * w, *spec.hidden, 1000]
    linear = 4 * sum(a * b for a, b in pairwise(sizes)) / read
    times = 3 if training else 1
    return tuple(
        times * batch * (multiplications / rate + copying) + (8 if training else 1) * linear
        for multiplications in (direct, winograd)
    )


def _lines_of(path):
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
