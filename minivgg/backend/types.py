"""The types in the signatures of this package: arrays of both libraries, shapes, sizes, dtypes."""

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:  # CuPy is optional, and importing it takes seconds
    import cupy
    from numpy.typing import DTypeLike, NDArray

    Array: TypeAlias = NDArray[Any] | cupy.ndarray
    GPUArray: TypeAlias = cupy.ndarray
    DType: TypeAlias = DTypeLike
else:
    Array = GPUArray = np.ndarray  # or CuPy's: an operation takes the arrays of either library
    DType = np.dtype

Shape: TypeAlias = tuple[int, ...]
Size: TypeAlias = int | tuple[int, int]  # in pixels; a pair is (height, width)
Saved: TypeAlias = tuple[Any, ...]  # what the forward pass of an operation keeps for its backward
