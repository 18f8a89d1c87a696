"""Assignment 1: im2col and the forward pass of convolution."""

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.geometry import PADDING_MISTAKES, STRIDE_MISTAKES, windows
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Case, Mistake, Task, levels, normal


def im2col(x: Array, kh: int, kw: int, stride: int, padding: int, mistakes: Mistakes = ()) -> Array:
    """Every window as a row."""
    if "kernel-taken-for-square" in mistakes:
        kw = kh
    if "kernel-sides-exchanged" in mistakes:
        kh, kw = kw, kh
    cols = windows(x, kh, kw, stride, padding, mistakes)
    n, c, kh, kw, oh, ow = cols.shape
    if "windows-flipped" in mistakes:
        cols = cols[:, :, ::-1, ::-1]
    if "windows-flipped/2" in mistakes:
        cols = cols[:, ::-1, ::-1, ::-1]
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
        columns = (1, 3, 2)
    matrix = cols.transpose(*rows, *columns).reshape(n * oh * ow, c * kh * kw)
    if "first-image-only" in mistakes:
        return matrix[: oh * ow]
    return matrix.T if "transposed" in mistakes else matrix


def conv_forward(
    x: Array, w: Array, b: Array, stride: int, padding: int, mistakes: Mistakes = ()
) -> Array:
    """The product of all windows with all filters."""
    f, c, kh, kw = w.shape
    if "kernel-flipped" in mistakes:
        w = w[:, :, ::-1, ::-1]
    if "kernel-flipped/2" in mistakes:
        w = w[:, ::-1, ::-1, ::-1]
    if "filters-reshaped-to-columns/2" in mistakes:
        w = w.reshape(kh, kw, c, f).transpose(3, 2, 0, 1)
    if "filters-reshaped-to-columns" in mistakes:
        w = w.reshape(-1, f).T.reshape(w.shape)
    if "kernel-transposed" in mistakes:
        w = w.swapaxes(2, 3)
    if "kernel-transposed/2" in mistakes:
        w = w.swapaxes(2, 3).reshape(w.shape)
    if "one-channel-only" in mistakes or "one-channel-only/2" in mistakes:
        w = w * (np.arange(c) == (0 if "one-channel-only" in mistakes else c - 1))[:, None, None]
    y = np.einsum("ncijpq,fcij->nfpq", windows(x, kh, kw, stride, padding, mistakes), w)
    n, f, oh, ow = y.shape
    if "mean-instead-of-sum" in mistakes or "mean-instead-of-sum/2" in mistakes:
        y /= c * kh * kw
    if "batch-last" in mistakes:
        y = y.transpose(2, 3, 0, 1).reshape(n, oh, ow, f).transpose(0, 3, 1, 2)
    if "first-image-only" in mistakes:
        y[1:] = 0
    bias_factors = {
        "bias-forgotten": 0,
        "bias-subtracted": -1,
        "bias-added-often": c,
        "bias-added-often/2": c * kh * kw,
        "bias-added-often/3": kh * kw,
        "mean-instead-of-sum/2": 1 / (c * kh * kw),
    }
    y = y + select(bias_factors, mistakes, 1) * b[:, None, None]
    if "relu-at-the-end" in mistakes:
        y = np.maximum(y, 0)
    if "first-image-only/2" in mistakes:
        y[1:] = 0
    return _in_wrong_order(y, mistakes)


def _in_wrong_order(y: Array, mistakes: Mistakes) -> Array:
    """The outputs after the mistakes about the order of their axes."""
    n, f, oh, ow = y.shape
    if "reshaped-without-transpose" in mistakes:  # rows are positions
        y = y.transpose(0, 2, 3, 1).reshape(n, f, oh, ow)
    if "reshaped-without-transpose/2" in mistakes:  # rows are filters
        y = y.transpose(1, 0, 2, 3).reshape(n, f, oh, ow)
    if "reshaped-without-transpose/3" in mistakes:  # rows are filters, the batch is last
        y = y.transpose(1, 2, 3, 0).reshape(n, f, oh, ow)
    if "height-and-width-swapped" in mistakes:
        y = y.swapaxes(2, 3)
    if "height-and-width-swapped/2" in mistakes:
        y = y.reshape(n, f, ow, oh)
    if "height-and-width-swapped/3" in mistakes:
        y = y.transpose(0, 2, 3, 1).reshape(n, ow, oh, f).transpose(0, 3, 1, 2)
    return y.transpose(0, 2, 3, 1) if "channels-last" in mistakes else y


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
    ),
    (
        Mistake("transposed", "Rows and columns of the matrix are swapped.",
                "Is a row one window, or one position in the kernel?", 1),
        Mistake("reshaped-without-transpose",
                "The numbers are right, but each row mixes several windows.",
                "reshape keeps the order of the numbers. Which axes must be next to each other "
                "before it?", 1, variants=3),
        Mistake("batch-last", "In the order of the rows, the image changes fastest.",
                "Does row 1 belong to image 0 or to image 1?", 1),
        Mistake("places-by-columns", "The rows follow each output column from top to bottom.",
                "Which of the two output indices changes fastest from row to row?", 1),
        Mistake("channels-last", "Within a row, the channel changes fastest.",
                "In which order does w.reshape(F, -1) read a filter (C, kh, kw)?", 1),
        Mistake("kernel-by-columns", "Within a row, each window is read column by column.",
                "In which order does reshape read a window?", 1),
        Mistake("kernel-taken-for-square", "Each window is as wide as it is high.",
                "Try a kernel of 3×2: where is kw used?", 1),
        Mistake("kernel-sides-exchanged", "The windows are kw high and kh wide.",
                "Try a kernel of 3×2.", 1),
        Mistake("windows-flipped", "Each window is read in reverse order.",
                "Which pixel of the window is multiplied by the first weight of the filter?",
                1, variants=2),
        Mistake("first-image-only", "There are rows for the first image only.",
                "How many windows do N images have?", 1),
        *PADDING_MISTAKES,
        *STRIDE_MISTAKES,
    ),
)  # fmt: skip

