"""Assignment 3: max-pooling and its gradient."""

from dataclasses import replace

import numpy as np

from minivgg.classroom.bank.geometry import FOLDING, STEPS, fold, windows
from minivgg.classroom.tasks import Case, Mistake, Task, levels, normal


def maxpool_forward(x, size, stride, wrong=()):
    """The largest number of each window."""
    if "over-channels" in wrong:
        x = np.broadcast_to(x.max(axis=1, keepdims=True), x.shape)
    if "one-window-for-all-images" in wrong:
        x = np.broadcast_to(x.max(axis=0, keepdims=True), x.shape)
    if "stride-is-size" in wrong:
        stride = size
    if "window-one-too-small" in wrong:
        whole = windows(x, size, size, stride, 0, wrong)[:, :, : size - 1, : size - 1]
    else:
        whole = windows(x, size, size, stride, 0, wrong)
    kinds = {"average": np.mean, "minimum": np.min, "sum": np.sum}
    y = next((kinds[name] for name in kinds if name in wrong), np.max)(whole, axis=(2, 3))
    if "starts-from-zero" in wrong:
        y = np.maximum(y, 0)
    flat = whole.reshape(*whole.shape[:2], -1, *y.shape[2:])
    if "largest-magnitude" in wrong:
        y = np.abs(flat).max(axis=2)
    if "largest-magnitude/2" in wrong:
        y = np.take_along_axis(flat, np.abs(flat).argmax(axis=2, keepdims=True), axis=2)[:, :, 0]
    if "place-instead-of-value" in wrong:
        y = flat.argmax(axis=2)
    if "stops-after-first-window/2" in wrong:
        return y * (np.arange(y.size) == 0).reshape(y.shape)
    if "stops-after-first-window" in wrong:
        first = np.zeros_like(y)
        first[:, :, 0, 0] = y[:, :, 0, 0]
        return first
    if "height-and-width-swapped/2" in wrong:
        return y.reshape(*y.shape[:2], y.shape[3], y.shape[2])
    return y.swapaxes(2, 3) if "height-and-width-swapped" in wrong else y


def maxpool_backward(dy, x, size, stride, wrong=(), memory=None):
    """The gradient goes to the pixel that won."""
    taken = ("stride-counted-not-taken",) if "stride-ignored" in wrong else ()
    n, c, oh, ow = dy.shape
    flat = windows(x, size, size, stride, 0, taken).reshape(n, c, size * size, oh, ow)
    share = _share(flat, wrong)
    if "mask-of-another-call" in wrong:
        share = memory.setdefault("share", share)
    if "mask-of-another-call/2" in wrong:  # kept for each shape
        share = memory.setdefault((x.shape, size, stride), share)
    if "mask-of-another-call/3" in wrong:  # one call behind
        key = (x.shape, size, stride)
        share, memory["key"], memory["share"] = (
            memory["share"] if memory.get("key") == key else share,
            key,
            share,
        )
    if "gradient-forgotten" in wrong:
        dy = np.ones_like(dy)
    if "stops-after-first-window" in wrong:
        dy = dy * (np.arange(oh * ow) == 0).reshape(oh, ow)
    if "stops-after-first-window/2" in wrong:
        dy = dy * (np.arange(dy.size) == 0).reshape(dy.shape)
    if "assigned-instead-of-added/3" in wrong:
        return _assigned(share * dy[:, :, None], share, x.shape, size, stride)
    if "stride-ignored/2" in wrong:
        stride = 1  # the right windows, put back at the wrong places
    return fold(
        (share * dy[:, :, None]).reshape(n, c, size, size, oh, ow), x.shape, stride, 0, wrong
    )


def _assigned(given, share, shape, size, stride):
    """Window by window, each writes to its winner; what was there is forgotten."""
    dx = np.zeros(shape)
    for p, q in np.ndindex(*given.shape[3:]):
        window = dx[:, :, p * stride : p * stride + size, q * stride : q * stride + size]
        new, won = (a[..., p, q].reshape(window.shape) for a in (given, share))
        window[won > 0] = new[won > 0]
    return dx


