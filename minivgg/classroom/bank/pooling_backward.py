"""Assignment 3: the gradient of max-pooling."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.folding import (
    ASSIGNED,
    AVERAGED,
    FOLD_MISTAKES,
    STRIDE_NOT_TAKEN,
    fold,
)
from minivgg.classroom.bank.geometry import windows
from minivgg.classroom.bank.indices import INDEX_MISTAKES, misread
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.bank.pooling import STRIDE_IS_SIZE, WINDOW_AS_LARGE_AS_STRIDE
from minivgg.classroom.bank.pooling_masks import (
    Memory,
    large_enough,
    of_one_mask,
    remembered,
    shares,
)
from minivgg.classroom.bank.small_cases import POOLINGS, Pooling
from minivgg.classroom.tasks import (
    Calls,
    Case,
    Mistake,
    Observed,
    Task,
    array,
    distinct,
    levels,
    normal,
)


def maxpool_backward(
    dy: Array,
    x: Array,
    size: int,
    stride: int,
    mistakes: Mistakes = (),
    memory: Memory | None = None,
) -> Array:
    """The gradient of a window goes to its maximum."""
    memory = {} if memory is None else memory
    if "mask-of-another-call/4" in mistakes:  # an image is kept until the shape changes
        if memory.get("shape") != x.shape:
            memory["shape"], memory["image"] = x.shape, x.copy()
        x = memory["image"]
    size, stride = _window(x.shape, size, stride, mistakes)
    dy = misread(dy, (size, size), stride, 0, mistakes)
    n, c, oh, ow = dy.shape
    of_windows = ("stride-counted-not-taken",) if "stride-ignored" in mistakes else ()
    pixels = windows(
        x, size, size, stride, 0, of_windows, outputs=(oh, ow), beyond=-np.inf
    ).reshape(n, c, size * size, oh, ow)
    share = remembered(shares(pixels, mistakes), (x.shape, size, stride), mistakes, memory)
    dy = np.where(_is_passed_on(dy, x.shape[2:], stride, mistakes), dy, 0)
    if "gradient-forgotten" in mistakes or "gradient-forgotten/2" in mistakes:
        dy = np.ones_like(dy)
    gradients = share * dy[:, :, None]
    if "placed-relative-to-window" in mistakes:
        dx = np.zeros(x.shape)
        dx[:, :, :size, :size] = gradients.sum(axis=(3, 4)).reshape(n, c, size, size)
        return dx
    if "one-mask-for-all-windows" in mistakes or "one-mask-for-all-windows/2" in mistakes:
        share = of_one_mask(share, x.shape, stride, mistakes)
        gradients = share * dy[:, :, None]
    if "assigned-instead-of-added/3" in mistakes:
        return _assign(gradients, share, x.shape, size, stride)
    if "stride-ignored/2" in mistakes:
        stride = 1  # the right windows, put back at the wrong positions
    shape = large_enough(x.shape, size, stride, (oh, ow))
    dx = fold(gradients.reshape(n, c, size, size, oh, ow), shape, stride, 0, mistakes)
    if "gradient-forgotten/2" in mistakes:  # True and False
        dx = dx > 0
    return dx[:, :, : x.shape[2], : x.shape[3]]


def _window(shape: Sequence[int], size: int, stride: int, mistakes: Mistakes) -> tuple[int, int]:
    """(size, stride), with mistakes."""
    if "stride-is-size/2" in mistakes and (size != stride or shape[2] % size or shape[3] % size):
        raise ValueError("reshape needs size = stride, and sizes that are multiples of it")
    if "stride-is-size" in mistakes:
        return size, size
    return (stride, stride) if "window-as-large-as-stride" in mistakes else (size, stride)


def _is_passed_on(dy: Array, image: Sequence[int], stride: int, mistakes: Mistakes) -> Array:
    """Where a number of dy is not left out."""
    n, c, i, j = np.indices(dy.shape)
    oh, ow = dy.shape[2:]
    loops = {
        "image-taken-for-square": (oh, oh),
        "image-taken-for-square/2": (ow, ow),
        "counted-without-window": (image[0] // stride, image[1] // stride),
    }
    if "image-taken-for-square/3" in mistakes and oh != ow:
        raise IndexError("the loop goes beyond dy")
    if counts := select(loops, mistakes, None):
        if counts[0] > oh or counts[1] > ow:
            raise IndexError("the loop goes beyond dy")
        return (i < counts[0]) & (j < counts[1])
    options: dict[str, Array] = {
        "stops-after-first-window": i + j == 0,
        "stops-after-first-window/2": n + c + i + j == 0,
        "stops-after-first-window/3": i == 0,
        "first-image-only": n == 0,
        "one-channel-only": c == 0,
        "one-channel-only/2": c == dy.shape[1] - 1,
    }
    return select(options, mistakes, np.ones(dy.shape, bool))


def _assign(gradients: Array, share: Array, shape: Sequence[int], size: int, stride: int) -> Array:
    """Each window writes to its maximum, and overwrites what earlier windows wrote."""
    dx = np.zeros(shape)
    for p, q in np.ndindex(*gradients.shape[3:]):
        window = dx[:, :, p * stride : p * stride + size, q * stride : q * stride + size]
        new, is_max = (a[..., p, q].reshape(window.shape) for a in (gradients, share != 0))
        window[is_max] = new[is_max]
    return dx


def _observe_windows(calls: Calls, outputs: Calls) -> Observed:
    """Any of several tied maxima may get the gradient: compare what windows pass on in total.

    No other pixel may get a part of it.
    """
    (dy, x, size, stride), (dx,) = calls[0], outputs[0]
    if len(np.unique(x)) == x.size:
        if len(outputs) == 1:
            return {"dx": dx}
        return {f"dx of call {i + 1}": output[0] for i, output in enumerate(outputs)}
    oh, ow = dy.shape[2:]
    gradient, pixels = (
        windows(a, size, size, stride, 0).reshape(*x.shape[:2], size * size, oh, ow)
        for a in (dx, x)
    )
    is_smaller = pixels < pixels.max(axis=2, keepdims=True)
    return {
        "gradient of each window": gradient.sum(axis=2),
        "gradient of pixels that are not a maximum": gradient * is_smaller,
    }


def _small_case(g: Pooling) -> Case:
    return Case(g.about, ([distinct(g.n, g.c, *g.output), g.image, g.size, g.stride],))


MAXPOOL_BACKWARD = Task(
    "maxpool_backward(dy, x, size, stride)",
    ("dx",),
    "The gradient of max-pooling: that of each window goes to its maximum, (N, C, H, W).",
    maxpool_backward,
    (
        Case("one grey image, 2×2", ([normal(1, 1, 2, 2), normal(1, 1, 4, 4), 2, 2],)),
        Case("two images, three channels, H > W",
             ([normal(2, 3, 3, 2), normal(2, 3, 6, 4), 2, 2],)),
        Case("overlapping windows: 3×3, stride 2",
             ([normal(2, 2, 3, 4), normal(2, 2, 7, 9), 3, 2],)),
        Case("2×2, stride 3", ([normal(1, 2, 3, 2), normal(1, 2, 8, 5), 2, 3],)),
        Case("a size with a remainder", ([normal(2, 2, 3, 3), normal(2, 2, 7, 6), 2, 2],)),
        Case("two calls of one shape",
             ([normal(1, 2, 2, 2), normal(1, 2, 4, 4), 2, 2],
              [normal(1, 2, 2, 2), normal(1, 2, 4, 4), 2, 2])),
        Case("ties", ([normal(2, 2, 3, 3), levels(2, 2, 2, 6, 6), 2, 2],)),
        Case("four equal numbers",
             ([array([[[[4.0]]]]), array([[[[2.0, 2.0], [2.0, 2.0]]]]), 2, 2],)),
        *map(_small_case, POOLINGS),
        Case("negative numbers only",
             ([distinct(1, 1, 2, 2),
               array([[[[-3.0, -7, -2, -9], [-5, -1, -8, -4], [-16, -11, -6, -14],
                        [-12, -15, -10, -13]]]]), 2, 2],)),
    ),
    (
        Mistake("every-tied-maximum",
                "Your code gives the whole gradient to each pixel that equals the maximum.",
                "How much does y grow when one of two equal pixels grows? How much gradient can a "
                "window pass on in total?", 2),
        Mistake("ties-shared", "Your tied maxima share the gradient.",
                "Most libraries give it to the first of them; both are subgradients.",
                2, convention=True),
        Mistake("last-of-ties", "Your code gives the gradient to the last of several tied maxima.",
                "Most libraries give it to the first; both are subgradients.", 2, convention=True),
        Mistake("gradient-of-average", "Your code gives the same share to each pixel of a window.",
                "This is the gradient of the mean. Which pixel determines the maximum?", 2),
        Mistake("gradient-to-whole-window",
                "Your code gives the whole gradient to each pixel of a window.",
                "Would y change if a smaller pixel grew a little?", 2),
        Mistake("smallest-wins", "Your code gives the gradient to the smallest pixel.",
                "Which pixel determines the output of the forward pass?", 2),
        Mistake("largest-magnitude-wins",
                "Your code gives the gradient to the pixel with the largest absolute value.",
                "Is −5 larger than 3?", 2),
        Mistake("corner-wins", "Your code gives the gradient to the first pixel of each window.",
                "Which array and which axis does argmax get?", 2),
        Mistake("row-and-column-exchanged",
                "Your code exchanges the row and the column of the maximum in its window.",
                "argmax counts in row-major order. Which of // and % gives the row?", 2),
        Mistake("row-and-column-found-separately",
                "Your code finds the row and the column of the maximum separately.",
                "Two pixels can be the maximum. Do your row and column belong to the same one?",
                2),
        Mistake("placed-relative-to-window",
                "Your code puts all gradients into the first window of dx.",
                "argmax gives a position in the window. Where in the image does the window begin?",
                2),
        Mistake("over-channels",
                "Your maximum of a window is taken over several channels or images.",
                "Each channel of each image has its own maximum. Over which axes is yours taken?",
                2, variants=3),
        Mistake("gradient-forgotten",
                "Your dx marks the maxima, or counts their windows, and does not contain dy.",
                "The chain rule multiplies by the gradient from above, dy.", 2, variants=2),
        Mistake("times-the-input", "Your gradients are multiplied by the maximum of their window.",
                "At the maximum y = x. What is the derivative?", 2),
        Mistake("mask-of-another-call", "Your maxima are those of an earlier call.",
                "Does your mask come from this x?", 2, variants=4),
        Mistake("one-mask-for-all-windows",
                "Your windows use one mask of the image, in which overlapping windows add or "
                "overwrite maxima.",
                "A pixel can be the maximum of one window and not of the next. How many masks are "
                "needed?", 2, variants=2),
        Mistake("first-image-only", "Your dx is 0 from the second image on.",
                "Try N = 2. Is the return statement inside a loop?", 2),
        Mistake("one-channel-only", "Your dx is 0 for all channels except the first or the last.",
                "Try two channels. Which index selects the channel?", 2, variants=2),
        Mistake("stops-after-first-window",
                "Your dx is 0 after the first window, or after the first row of windows.",
                "Is a return statement inside a loop?", 2, variants=3),
        replace(ASSIGNED, variants=3),
        *(m for m in FOLD_MISTAKES if m.name in ("into-first-image", "into-all-images")),
        replace(STRIDE_IS_SIZE, variants=2,
                symptom="Your windows begin at multiples of size, whatever the stride, or your "
                "code fails where size and stride differ."),
        replace(WINDOW_AS_LARGE_AS_STRIDE, variants=1),
        Mistake("image-taken-for-square",
                "Your code uses the same side for height and width, or exchanges the two.",
                "Try an image of 3×5. Which size, loop or index depends on OH, and which on OW?",
                2, variants=3),
        Mistake("negative-maximum-lost",
                "Your code passes no gradient on where the maximum of a window is negative or 0.",
                "What is the maximum of −3 and −5? Where does your code compare with 0?",
                2, variants=2),
        Mistake("counted-without-window", "Your loops count H // stride and W // stride windows.",
                "Count by hand how often a window of size 3 fits into 7 pixels with stride 1.", 2),
        AVERAGED,
        replace(STRIDE_NOT_TAKEN, variants=2,
                symptom="Your windows, or the positions where you put them back, are one pixel "
                "apart, whatever the stride."),
        *(replace(mistake, lesson=2) for mistake in INDEX_MISTAKES),
    ),
    observe=_observe_windows,
)  # fmt: skip

TASKS = (MAXPOOL_BACKWARD,)