CONV_FORWARD = Task(
    "conv_forward(x, w, b, stride, padding)",
    ("y",),
    "Convolution as in deep learning, without flipping the kernel: y[n, f] = b[f] + the sum of "
    "w[f] times the window, (N, F, OH, OW).",
    conv_forward,
    (
        Case("one grey image, one filter, no bias",
             ([normal(1, 1, 4, 4), normal(1, 1, 3, 3), levels(1, 1), 1, 0],)),
        Case("two images, four filters",
             ([normal(2, 3, 5, 5), normal(4, 3, 3, 3), normal(4), 1, 0],)),
        Case("H > W", ([normal(2, 2, 7, 5), normal(3, 2, 3, 3), normal(3), 1, 0],)),
        Case("a kernel of 3×2", ([normal(2, 2, 5, 5), normal(3, 2, 3, 2), normal(3), 1, 0],)),
        Case("stride 2 with a remainder",
             ([normal(2, 2, 6, 8), normal(3, 2, 3, 3), normal(3), 2, 0],)),
        Case("padding 1", ([normal(2, 3, 5, 4), normal(4, 3, 3, 3), normal(4), 1, 1],)),
        Case("all of these at once", ([normal(3, 2, 8, 5), normal(4, 2, 3, 2), normal(4), 2, 1],)),
    ),
    (
        Mistake("kernel-flipped",
                "The kernel is flipped: this is convolution as defined in mathematics.",
                "Write out y[0, 0] for a kernel whose only 1 is at [0, 0]. Which pixel is it?",
                1, variants=2),
        Mistake("reshaped-without-transpose",
                "The numbers are right, but filters and positions are mixed up.",
                "After the product, a row is a position and a column is a filter. Which axis is "
                "second in y? reshape does not change the order of the numbers.", 1, variants=3),
        Mistake("height-and-width-swapped", "Height and width of the output are swapped.",
                "Try an image whose height and width differ.", 1, variants=3),
        Mistake("batch-last",
                "Numbers of different images are mixed up: in the columns the batch is last, in "
                "the output it is first.",
                "In which order are the rows of im2col, and in which order does your reshape read "
                "them?", 1),
        Mistake("channels-last", "The output is (N, OH, OW, F).",
                "Which axis holds the channels in this project?", 1),
        Mistake("filters-reshaped-to-columns", "Each filter is a mixture of all filters.",
                "reshape(-1, F).T is not reshape(F, -1). Print both for two small filters.",
                1, variants=2),
        Mistake("kernel-transposed", "Rows and columns of each kernel are swapped.",
                "Try a kernel of 3×2.", 1, variants=2),
        Mistake("one-channel-only", "Only the first or the last channel counts.",
                "A filter has one kernel per channel. How are their results combined?",
                1, variants=2),
        Mistake("mean-instead-of-sum",
                "All numbers are divided by the number of weights of a filter.",
                "Is it a mean or a sum?", 1, variants=2),
        Mistake("first-image-only", "From the second image on, the output is 0 or only the bias.",
                "Try N = 2.", 1, variants=2),
        Mistake("bias-forgotten", "Each map differs by a constant.",
                "What is y where the image is 0?", 1),
        Mistake("bias-subtracted", "Each map differs by twice its bias.",
                "What is y where the image is 0?", 1),
        Mistake("relu-at-the-end", "Negative numbers have become 0.",
                "Is the ReLU part of the convolution?", 1),
        Mistake("bias-added-often", "Each map differs by a multiple of its bias.",
                "Is the bias added inside a loop where it does not belong?", 1, variants=3),
        *PADDING_MISTAKES,
        *STRIDE_MISTAKES,
    ),
)  # fmt: skip

TASKS = (IM2COL, CONV_FORWARD)
