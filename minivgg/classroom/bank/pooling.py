"""Assignment 3: max-pooling and its gradient."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.geometry import FOLD_MISTAKES, STRIDE_MISTAKES, fold, windows
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Calls, Case, Mistake, Observed, Task, array, levels, normal

Memory: TypeAlias = dict[object, Any]  # what an answer keeps from one call to the next


def maxpool_forward(x: Array, size: int, stride: int, mistakes: Mistakes = ()) -> Array:
    """The largest number of each window."""
    if "over-channels" in mistakes:
        x = np.broadcast_to(x.max(axis=1, keepdims=True), x.shape)
    if "one-window-for-all-images" in mistakes:
        x = np.broadcast_to(x.max(axis=0, keepdims=True), x.shape)
    if "stride-is-size" in mistakes:
        stride = size
    whole = windows(x, size, size, stride, 0, mistakes)
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
    flat = whole.reshape(*whole.shape[:2], -1, *y.shape[2:])
    if "largest-magnitude" in mistakes:
        y = np.abs(flat).max(axis=2)
    if "largest-magnitude/2" in mistakes:
        y = np.take_along_axis(flat, np.abs(flat).argmax(axis=2, keepdims=True), axis=2)[:, :, 0]
    if "place-instead-of-value" in mistakes:
        y = flat.argmax(axis=2)
    if "stops-after-first-window/2" in mistakes:
        return y * (np.arange(y.size) == 0).reshape(y.shape)
    if "stops-after-first-window" in mistakes:
        first = np.zeros_like(y)
        first[:, :, 0, 0] = y[:, :, 0, 0]
        return first
    if "height-and-width-swapped/2" in mistakes:
        return y.reshape(*y.shape[:2], y.shape[3], y.shape[2])
    return y.swapaxes(2, 3) if "height-and-width-swapped" in mistakes else y


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
    of_windows = ("stride-counted-not-taken",) if "stride-ignored" in mistakes else ()
    n, c, oh, ow = dy.shape
    flat = windows(x, size, size, stride, 0, of_windows).reshape(n, c, size * size, oh, ow)
    share = _share(flat, mistakes)
    if "mask-of-another-call" in mistakes:
        share = memory.setdefault("share", share)
    if "mask-of-another-call/2" in mistakes:  # stored by shape
        share = memory.setdefault((x.shape, size, stride), share)
    if "mask-of-another-call/3" in mistakes:  # one call behind
        key = (x.shape, size, stride)
        share, memory["key"], memory["share"] = (
            memory["share"] if memory.get("key") == key else share,
            key,
            share,
        )
    if "gradient-forgotten" in mistakes:
        dy = np.ones_like(dy)
    if "stops-after-first-window" in mistakes:
        dy = dy * (np.arange(oh * ow) == 0).reshape(oh, ow)
    if "stops-after-first-window/2" in mistakes:
        dy = dy * (np.arange(dy.size) == 0).reshape(dy.shape)
    if "assigned-instead-of-added/3" in mistakes:
        return _assign(share * dy[:, :, None], share, x.shape, size, stride)
    if "stride-ignored/2" in mistakes:
        stride = 1  # the right windows, put back at the wrong positions
    return fold(
        (share * dy[:, :, None]).reshape(n, c, size, size, oh, ow), x.shape, stride, 0, mistakes
    )


def _assign(gradients: Array, share: Array, shape: Sequence[int], size: int, stride: int) -> Array:
    """Each window writes to its maximum, and overwrites what earlier windows wrote."""
    dx = np.zeros(shape)
    for p, q in np.ndindex(*gradients.shape[3:]):
        window = dx[:, :, p * stride : p * stride + size, q * stride : q * stride + size]
        new, is_max = (a[..., p, q].reshape(window.shape) for a in (gradients, share))
        window[is_max > 0] = new[is_max > 0]
    return dx


def _share(flat: Array, mistakes: Mistakes) -> Array:
    """(N, C, size², OH, OW): the share of its gradient that a window sends to each pixel."""
    chosen = flat.argmax(axis=2)
    if "last-of-ties" in mistakes:
        chosen = flat.shape[2] - 1 - flat[:, :, ::-1].argmax(axis=2)
    if "smallest-wins" in mistakes:
        chosen = flat.argmin(axis=2)
    if "largest-magnitude-wins" in mistakes:
        chosen = np.abs(flat).argmax(axis=2)
    if "corner-wins" in mistakes:
        chosen = chosen * 0
    one = (np.arange(flat.shape[2])[:, None, None] == chosen[:, :, None]).astype(float)
    tied = (flat == flat.max(axis=2, keepdims=True)).astype(float)
    if "every-tied-maximum" in mistakes:
        return tied
    if "ties-shared" in mistakes:
        return tied / tied.sum(axis=2, keepdims=True)
    if "gradient-of-average" in mistakes:
        return np.full_like(one, 1 / flat.shape[2])
    if "gradient-to-whole-window" in mistakes:
        return np.ones_like(one)
    return one * flat if "times-the-input" in mistakes else one


def _observe_windows(calls: Calls, outputs: Calls) -> Observed:
    """Any of several tied maxima may get the gradient: compare what windows pass on in total.

    No other pixel may get a part of it.
    """
    (dy, x, size, stride), (dx,) = calls[0], outputs[0]
    if len(np.unique(x)) == x.size:
        return {f"dx of call {i + 1}": output[0] for i, output in enumerate(outputs)}
    oh, ow = dy.shape[2:]
    gradient, pixels = (
        windows(a, size, size, stride, 0).reshape(*x.shape[:2], size * size, oh, ow)
        for a in (dx, x)
    )
    is_smaller = pixels < pixels.max(axis=2, keepdims=True)
    return {
        "gradient of each window": gradient.sum(axis=2),
        "gradient of pixels that are not a maximum": np.abs(gradient * is_smaller),
    }


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
    ),
    (
        Mistake("average", "Each output is the mean of its window.", "What does *max* mean?", 2),
        Mistake("sum", "Each output is the sum of its window.", "What does *max* mean?", 2),
        Mistake("minimum", "Each output is the smallest number of its window.",
                "Is the comparison the right way round?", 2),
        Mistake("starts-from-zero", "Where all numbers of a window are negative, the output is 0.",
                "What is the maximum of −3 and −5? With which value does your comparison start?",
                2),
        Mistake("largest-magnitude", "The output is the number with the largest absolute value.",
                "Is −5 larger than 3?", 2, variants=2),
        Mistake("place-instead-of-value", "The outputs are integers: positions in the window.",
                "What does argmax return?", 2),
        Mistake("over-channels", "All channels have the same output.",
                "Does a max-pool change the number of channels, or mix them?", 2),
        Mistake("one-window-for-all-images", "All images have the same output.",
                "Over which axes do you take the maximum?", 2),
        Mistake("stops-after-first-window", "All outputs except the first are 0.",
                "Is a return statement, or the assignment, inside the loop?", 2, variants=2),
        Mistake("stride-is-size", "The windows do not overlap, whatever the stride.",
                "Try 3×3 windows with stride 2, as in AlexNet.", 2),
        Mistake("window-one-too-small", "The last row and column of each window are left out.",
                "Which indices does x[i : i + size − 1] contain?", 2),
        Mistake("height-and-width-swapped", "Height and width of the output are swapped.",
                "Try an image whose height and width differ.", 2, variants=2),
        *STRIDE_MISTAKES,
    ),
)  # fmt: skip

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
    ),
    (
        Mistake("every-tied-maximum",
                "Where several pixels are the maximum, each of them gets the whole gradient.",
                "How much does y grow when one of two equal pixels grows? How much gradient can a "
                "window pass on in total?", 2),
        Mistake("ties-shared", "Tied maxima share the gradient.",
                "Most libraries give it to the first of them; both are subgradients.",
                2, convention=True),
        Mistake("last-of-ties", "The last of several tied maxima gets the gradient.",
                "Most libraries give it to the first; both are subgradients.", 2, convention=True),
        Mistake("gradient-of-average", "Every pixel of a window gets the same share.",
                "This is the gradient of the mean. Which pixel determines the maximum?", 2),
        Mistake("gradient-to-whole-window", "Every pixel of a window gets the whole gradient.",
                "Would y change if a smaller pixel grew a little?", 2),
        Mistake("smallest-wins", "The smallest pixel gets the gradient.",
                "Which pixel determined the output of the forward pass?", 2),
        Mistake("largest-magnitude-wins",
                "The pixel with the largest absolute value gets the gradient.",
                "Is −5 larger than 3?", 2),
        Mistake("corner-wins", "The first pixel of each window gets the gradient.",
                "Which array and which axis does argmax get?", 2),
        Mistake("gradient-forgotten", "dx is a mask of ones.",
                "The chain rule multiplies by the gradient from above, dy.", 2),
        Mistake("times-the-input", "dx is multiplied by the largest pixel.",
                "At the maximum y = x. What is the derivative?", 2),
        Mistake("mask-of-another-call", "The maxima are those of an earlier call.",
                "Does your mask come from this x?", 2, variants=3),
        Mistake("stops-after-first-window", "dx is 0 outside of the first window.",
                "Is a return statement inside the loop?", 2, variants=2),
        replace(FOLD_MISTAKES[0], variants=3),
        replace(STRIDE_MISTAKES[0], variants=2),
    ),
    observe=_observe_windows,
)  # fmt: skip

TASKS = (MAXPOOL_FORWARD, MAXPOOL_BACKWARD)
