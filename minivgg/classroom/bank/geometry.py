"""Windows of an image and the mistakes in their geometry: for im2col, convolution and pooling."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Mistake

PaddingMode: TypeAlias = Literal["constant", "edge", "reflect", "wrap"]

PADDING_MISTAKES = (
    Mistake("padding-forgotten", "The result is that of padding 0.",
            "What surrounds the image before the kernel moves over it?", 1),
    Mistake("padded-on-one-side",
            "The zeros are on one side only, or the size counts the padding only once.",
            "Compare the first and the last row of the padded image. How many rows does it have?",
            1, variants=4),
    Mistake("padded-with-edges", "The padding repeats or mirrors the image instead of being zero.",
            "Which values does the paper use for padding?", 1, variants=3),
)  # fmt: skip
STRIDE_MISTAKES = (
    Mistake("stride-ignored", "The result is that of stride 1.",
            "How far does the window move from one output to the next?", 1),
    Mistake("stride-counted-not-taken",
            "The number of outputs is right, but their windows are one pixel apart.",
            "With stride 2, at which row of the image does the window of output row 1 begin?", 1),
    Mistake("rounded-up", "There is an output for a window that extends beyond the image.",
            "Count by hand how often a window of size 3 fits into 6 pixels with stride 2.",
            1, variants=2),
    Mistake("no-plus-one", "The last row and column of outputs are missing.",
            "At how many positions does a kernel fit that is as large as the image?",
            1, variants=2),
)  # fmt: skip


def windows(
    x: Array, kh: int, kw: int, stride: int, padding: int, mistakes: Mistakes = ()
) -> Array:
    """(N, C, kh, kw, OH, OW): the window at each output position, with mistakes of geometry."""
    before, after = padding, padding
    if "padding-forgotten" in mistakes:
        before = after = 0
    if "padded-on-one-side" in mistakes:
        after = 0
    if "padded-on-one-side/2" in mistakes:
        before = 0
    if "padded-on-one-side/3" in mistakes:
        before, after = 0, 2 * padding
    if "padded-on-one-side/4" in mistakes:
        before, after = 2 * padding, 0
    if "stride-ignored" in mistakes:
        stride = 1
    modes: dict[str, PaddingMode] = {
        "padded-with-edges": "edge",
        "padded-with-edges/2": "reflect",
        "padded-with-edges/3": "wrap",
    }
    mode: PaddingMode = select(modes, mistakes, "constant")
    x = np.pad(x, ((0, 0), (0, 0), (before, after), (before, after)), mode)
    plus_one = 0 if "no-plus-one" in mistakes or "no-plus-one/2" in mistakes else 1
    round_up = any(name in mistakes for name in ("rounded-up", "rounded-up/2", "no-plus-one/2"))
    step = 1 if "stride-counted-not-taken" in mistakes else stride
    ranges = [size - kernel for size, kernel in zip(x.shape[2:], (kh, kw), strict=True)]
    oh, ow = (plus_one + (-(-r // stride) if round_up else r // stride) for r in ranges)
    if round_up:  # beyond the image are zeros, or the last row and column again
        mode = "edge" if "rounded-up/2" in mistakes else "constant"
        x = np.pad(x, ((0, 0), (0, 0), (0, stride), (0, stride)), mode)
    cols = np.empty((*x.shape[:2], kh, kw, oh, ow), x.dtype)
    for i in range(kh):
        for j in range(kw):
            cols[:, :, i, j] = x[:, :, i : i + step * oh : step, j : j + step * ow : step]
    return cols


FOLD_MISTAKES = (
    Mistake("assigned-instead-of-added", "Where windows overlap, only one of them counts.",
            "A pixel in the middle contributes to several outputs. What happens to all their "
            "gradients?", 2, variants=2),
    Mistake("still-padded", "The result has the shape of the padded image.",
            "The caller's image has no padding. Which part of yours is it?", 2),
    Mistake("border-cut-off-on-one-side",
            "The shape is right, but the result is shifted by the padding.",
            "At which row of the padded image does the image begin?", 2, variants=2),
)  # fmt: skip


def fold(
    cols: Array, shape: Sequence[int], stride: int, padding: int, mistakes: Mistakes = ()
) -> Array:
    """The adjoint of ``windows``: adds (N, C, kh, kw, OH, OW) to an image of ``shape``."""
    n, c, h, w = shape
    kh, kw, oh, ow = cols.shape[2:]
    if "stride-ignored" in mistakes:
        stride = 1
    padded = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    offsets = [(i, j) for i in range(kh) for j in range(kw)]
    for i, j in reversed(offsets) if "assigned-instead-of-added/2" in mistakes else offsets:
        pixels = (..., slice(i, i + stride * oh, stride), slice(j, j + stride * ow, stride))
        if "assigned-instead-of-added" in mistakes or "assigned-instead-of-added/2" in mistakes:
            padded[pixels] = cols[:, :, i, j]  # the last window overwrites the others
        else:
            padded[pixels] += cols[:, :, i, j]
    if "still-padded" in mistakes:
        return padded
    starts = {"border-cut-off-on-one-side": 0, "border-cut-off-on-one-side/2": 2 * padding}
    first = select(starts, mistakes, padding)
    return padded[:, :, first : first + h, first : first + w]