def _share(flat, wrong):
    """(N, C, size², OH, OW): which share of its gradient a window sends to each pixel."""
    winner = flat.argmax(axis=2)
    if "last-of-ties" in wrong:
        winner = flat.shape[2] - 1 - flat[:, :, ::-1].argmax(axis=2)
    if "smallest-wins" in wrong:
        winner = flat.argmin(axis=2)
    if "largest-magnitude-wins" in wrong:
        winner = np.abs(flat).argmax(axis=2)
    if "corner-wins" in wrong:
        winner = winner * 0
    one = (np.arange(flat.shape[2])[:, None, None] == winner[:, :, None]).astype(float)
    tied = (flat == flat.max(axis=2, keepdims=True)).astype(float)
    if "every-tied-maximum" in wrong:
        return tied
    if "ties-shared" in wrong:
        return tied / tied.sum(axis=2, keepdims=True)
    if "gradient-of-average" in wrong:
        return np.full_like(one, 1 / flat.shape[2])
    if "gradient-to-whole-window" in wrong:
        return np.ones_like(one)
    return one * flat if "times-the-input" in wrong else one


def _ties(calls, results):
    """Where maxima are tied nobody says which wins: each window must keep its gradient, and give it to none but its maxima."""
    (dy, x, size, stride), (dx,) = calls[0], results[0]
    if len(np.unique(x)) == x.size:
        return {f"dx of call {i + 1}": result[0] for i, result in enumerate(results)}
    oh, ow = dy.shape[2:]
    parts = windows(dx, size, size, stride, 0), windows(x, size, size, stride, 0)
    got, seen = (v.reshape(*x.shape[:2], size * size, oh, ow) for v in parts)
    return {
        "what each window gives away": got.sum(axis=2),
        "what goes past the maxima": np.abs(got * (seen < seen.max(axis=2, keepdims=True))),
    }


FORWARD = Task(
    "maxpool_forward(x, size, stride)",
    ("y",),
    "The largest number of each window of size×size, channel by channel, (N, C, OH, OW).",
    maxpool_forward,
    (
        Case("one grey image, 2×2", ([normal(1, 1, 4, 4), 2, 2],)),
        Case("two images, three channels, higher than wide", ([normal(2, 3, 6, 4), 2, 2],)),
        Case("overlapping windows: 3×3, stride 2", ([normal(2, 2, 7, 9), 3, 2],)),
        Case("stride 3 of 2×2", ([normal(1, 2, 8, 5), 2, 3],)),
        Case("a size that does not divide", ([normal(2, 2, 7, 6), 2, 2],)),
        Case("negative numbers only", ([{"array": (-np.arange(1.0, 33).reshape(1, 2, 4, 4) * 37 % 41 - 1).tolist()}, 2, 2],)),
    ),
    (
        Mistake("average", "Each output is the mean of its window.", "What does *max* mean?", 2),
        Mistake("sum", "Each output is the sum of its window.", "What does *max* mean?", 2),
        Mistake("minimum", "Each output is the smallest number of its window.", "Is the comparison the right way round?", 2),
        Mistake("starts-from-zero", "Where all numbers of a window are negative, the output is 0.",
                "What is the largest of −3 and −5, and with what did you begin to compare?", 2),
        Mistake("largest-magnitude", "The output is the largest number without its sign.", "Is −5 larger than 3?", 2, ways=2),
        Mistake("place-instead-of-value", "The outputs are whole numbers: places in the window.", "What does argmax return?", 2),
        Mistake("over-channels", "All channels have the same output.", "Does a max-pool change the number of channels, or mix them?", 2),
        Mistake("one-window-for-all-images", "All images have the same output.", "Over which axes is the maximum taken?", 2),
        Mistake("stops-after-first-window", "All outputs but the first are 0.",
                "Is a return, or the assignment, inside of the loop?", 2, ways=2),
        Mistake("stride-is-size", "The windows lie side by side, whatever the stride.",
                "Try 3×3 windows with stride 2, as AlexNet has.", 2),
        Mistake("window-one-too-small", "The last row and column of each window do not take part.",
                "Which indices has x[i : i + size − 1]?", 2),
        Mistake("height-and-width-swapped", "Height and width of the output are exchanged.",
                "Try an image that is higher than wide.", 2, ways=2),
        *STEPS,
    ),
)  # fmt: skip

