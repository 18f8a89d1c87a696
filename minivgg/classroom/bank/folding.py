"""The adjoint of reading windows, and its mistakes: for col2im and the gradients of the image."""

from collections.abc import Sequence

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Mistake

ASSIGNED = Mistake(
    "assigned-instead-of-added",
    "Your code overwrites a pixel that lies in several windows, instead of adding to it.",
    "A pixel in the middle gets numbers from several windows. Is their sum in your result, or one "
    "of them?", 2, variants=2,
)  # fmt: skip
FOLD_MISTAKES = (
    ASSIGNED,
    Mistake("still-padded", "Your result for the image has the shape of the padded image.",
            "The image that you were given has no padding. Which part of your array is it?", 2),
    Mistake("negative-slice-at-padding-zero",
            "Your slice [p:-p] is empty where the padding p is 0.",
            "What is x[0:-0]? How can the end of the slice be written with H?", 2),
    Mistake("fails-at-padding-zero", "Your code fails where the padding is 0.",
            "Does it use a slice [p:-p], which is empty for p = 0, or an array that exists only "
            "for p > 0?", 2),
    Mistake("border-cut-off-on-one-side", "Your result is shifted by the padding.",
            "At which row of the padded image does the image begin?", 2, variants=2),
    Mistake("cropped-to-another-size",
            "Your result does not have the size of the image: your slice ends at a wrong row and "
            "column.",
            "At which row of the padded image does the image begin, and at which does it end?",
            2, variants=3),
    Mistake("padding-taken-for-one",
            "Your padding is 1, or you cut off one pixel on each side, whatever the padding is.",
            "Where does your code use the argument padding?", 2, variants=2),
    Mistake("into-first-image", "Your numbers of all images are added to the first image.",
            "Try N = 2. Which index selects the image that you add to?", 2),
    Mistake("into-all-images", "Your numbers of each image are added to all images.",
            "Try N = 2. Which index selects the image that you add to?", 2),
)  # fmt: skip
AVERAGED = Mistake(
    "averaged-over-windows", "Your numbers are averaged where windows overlap.",
    "What all windows send to a pixel is added. Where does your code divide?", 2, variants=2,
)  # fmt: skip
STRIDE_NOT_TAKEN = Mistake(
    "stride-ignored", "Your windows are one pixel apart, whatever the stride.",
    "With stride 2, at which row of the image does the window of output row 1 begin?", 2,
)  # fmt: skip


def fold(
    cols: Array, shape: Sequence[int], stride: int, padding: int, mistakes: Mistakes = ()
) -> Array:
    """Adds (N, C, kh, kw, OH, OW) to an image of ``shape``, each number to its pixel."""
    n, c, h, w = shape
    kh, kw, oh, ow = cols.shape[2:]
    if "stride-ignored" in mistakes:
        stride = 1
    around = 1 if "padding-taken-for-one" in mistakes else padding
    padded = np.zeros((n, c, h + 2 * around, w + 2 * around))
    offsets = [(i, j) for i in range(kh) for j in range(kw)]
    for i, j in reversed(offsets) if "assigned-instead-of-added/2" in mistakes else offsets:
        pixels = (..., slice(i, i + stride * oh, stride), slice(j, j + stride * ow, stride))
        if "assigned-instead-of-added" in mistakes or "assigned-instead-of-added/2" in mistakes:
            padded[pixels] = cols[:, :, i, j]  # the last window overwrites the others
        else:
            padded[pixels] += cols[:, :, i, j]
    if "averaged-over-windows" in mistakes or "averaged-over-windows/2" in mistakes:
        counts = fold(np.ones_like(cols), shape, stride, padding, ("still-padded",))
        if "averaged-over-windows" in mistakes:
            counts = np.maximum(counts, 1)
        padded = padded / counts  # nan where there is no window
    if "into-first-image" in mistakes:
        padded[0], padded[1:] = padded.sum(axis=0), 0
    if "into-all-images" in mistakes:
        padded[:] = padded.sum(axis=0)
    return _crop(padded, h, w, padding, mistakes)


def _crop(padded: Array, h: int, w: int, padding: int, mistakes: Mistakes) -> Array:
    """The image within its padding, with mistakes of the slice."""
    if "still-padded" in mistakes:
        return padded
    if "negative-slice-at-padding-zero" in mistakes:
        return padded[:, :, padding:-padding, padding:-padding]
    if "fails-at-padding-zero" in mistakes and padding == 0:
        raise ValueError("the slice [p:-p] is empty")
    ones = ("padding-taken-for-one", "padding-taken-for-one/2")
    if any(name in mistakes for name in ones):
        return padded[:, :, 1:-1, 1:-1]
    starts = {"border-cut-off-on-one-side": 0, "border-cut-off-on-one-side/2": 2 * padding}
    first = select(starts, mistakes, padding)
    more = {
        "cropped-to-another-size": -2 * padding,  # [p : H - p]
        "cropped-to-another-size/2": -padding,  # [p : H]
        "cropped-to-another-size/3": padding,  # [p :]
    }
    extra = first + select(more, mistakes, 0)
    return padded[:, :, first : h + extra, first : w + extra]
