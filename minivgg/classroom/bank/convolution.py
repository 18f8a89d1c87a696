"""Assignment 1: the forward pass of convolution."""

from dataclasses import replace

import numpy as np

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
from minivgg.classroom.bank.indices import INDEX_MISTAKES, misplaced
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.bank.small_cases import CONVOLUTIONS, TWO_FILTERS
from minivgg.classroom.tasks import Case, Mistake, Task, distinct, levels, normal


def conv_forward(
    x: Array, w: Array, b: Array, stride: int, padding: int, mistakes: Mistakes = ()
) -> Array:
    """The product of all windows with all filters."""
    kh, kw = w.shape[2:]
    if "kernel-taken-for-square" in mistakes:
        kw = kh
    if "kernel-taken-for-square/2" in mistakes:
        kh = kw
    cols = windows(x, kh, kw, stride, padding, mistakes, beyond="slices")
    y = np.einsum("ncijpq,fcij->nfpq", cols, _filters(w, mistakes))
    n, f, oh, ow = y.shape
    if "mean-instead-of-sum" in mistakes or "mean-instead-of-sum/2" in mistakes:
        y /= w[0].size
    if "batch-last" in mistakes:
        y = y.transpose(2, 3, 0, 1).reshape(n, oh, ow, f).transpose(0, 3, 1, 2)
    if "first-image-only" in mistakes:
        y[1:] = 0
    image = (x.shape[2], x.shape[3])
    if "image-taken-for-square/5" in mistakes:  # the bias is added to the whole array
        array = {"image-taken-for-square/3"}
        y = misplaced(y, image, (kh, kh), stride, padding, array) + b[:, None, None]
    else:
        y = y + _bias(b, w[0], mistakes)
    y = misplaced(y, image, (kh, kw), stride, padding, mistakes)
    if "relu-at-the-end" in mistakes:
        y = np.maximum(y, 0)
    if "first-image-only/2" in mistakes:
        y[1:] = 0
    filters = {"one-filter-only": -1, "one-filter-only/2": 0}
    if (only := select(filters, mistakes, None)) is not None:  # the others are not computed
        y *= (np.arange(f) == only % f)[:, None, None]
    return _in_wrong_order(y, mistakes)


def _filters(w: Array, mistakes: Mistakes) -> Array:
    """The filters after the mistakes about them."""
    f, c, kh, kw = w.shape
    if "kernel-flipped" in mistakes:
        w = w[:, :, ::-1, ::-1]
    if "kernel-flipped/2" in mistakes:
        w = w[:, ::-1, ::-1, ::-1]
    if "filters-reshaped-to-columns/2" in mistakes:
        w = w.reshape(kh, kw, c, f).transpose(3, 2, 0, 1)
    if "filters-reshaped-to-columns" in mistakes:
        w = w.reshape(-1, f).T.reshape(w.shape)
    if "filters-reshaped-to-columns/3" in mistakes:  # of filters that are last
        w = w.transpose(2, 3, 1, 0).reshape(w.shape)
    if "kernel-transposed" in mistakes:
        w = w.swapaxes(2, 3)
    if "kernel-transposed/2" in mistakes:
        w = w.swapaxes(2, 3).reshape(w.shape)
    if "first-filter-for-all" in mistakes:
        w = np.broadcast_to(w[:1], w.shape)
    if "first-filter-for-all/2" in mistakes:
        w = np.broadcast_to(w[-1:], w.shape)
    if "first-kernel-for-all-channels" in mistakes:
        w = np.broadcast_to(w[:, :1], w.shape)
    channels = {"one-channel-only": 0, "one-channel-only/2": c - 1}
    if (only := select(channels, mistakes, None)) is not None:
        w = w * (np.arange(c) == only)[:, None, None]
    return w


def _bias(b: Array, kernel: Array, mistakes: Mistakes) -> Array:
    """What is added to y, (N, F, OH, OW)."""
    if "bias-on-wrong-axis" in mistakes:  # broadcast to columns of the output, if it fits
        return b
    if "bias-on-wrong-axis/2" in mistakes:  # to rows
        return b[:, None]
    one = {"first-bias-for-all": b[0], "first-bias-for-all/2": b[-1], "sum-of-biases": b.sum()}
    b = select(one, mistakes, b) * np.ones_like(b)
    c, size = len(kernel), kernel.size
    factors = {
        "bias-forgotten": 0,
        "bias-subtracted": -1,
        "bias-added-often": c,
        "bias-added-often/2": size,
        "bias-added-often/3": size // c,
        "mean-instead-of-sum/2": 1 / size,
    }
    return select(factors, mistakes, 1) * b[:, None, None]


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