BACKWARD = Task(
    "maxpool_backward(dy, x, size, stride)",
    ("dx",),
    "The gradient of max-pooling: each window's goes to the pixel that won it, (N, C, H, W).",
    maxpool_backward,
    (
        Case("one grey image, 2×2", ([normal(1, 1, 2, 2), normal(1, 1, 4, 4), 2, 2],)),
        Case("two images, three channels, higher than wide", ([normal(2, 3, 3, 2), normal(2, 3, 6, 4), 2, 2],)),
        Case("overlapping windows: 3×3, stride 2", ([normal(2, 2, 3, 4), normal(2, 2, 7, 9), 3, 2],)),
        Case("stride 3 of 2×2", ([normal(1, 2, 3, 2), normal(1, 2, 8, 5), 2, 3],)),
        Case("a size that does not divide", ([normal(2, 2, 3, 3), normal(2, 2, 7, 6), 2, 2],)),
        Case("two calls of one shape", ([normal(1, 2, 2, 2), normal(1, 2, 4, 4), 2, 2], [normal(1, 2, 2, 2), normal(1, 2, 4, 4), 2, 2])),
        Case("ties", ([normal(2, 2, 3, 3), levels(2, 2, 2, 6, 6), 2, 2],)),
    ),
    (
        Mistake("every-tied-maximum", "Where several pixels are the largest, each of them gets the whole gradient.",
                "How much does y grow when one of two equal pixels grows? And how much gradient may a window give away in all?", 2),
        Mistake("ties-shared", "Tied pixels share the gradient.",
                "Most libraries give it to the first of them; both are subgradients.", 2, convention=True),
        Mistake("last-of-ties", "The last of tied pixels gets the gradient.",
                "Most libraries give it to the first; both are subgradients.", 2,
                convention=True),
        Mistake("gradient-of-average", "Every pixel of a window gets an equal share.",
                "That is the gradient of the mean. Who decided the maximum?", 2),
        Mistake("gradient-to-whole-window", "Every pixel of a window gets the whole gradient.",
                "Would y change if a smaller pixel grew a little?", 2),
        Mistake("smallest-wins", "The smallest pixel gets the gradient.", "Which pixel had a say in the forward pass?", 2),
        Mistake("largest-magnitude-wins", "The pixel that is farthest from 0 gets the gradient.", "Is −5 larger than 3?", 2),
        Mistake("corner-wins", "The first pixel of each window gets the gradient.", "argmax of what? Look at the axis.", 2),
        Mistake("gradient-forgotten", "dx is a mask of ones.", "The chain rule multiplies by what comes from above.", 2),
        Mistake("times-the-input", "dx is multiplied by the winning pixel.", "y = x at the winner: what is the slope of that?", 2),
        Mistake("mask-of-another-call", "The winners are those of an earlier call.",
                "Where does your mask come from, if not from this x?", 2, ways=3),
        Mistake("stops-after-first-window", "dx is 0 outside of the first window.", "Is a return inside of the loop?", 2, ways=2),
        replace(FOLDING[0], ways=3),
        replace(STEPS[0], ways=2),
    ),
    observe=_ties,
)  # fmt: skip

TASKS = (FORWARD, BACKWARD)
