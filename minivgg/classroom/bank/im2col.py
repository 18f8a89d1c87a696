"""Assignment 1: im2col, the windows of images as the rows of a matrix."""

from minivgg.backend import Array
from minivgg.classroom.bank.geometry import (
    FAILS_AT_PADDING_ZERO,
    IMAGE_TAKEN_FOR_SQUARE,
    KERNEL_TAKEN_FOR_SQUARE,
    PADDING_MISTAKES,
    REMAINDER_REFUSED,
    STRIDE_MISTAKES,
    windows,
)
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.bank.small_cases import CONVOLUTIONS
from minivgg.classroom.tasks import Case, Mistake, Task, distinct, normal


def im2col(x: Array, kh: int, kw: int, stride: int, padding: int, mistakes: Mistakes = ()) -> Array:
    """Every window as a row."""
    if "kernel-taken-for-square" in mistakes:
        kw = kh
    if "kernel-taken-for-square/2" in mistakes:
        kh = kw
    if "kernel-sides-exchanged" in mistakes:
        kh, kw = kw, kh
    cols = windows(x, kh, kw, stride, padding, mistakes)
    n, c, kh, kw, oh, ow = cols.shape
    if "windows-flipped" in mistakes:
        cols = cols[:, :, ::-1, ::-1]
    if "windows-flipped/2" in mistakes:
        cols = cols[:, ::-1, ::-1, ::-1]
    if "not-a-matrix" in mistakes:
        return cols.transpose(0, 4, 5, 1, 2, 3)
    if "not-a-matrix/2" in mistakes:
        return cols
    if "not-a-matrix/3" in mistakes:
        return cols.transpose(0, 4, 5, 1, 2, 3).reshape(n, oh * ow, c * kh * kw)
    if "not-a-matrix/4" in mistakes:
        return cols.reshape(n, c * kh * kw, oh * ow)
    orders = {
        "reshaped-without-transpose": (0, 1, 2, 3, 4, 5),
        "reshaped-without-transpose/2": (0, 1, 4, 5, 2, 3),
        "reshaped-without-transpose/3": (1, 2, 3, 0, 4, 5),
    }
    if order := select(orders, mistakes, None):
        return cols.transpose(order).reshape(n * oh * ow, c * kh * kw)
    rows, columns = (0, 4, 5), (1, 2, 3)
    if "batch-last" in mistakes:
        rows = (4, 5, 0)
    if "places-by-columns" in mistakes:
        rows = (0, 5, 4)
    if "channels-last" in mistakes:
        columns = (2, 3, 1)
    if "kernel-by-columns" in mistakes:
        columns = (3, 2, 1) if "channels-last" in mistakes else (1, 3, 2)
    matrix = cols.transpose(*rows, *columns).reshape(n * oh * ow, c * kh * kw)
    if "first-image-only" in mistakes:
        return matrix[: oh * ow]
    if "one-row-index-for-all-images" in mistakes:
        matrix[: oh * ow], matrix[oh * ow :] = matrix[-oh * ow :].copy(), 0
    return matrix.T if "transposed" in mistakes else matrix


SMALL_CASES = tuple(
    Case(g.about, ([distinct(g.n, g.c, g.h, g.w), g.kh, g.kw, g.stride, g.padding],))
    for g in CONVOLUTIONS
)

IM2COL = Task(
    "im2col(x, kh, kw, stride, padding)",
    ("cols",),
    "Every window of the images as a row of a matrix. Rows are ordered by image, output row and "
    "output column; within a row, numbers are ordered by channel, kernel row and kernel column.",
    im2col,
    (
        Case("one grey image", ([normal(1, 1, 4, 4), 3, 3, 1, 0],)),
        Case("two images, H > W", ([normal(2, 1, 6, 4), 2, 2, 1, 0],)),
        Case("three channels, a kernel of 3×2", ([normal(1, 3, 5, 5), 3, 2, 1, 0],)),
        Case("stride 2 with a remainder", ([normal(2, 2, 6, 8), 3, 3, 2, 0],)),
        Case("padding 1", ([normal(2, 3, 5, 4), 3, 3, 1, 1],)),
        Case("all of these at once", ([normal(2, 3, 7, 6), 3, 2, 2, 1],)),
        Case("a large padding", ([normal(2, 2, 4, 5), 3, 4, 3, 2],)),
        *SMALL_CASES,
    ),
    (
        Mistake("transposed", "Your matrix has windows as columns instead of rows.",
                "Is a row of your matrix one window, or one position in the kernel?", 1),
        Mistake("not-a-matrix", "Your result is not a matrix: it has more than two axes.",
                "How many windows are there in total, and how many numbers are in one window?",
                1, variants=4),
        Mistake("reshaped-without-transpose",
                "Your numbers are right, but there are rows that mix numbers of several windows.",
                "reshape reads and writes in row-major order, the last axis fastest. Which axes "
                "must be last before it?", 1, variants=3),
        Mistake("batch-last", "Your rows are ordered with the image changing fastest.",
                "Does row 1 belong to image 0 or to image 1?", 1),
        Mistake("places-by-columns",
                "Your rows follow each output column from top to bottom.",
                "Which of the two output indices changes fastest from row to row?", 1),
        Mistake("channels-last", "Your code orders each row with the channel changing fastest.",
                "In which order does w.reshape(F, -1) read a filter (C, kh, kw)?", 1),
        Mistake("kernel-by-columns", "Your windows are read column by column.",
                "In row-major order, which index of a window changes fastest?", 1),
        KERNEL_TAKEN_FOR_SQUARE,
        Mistake("kernel-sides-exchanged", "Your windows are kw high and kh wide.",
                "Try a kernel of 3×2. Is kh or kw its number of rows?", 1),
        Mistake("windows-flipped", "Your windows are read in reverse order.",
                "Which pixel of the window is multiplied by the first weight of the filter?",
                1, variants=2),
        Mistake("first-image-only", "Your matrix has rows for the first image only.",
                "How many windows do N images have in total?", 1),
        Mistake("one-row-index-for-all-images",
                "Your rows of each image overwrite those of the image before.",
                "At which row do the windows of image 1 begin?", 1),
        *PADDING_MISTAKES,
        *STRIDE_MISTAKES,
        IMAGE_TAKEN_FOR_SQUARE,
        FAILS_AT_PADDING_ZERO,
        REMAINDER_REFUSED,
    ),
)  # fmt: skip

TASKS = (IM2COL,)