SMALL_CASES = tuple(
    Case(
        g.about,
        (
            [
                distinct(g.n, g.c, g.h, g.w),
                distinct(g.f, g.c, g.kh, g.kw),
                distinct(g.f),
                g.stride,
                g.padding,
            ],
        ),
    )
    for g in (*CONVOLUTIONS, TWO_FILTERS)
)

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
        *SMALL_CASES,
    ),
    (
        Mistake("kernel-flipped",
                "Your kernel is flipped: this is convolution as in mathematics.",
                "Deep learning computes the cross-correlation: which pixel does w[0, 0] multiply?",
                1, variants=2),
        Mistake("reshaped-without-transpose",
                "Your numbers are right, but filters are mixed up with positions, images, or both.",
                "In which order are the axes of your product, and in which order those of y? "
                "reshape keeps the row-major order.", 1, variants=3),
        Mistake("height-and-width-swapped", "Your output has height and width swapped.",
                "Try an image of 3×5. Which of your sizes and loops belong to the rows?",
                1, variants=3),
        Mistake("batch-last",
                "Your output mixes up the images: the batch is last in your product, and first in "
                "your reshape.",
                "In which order does your im2col write the windows, and in which order does your "
                "reshape read them?", 1),
        Mistake("channels-last", "Your output is (N, OH, OW, F).",
                "Which axis holds the channels in this project?", 1),
        Mistake("filters-reshaped-to-columns",
                "Your code reads the weights in a wrong order, which mixes up filters or channels.",
                "reshape does not exchange axes: it keeps the row-major order. Print two small "
                "filters before and after your reshape.", 1, variants=3),
        Mistake("kernel-transposed",
                "Your kernels, or your windows, have rows and columns swapped.",
                "Which pixel of the window should w[f, c, 0, 1] multiply, and which does it?",
                1, variants=2),
        KERNEL_TAKEN_FOR_SQUARE,
        Mistake("one-channel-only", "Your output depends on the first or the last channel only.",
                "A filter has one kernel for each channel. How are their results combined?",
                1, variants=2),
        Mistake("first-kernel-for-all-channels",
                "Your filters use the kernel of their first channel for all channels.",
                "Which axis of w belongs to the channels of the image?", 1),
        Mistake("one-filter-only", "Your output is 0 for all filters except the first or the last.",
                "Try two filters. Which statements must be inside the loop over the filters?",
                1, variants=2),
        Mistake("first-filter-for-all",
                "Your code uses the weights of the first or the last filter for all filters.",
                "Try two filters. Which index selects the filter?", 1, variants=2),
        Mistake("mean-instead-of-sum",
                "Your sums are divided by the number of weights of a filter.",
                "Does a convolution add the products, or average them?",
                1, variants=2),
        Mistake("first-image-only",
                "Your output is 0, or only the bias, from the second image on.",
                "Try N = 2. Which loop or index selects the image?",
                1, variants=2),
        Mistake("bias-forgotten", "Your output lacks the bias.",
                "What is y where the image is 0?", 1),
        Mistake("bias-subtracted", "Your bias is subtracted.",
                "What is y where the image is 0?", 1),
        Mistake("bias-added-often", "Your bias is added several times.",
                "Is the bias added inside a loop or a sum? How often is it added to one output?",
                1, variants=3),
        Mistake("bias-on-wrong-axis", "Your bias is broadcast along the wrong axis.",
                "Broadcasting aligns the last axes. Which shape must b have to fit (N, F, OH, OW)?",
                1, variants=2),
        Mistake("first-bias-for-all",
                "Your code adds the first or the last bias to the outputs of all filters.",
                "Try two filters. Which index selects the bias?", 1, variants=2),
        Mistake("sum-of-biases", "Your output of each filter has the sum of all biases added.",
                "Which number of b belongs to filter f?", 1),
        Mistake("relu-at-the-end", "Your output has 0 in place of negative numbers.",
                "Is the ReLU part of the convolution?", 1),
        *PADDING_MISTAKES,
        *STRIDE_MISTAKES,
        replace(IMAGE_TAKEN_FOR_SQUARE, variants=5),
        FAILS_AT_PADDING_ZERO,
        REMAINDER_REFUSED,
        *INDEX_MISTAKES,
    ),
)  # fmt: skip

TASKS = (CONV_FORWARD,)
