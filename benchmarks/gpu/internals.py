"""All internal names of minivgg and CuPy that these benchmarks use: a rename is followed here."""

import sys
from contextlib import contextmanager

import numpy as np

from minivgg import backend
from minivgg.backend import tuning
from minivgg.backend.cuda import products
from minivgg.backend.cuda.cost_model import ALGORITHMS  # for convolution on the GPU
from minivgg.backend.cuda.nccl import has_nccl
from minivgg.backend.cuda.sums import sum_rows
from minivgg.layers.initializers import INITIALIZERS

__all__ = [
    "ALGORITHMS",
    "block_bytes",
    "has_nccl",
    "launches_through",
    "products_through",
    "quick_weights",
    "sum_rows",
    "use_precision",
    "with_block_bytes",
    "with_product_blocks",
]

CONSTANT_INITIALIZERS = ("ones", "zeros")
TF32_MATH_MODE = 3  # CUBLAS_TF32_TENSOR_OP_MATH, a name that CuPy lacks


def block_bytes():
    """Bytes of the matrix that a convolution on the GPU makes at a time."""
    return tuning.get_tuning().gpu_block_bytes


def with_block_bytes(size):
    """A context manager in which convolution on the GPU works in blocks of ``size`` bytes."""
    return tuning.tuned(gpu_block_bytes=size)


def with_product_blocks(blocks):
    """A context manager in which the sums of products for dw are cut into up to ``blocks`` blocks.

    0: they are not cut.
    """
    return tuning.tuned(gpu_product_blocks=blocks)


@contextmanager
def products_through(around):
    """Inside the block, each product is ``around(label, gemm, *arguments)``."""
    gemm = products.gemm

    def watched(label, *arguments, **options):
        return around(label, gemm, label, *arguments, **options)

    products.gemm = watched
    try:
        yield
    finally:
        products.gemm = gemm


@contextmanager
def launches_through(around):
    """Inside the block, every launch of a CUDA kernel is ``around(function, launch, *arguments)``.

    function: the kernel's name. launch: does it, called as ``launch(*arguments)``.
    """
    users = [
        module
        for name, module in sys.modules.items()
        if name.startswith("minivgg.backend.cuda.") and callable(getattr(module, "launch", None))
    ]
    launch = users[0].launch

    def watched(source, function, *arguments, **options):
        return around(function, launch, source, function, *arguments, **options)

    for module in users:
        module.launch = watched
    try:
        yield
    finally:
        for module in users:
            module.launch = launch


@contextmanager
def quick_weights():
    """Inside the block, nets are built with repeated random numbers, of He's variance.

    Drawing the weights of VGG-16 takes seconds on the CPU, and times do not depend on them.
    """
    before = dict(INITIALIZERS)
    block = np.random.default_rng(0).standard_normal(1 << 20, dtype=np.float32)

    def draw(shape, rng):
        fan_in = np.prod(shape[1:])
        return np.resize(block, shape) * np.float32((2 / fan_in) ** 0.5)

    INITIALIZERS.update({name: draw for name in before if name not in CONSTANT_INITIALIZERS})
    try:
        yield
    finally:
        INITIALIZERS.update(before)


def use_precision(name):
    """Compute the GPU's float32 products in "float32" or "tf32"; returns what failed, or "".

    ``backend.matmul_precision`` is asked first; where it fails, CuPy and cuBLAS are told directly.
    """
    try:
        backend.matmul_precision(name)
    except AttributeError as error:  # a name that this version of CuPy does not have
        cupy, tf32 = backend.namespace(), name == "tf32"
        from cupy._core import _routines_linalg as products

        kind = products.COMPUTE_TYPE_TF32 if tf32 else products.COMPUTE_TYPE_DEFAULT
        products.set_compute_type(np.float32, kind)
        handle = cupy.cuda.device.get_cublas_handle()
        cupy.cuda.cublas.setMathMode(handle, TF32_MATH_MODE if tf32 else 0)
        return f"backend.matmul_precision({name!r}) fails ({error}); it was set through CuPy"
    return ""
