"""Outputs at the wrong index, or left out, and their gradients: for convolution and pooling."""

from typing import TypeAlias

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.geometry import Sides, count_outputs
from minivgg.classroom.bank.options import Mistakes
from minivgg.classroom.tasks import Mistake

SIZE_FORMULA = Mistake(
    "size-formula-as-index",
    "Your indices of y or dy are computed with the formula of the output size.",
    "At which row of the image does the window of output row i begin? Solve for i.",
    1, variants=2,
)  # fmt: skip
STRIDE_OVER_OUTPUTS = Mistake(
    "stride-over-outputs",
    "Your loops over the outputs take the stride as their step, and leave outputs out.",
    "Does the stride count pixels of the image, or outputs?", 1, variants=2,
)  # fmt: skip
INDEX_MISTAKES = (SIZE_FORMULA, STRIDE_OVER_OUTPUTS)

Indices: TypeAlias = tuple[Array, Array]


def misplaced(
    y: Array, image: Sides, kernel: Sides, stride: int, padding: int, mistakes: Mistakes
) -> Array:
    """The outputs (N, F, OH, OW) at the indices that mistakes give them; 0 elsewhere."""
    oh, ow = y.shape[2:]
    if (indices := _formula_indices((oh, ow), kernel, stride, padding, mistakes)) is not None:
        placed = np.zeros_like(y)
        placed[:, :, *indices] = y
        return placed
    if "stride-over-outputs" in mistakes:  # the windows begin at the pixels of these indices
        placed = np.zeros_like(y)
        some = placed[:, :, ::stride, ::stride]
        some[:] = y[:, :, : some.shape[2], : some.shape[3]]
        return placed
    if "stride-over-outputs/2" in mistakes:
        placed = np.zeros_like(y)
        placed[:, :, ::stride, ::stride] = y[:, :, ::stride, ::stride]
        return placed
    if "image-taken-for-square/3" in mistakes:  # the array, while the loops are right
        side = image[0] + 2 * padding
        allocated = count_outputs((side, side), kernel, stride)
        if ow > allocated[1]:
            raise IndexError("an output beyond the array")
        return np.pad(y, ((0, 0), (0, 0), (0, 0), (0, allocated[1] - ow)))
    if "image-taken-for-square/4" in mistakes and oh != ow:  # y[k // OH, k % OH], for example
        raise IndexError("an output beyond the array")
    return y


def reads_in_wrong_order(mistakes: Mistakes) -> bool:
    """Whether dy is read at the indices of the formula of the output size."""
    return any(name in mistakes for name in SIZE_FORMULA.variant_names)


def misread(dy: Array, kernel: Sides, stride: int, padding: int, mistakes: Mistakes) -> Array:
    """The gradients (N, F, OH, OW) that loops with mistakes of indices read."""
    sides = (dy.shape[2], dy.shape[3])
    if (indices := _formula_indices(sides, kernel, stride, padding, mistakes)) is not None:
        return dy[:, :, *indices]
    if "stride-over-outputs" in mistakes:
        return dy[:, :, ::stride, ::stride]
    if "stride-over-outputs/2" in mistakes:
        rows, columns = (np.arange(side) % stride == 0 for side in sides)
        return dy * (rows[:, None] & columns)
    return dy


def _formula_indices(
    outputs: Sides, kernel: Sides, stride: int, padding: int, mistakes: Mistakes
) -> Indices | None:
    """The formula of the output size, applied to the first row and column of each window."""
    rounding = {"size-formula-as-index": np.floor, "size-formula-as-index/2": np.trunc}
    for name, rounded in rounding.items():
        if name in mistakes:
            rows, columns = (
                rounded(1 + (np.arange(n) * stride + 2 * padding - k) / stride).astype(int)
                for n, k in zip(outputs, kernel, strict=True)
            )
            return rows[:, None], columns
    return None
