"""How exactly the GPU multiplies float32: with all bits, or in TF32, which is faster."""

import numpy as np

from minivgg.backend.devices import cupy, resolve

CUBLAS_TF32_MATH = 3  # CUBLAS_TF32_TENSOR_OP_MATH of cuBLAS, a name that CuPy lacks

_precision = "float32"  # of the GPU's products


def matmul_precision(precision: str | None = None) -> str:
    """Get or set how the GPU computes float32 products.

    Parameters
    ----------
    precision : {"float32", "tf32"}, optional
        What to set; None changes nothing. "tf32" rounds factors to 10 bits of mantissa, a relative
        error of up to 5·10⁻⁴ each, and is several times as fast on cards that have it (Ampere and
        later). It is off by default.

    Returns
    -------
    precision : {"float32", "tf32"}
        What was set last.

    Raises
    ------
    ValueError
        If there is no such precision.
    RuntimeError
        If there is no GPU.

    Notes
    -----
    Winograd's transforms amplify rounding, so convolution is less exact still. cuBLAS remembers the
    setting for the calling thread.
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
        mode = CUBLAS_TF32_MATH if tf32 else cuda.cublas.CUBLAS_DEFAULT_MATH
        cuda.cublas.setMathMode(cuda.device.get_cublas_handle(), mode)
        _precision = precision
    return _precision


def product_precision() -> str:
    """How the GPU computes float32 products, without a look at whether there is one.

    Returns
    -------
    precision : {"float32", "tf32"}
        What ``matmul_precision`` set last.
    """
    return _precision
