"""Assignment 1: im2col and the forward pass of convolution."""

import numpy as np

from minivgg.classroom.bank.geometry import PADDING, STEPS, windows
from minivgg.classroom.tasks import Case, Mistake, Task, levels, normal


def im2col(x, kh, kw, stride, padding, wrong=()):
    """Every window as a row."""
    if "kernel-taken-for-square" in wrong:
        kw = kh
    if "kernel-sides-exchanged" in wrong:
        kh, kw = kw, kh
    cols = windows(x, kh, kw, stride, padding, wrong)
    n, c, kh, kw, oh, ow = cols.shape
    if "windows-flipped" in wrong:
        cols = cols[:, :, ::-1, ::-1]
    if "windows-flipped/2" in wrong:
        cols = cols[:, ::-1, ::-1, ::-1]
    axes = {"reshaped-without-transpose": (0, 1, 2, 3, 4, 5), "reshaped-without-transpose/2": (0, 1, 4, 5, 2, 3),
            "reshaped-without-transpose/3": (1, 2, 3, 0, 4, 5)}  # fmt: skip
    for name in axes:
        if name in wrong:
            return cols.transpose(axes[name]).reshape(n * oh * ow, c * kh * kw)
    rows, columns = (0, 4, 5), (1, 2, 3)
    if "batch-last" in wrong:
        rows = (4, 5, 0)
    if "places-by-columns" in wrong:
        rows = (0, 5, 4)
    if "channels-last" in wrong:
        columns = (2, 3, 1)
    if "kernel-by-columns" in wrong:
        columns = (1, 3, 2)
    matrix = cols.transpose(*rows, *columns).reshape(n * oh * ow, c * kh * kw)
    if "first-image-only" in wrong:
        return matrix[: oh * ow]
    return matrix.T if "transposed" in wrong else matrix


def conv_forward(x, w, b, stride, padding, wrong=()):
    """A product of all windows with all filters."""
    f, c, kh, kw = w.shape
    if "kernel-flipped" in wrong:
        w = w[:, :, ::-1, ::-1]
    if "kernel-flipped/2" in wrong:
        w = w[:, ::-1, ::-1, ::-1]
    if "filters-reshaped-to-columns/2" in wrong:
        w = w.reshape(kh, kw, c, f).transpose(3, 2, 0, 1)
    if "filters-reshaped-to-columns" in wrong:
        w = w.reshape(-1, f).T.reshape(w.shape)
    if "kernel-transposed" in wrong:
        w = w.swapaxes(2, 3)
    if "kernel-transposed/2" in wrong:
        w = w.swapaxes(2, 3).reshape(w.shape)
    if "one-channel-only" in wrong or "one-channel-only/2" in wrong:
        w = w * (np.arange(c) == (0 if "one-channel-only" in wrong else c - 1))[:, None, None]
    y = np.einsum("ncijpq,fcij->nfpq", windows(x, kh, kw, stride, padding, wrong), w)
    n, f, oh, ow = y.shape
    if "mean-instead-of-sum" in wrong or "mean-instead-of-sum/2" in wrong:
        y /= c * kh * kw
    if "batch-last" in wrong:
        y = y.transpose(2, 3, 0, 1).reshape(n, oh, ow, f).transpose(0, 3, 1, 2)
    if "first-image-only" in wrong:
        y[1:] = 0
    times = {"bias-forgotten": 0, "bias-subtracted": -1, "bias-added-often": c, "bias-added-often/2": c * kh * kw,
             "bias-added-often/3": kh * kw,
             "mean-instead-of-sum/2": 1 / (c * kh * kw)}  # fmt: skip
    y = y + next((times[name] for name in times if name in wrong), 1) * b[:, None, None]
    if "relu-at-the-end" in wrong:
        y = np.maximum(y, 0)
    if "first-image-only/2" in wrong:
        y[1:] = 0
    if "reshaped-without-transpose" in wrong:  # rows are places
        y = y.transpose(0, 2, 3, 1).reshape(n, f, oh, ow)
    if "reshaped-without-transpose/2" in wrong:  # rows are filters
        y = y.transpose(1, 0, 2, 3).reshape(n, f, oh, ow)
    if "reshaped-without-transpose/3" in wrong:  # rows are filters, the batch comes last
        y = y.transpose(1, 2, 3, 0).reshape(n, f, oh, ow)
    if "height-and-width-swapped" in wrong:
        y = y.swapaxes(2, 3)
    if "height-and-width-swapped/2" in wrong:
        y = y.reshape(n, f, ow, oh)
    if "height-and-width-swapped/3" in wrong:
        y = y.transpose(0, 2, 3, 1).reshape(n, ow, oh, f).transpose(0, 3, 1, 2)
    return y.transpose(0, 2, 3, 1) if "channels-last" in wrong else y


