"""Assignment 3: max-pooling."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.geometry import (
    IMAGE_TAKEN_FOR_SQUARE,
    REMAINDER_REFUSED,
    STRIDE_MISTAKES,
    Sides,
    count_outputs,
    windows,
)
from minivgg.classroom.bank.indices import INDEX_MISTAKES, misplaced
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.bank.small_cases import POOLINGS
from minivgg.classroom.tasks import Case, Mistake, Task, array, normal

STRIDE_IS_SIZE = Mistake(
    "stride-is-size", "Your windows begin at multiples of size, whatever the stride.",
    "Try 3×3 windows with stride 2, as in AlexNet. At which row does the second window begin?",
    2, variants=3,
)  # fmt: skip
WINDOW_AS_LARGE_AS_STRIDE = Mistake(
    "window-as-large-as-stride", "Your windows are as large as the stride.",
    "At which row does a window begin, and where does it end? Try 3×3 windows with stride 2.",
    2, variants=2,
)  # fmt: skip


def maxpool_forward(x: Array, size: int, stride: int, mistakes: Mistakes = ()) -> Array:
    """The largest number of each window."""
    if "over-channels" in mistakes:
        x = np.broadcast_to(x.max(axis=1, keepdims=True), x.shape)
    if "one-window-for-all-images" in mistakes:
        x = np.broadcast_to(x.max(axis=0, keepdims=True), x.shape)
    whole = pool_windows(x, size, stride, mistakes)
    if "window-one-too-small" in mistakes:
        whole = whole[:, :, : size - 1, : size - 1]
    reductions: dict[str, Callable[..., Array]] = {
        "average": np.mean,
        "minimum": np.min,
        "sum": np.sum,
    }
    y = select(reductions, mistakes, np.max)(whole, axis=(2, 3))
    if "starts-from-zero" in mistakes:
        y = np.maximum(y, 0)
    n, c, kh, kw, oh, ow = whole.shape
    flat = whole.reshape(n, c, kh * kw, oh, ow)
    if "largest-magnitude" in mistakes:
        y = np.abs(flat).max(axis=2)
    if "largest-magnitude/2" in mistakes:
        y = np.take_along_axis(flat, np.abs(flat).argmax(axis=2, keepdims=True), axis=2)[:, :, 0]
    if "place-instead-of-value" in mistakes:
        y = flat.argmax(axis=2)
    y = y * _is_computed(y, mistakes)
    y = misplaced(y, (x.shape[2], x.shape[3]), (size, size), stride, 0, mistakes)
    if "height-and-width-swapped/2" in mistakes:
        return y.reshape(*y.shape[:2], y.shape[3], y.shape[2])
    return y.swapaxes(2, 3) if "height-and-width-swapped" in mistakes else y


def pool_windows(x: Array, size: int, stride: int, mistakes: Mistakes) -> Array:
    """(N, C, size, size, OH, OW), with mistakes; what is beyond the image is −inf."""
    h, w = x.shape[2:]
    by_reshape = "stride-is-size/2" in mistakes
    if by_reshape and (h % size or w % size):
        raise ValueError("reshape needs sizes that are multiples of the window's")
    if "stride-is-size" in mistakes or by_reshape:
        stride = size
    if "window-as-large-as-stride/2" in mistakes:
        size = stride
    counts: dict[str, Sides] = {
        "counted-without-window": (h // stride, w // stride),
        "counted-without-window/2": (h // size, w // size),
        "counted-without-window/3": (-(-h // stride), -(-w // stride)),
        "stride-is-size/3": count_outputs((h, w), (size, size), stride),
        "window-as-large-as-stride": count_outputs((h, w), (size, size), stride),
    }
    outputs = select(counts, mistakes, None)
    if "stride-is-size/3" in mistakes:  # the right number of outputs
        stride = size
    if "window-as-large-as-stride" in mistakes:
        size = stride
    return windows(x, size, size, stride, 0, mistakes, outputs=outputs, beyond=-np.inf)


def _is_computed(y: Array, mistakes: Mistakes) -> Array:
    """Where a number of y is not left 0."""
    n, c, i, j = np.indices(y.shape)
    options: dict[str, Array] = {
        "stops-after-first-window": i + j == 0,
        "stops-after-first-window/2": n + c + i + j == 0,
        "stops-after-first-window/3": i == 0,
        "first-image-only": n == 0,
        "one-channel-only": c == 0,
        "one-channel-only/2": c == y.shape[1] - 1,
    }
    return select(options, mistakes, np.ones(y.shape, bool))


MAXPOOL_FORWARD = Task(
    "maxpool_forward(x, size, stride)",
    ("y",),
    "The largest number of each window of size×size, channel by channel, (N, C, OH, OW).",
    maxpool_forward,
    (
        Case("one grey image, 2×2", ([normal(1, 1, 4, 4), 2, 2],)),
        Case("two images, three channels, H > W", ([normal(2, 3, 6, 4), 2, 2],)),
        Case("overlapping windows: 3×3, stride 2", ([normal(2, 2, 7, 9), 3, 2],)),
        Case("2×2, stride 3", ([normal(1, 2, 8, 5), 2, 3],)),
        Case("a size with a remainder", ([normal(2, 2, 7, 6), 2, 2],)),
        Case("negative numbers only",
             ([array((-np.arange(1.0, 33).reshape(1, 2, 4, 4) * 37 % 41 - 1).tolist()), 2, 2],)),
        *(Case(g.about, ([g.image, g.size, g.stride],)) for g in POOLINGS),
    ),
    (
        Mistake("average", "Your output is the mean of each window.",
                "What does *max* mean?", 1),
        Mistake("sum", "Your output is the sum of each window.", "What does *max* mean?", 1),
        Mistake("minimum", "Your output is the smallest number of each window.",
                "In which direction does your comparison go?", 1),
        Mistake("starts-from-zero",
                "Your output is 0 where all numbers of a window are negative.",
                "What is the maximum of −3 and −5? With which value does your comparison start?",
                1),
        Mistake("largest-magnitude",
                "Your output is the largest absolute value, or the number that has it.",
                "Is −5 larger than 3?", 1, variants=2),
        Mistake("place-instead-of-value",
                "Your outputs are positions in the window instead of pixels.",
                "What does argmax return?", 1),
        Mistake("over-channels", "Your output is the same for all channels.",
                "Does max-pooling change the number of channels, or mix them?", 1),
        Mistake("one-window-for-all-images", "Your output is the same for all images.",
                "Over which axes do you take the maximum?", 1),
        Mistake("first-image-only", "Your output is 0 from the second image on.",
                "Try N = 2. Is the return statement inside a loop?", 1),
        Mistake("one-channel-only",
                "Your output is 0 for all channels except the first or the last.",
                "Try two channels. Which index selects the channel?", 1, variants=2),
        Mistake("stops-after-first-window",
                "Your output is 0 after the first window, or after the first row of windows.",
                "Is a return statement, or the assignment, in the wrong loop?", 1, variants=3),
        replace(STRIDE_IS_SIZE, lesson=1),
        replace(WINDOW_AS_LARGE_AS_STRIDE, lesson=1),
        Mistake("counted-without-window",
                "Your number of outputs is not the number of windows that fit.",
                "Count by hand how often a window of size 3 fits into 7 pixels with stride 1.",
                1, variants=3),
        Mistake("window-one-too-small", "Your windows lack their last row and column.",
                "Which indices does x[i : i + size - 1] contain?", 1),
        Mistake("height-and-width-swapped", "Your output has height and width swapped.",
                "Try an image of 3×5. Which of your sizes and loops belong to the rows?",
                1, variants=2),
        *(replace(mistake, lesson=1) for mistake in (*STRIDE_MISTAKES, *INDEX_MISTAKES)),
        replace(IMAGE_TAKEN_FOR_SQUARE, lesson=1, variants=4),
        replace(REMAINDER_REFUSED, lesson=1),
    ),
)  # fmt: skip

TASKS = (MAXPOOL_FORWARD,)