UNFOLD = Task(
    "im2col(x, kh, kw, stride, padding)",
    ("cols",),
    "Every window of the images as a row of a matrix: rows by image, output row, output column; within a row by channel, kernel row, "
    "kernel column.",
    im2col,
    (
        Case("one grey image", ([normal(1, 1, 4, 4), 3, 3, 1, 0],)),
        Case("two images, higher than wide", ([normal(2, 1, 6, 4), 2, 2, 1, 0],)),
        Case("three channels, a kernel of 3×2", ([normal(1, 3, 5, 5), 3, 2, 1, 0],)),
        Case("stride 2, which does not divide", ([normal(2, 2, 6, 8), 3, 3, 2, 0],)),
        Case("padding 1", ([normal(2, 3, 5, 4), 3, 3, 1, 1],)),
        Case("everything at once", ([normal(2, 3, 7, 6), 3, 2, 2, 1],)),
        Case("a large padding", ([normal(2, 2, 4, 5), 3, 4, 3, 2],)),
    ),
    (
        Mistake("transposed", "Rows and columns of the matrix are exchanged.", "Is a row one window, or one place of the kernel?", 1),
        Mistake("reshaped-without-transpose", "The numbers are right, but a row mixes several windows.",
                "reshape only cuts a line of numbers anew: which axes must lie next to each other before it?", 1, ways=3),
        Mistake("batch-last", "Rows run over the places first, and over the images last.", "Row 1 belongs to image 0 or to image 1?", 1),
        Mistake("places-by-columns", "Rows go down each output column before the next.",
                "Which of the two output indices changes fastest from row to row?", 1),
        Mistake("channels-last", "Within a row the channels change fastest.",
                "In which order does w.reshape(F, -1) read a filter (C, kh, kw)?", 1),
        Mistake("kernel-by-columns", "Within a row each window is read column by column.", "In which order does reshape read a window?", 1),
        Mistake("kernel-taken-for-square", "Each window is as wide as it is high.", "Try a kernel of 3×2: where is kw used?", 1),
        Mistake("kernel-sides-exchanged", "Windows are kw high and kh wide.", "Try a kernel of 3×2.", 1),
        Mistake("windows-flipped", "Each window is read backwards.",
                "Which pixel of the window does the first weight of the filter meet?", 1, ways=2),
        Mistake("first-image-only", "There are rows for the first image only.", "How many windows have N images?", 1),
        *PADDING,
        *STEPS,
    ),
)  # fmt: skip

FORWARD = Task(
    "conv_forward(x, w, b, stride, padding)",
    ("y",),
    "Convolution as all nets mean it: y[n, f] = b[f] + Σ over channels and kernel of w[f] · window, (N, F, OH, OW).",
    conv_forward,
    (
        Case("one grey image, one filter, no bias", ([normal(1, 1, 4, 4), normal(1, 1, 3, 3), levels(1, 1), 1, 0],)),
        Case("two images, four filters", ([normal(2, 3, 5, 5), normal(4, 3, 3, 3), normal(4), 1, 0],)),
        Case("higher than wide", ([normal(2, 2, 7, 5), normal(3, 2, 3, 3), normal(3), 1, 0],)),
        Case("a kernel of 3×2", ([normal(2, 2, 5, 5), normal(3, 2, 3, 2), normal(3), 1, 0],)),
        Case("stride 2, which does not divide", ([normal(2, 2, 6, 8), normal(3, 2, 3, 3), normal(3), 2, 0],)),
        Case("padding 1", ([normal(2, 3, 5, 4), normal(4, 3, 3, 3), normal(4), 1, 1],)),
        Case("everything at once", ([normal(3, 2, 8, 5), normal(4, 2, 3, 2), normal(4), 2, 1],)),
    ),
    (
        Mistake("kernel-flipped", "The kernel goes over the image upside down: that is convolution as mathematicians mean it.",
                "Write y[0, 0] out for a kernel whose only 1 is at [0, 0]: which pixel is it?", 1, ways=2),
        Mistake("reshaped-without-transpose", "The numbers are right, but at the wrong places: filters and places are mixed up.",
                "After the product a row is a place and a column a filter. Which axis is second in y, and what does reshape leave alone?",
                1, ways=3),
        Mistake("height-and-width-swapped", "Height and width of the output are exchanged.",
                "Try an image that is higher than wide.", 1, ways=3),
        Mistake("batch-last", "Numbers of different images are mixed up: the columns have the batch last, the output has it first.",
                "In which order do the rows of im2col run, and in which does your reshape read them?", 1),
        Mistake("channels-last", "The output is (N, OH, OW, F).", "Where does the project keep the channels?", 1),
        Mistake("filters-reshaped-to-columns", "Each filter is a mixture of all filters.",
                "reshape(-1, F).T is not reshape(F, -1): print both for two small filters.", 1, ways=2),
        Mistake("kernel-transposed", "Rows and columns of each kernel are exchanged.", "Try a kernel of 3×2.", 1, ways=2),
        Mistake("one-channel-only", "Only the first or the last channel counts.",
                "A filter has a kernel for every channel: what becomes of their results?", 1, ways=2),
        Mistake("mean-instead-of-sum", "Everything is too small by the number of weights of a filter.",
                "Is it a mean or a sum?", 1, ways=2),
        Mistake("first-image-only", "From the second image on there is nothing, or only the bias.", "Try N = 2.", 1, ways=2),
        Mistake("bias-forgotten", "Every map is off by one number of its own.", "What is y where the image is black?", 1),
        Mistake("bias-subtracted", "Every map is off by twice its bias.", "What is y where the image is black?", 1),
        Mistake("relu-at-the-end", "Negative numbers have become 0.", "Where does the ReLU belong: into the convolution?", 1),
        Mistake("bias-added-often", "Every map is off by a multiple of its bias.",
                "Is the bias inside of a loop that it does not belong to?", 1, ways=3),
        *PADDING,
        *STEPS,
    ),
)  # fmt: skip

TASKS = (UNFOLD, FORWARD)
