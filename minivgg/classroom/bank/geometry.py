"""Where windows stand, and what goes wrong there: shared by im2col, convolution and pooling."""

import numpy as np

from minivgg.classroom.tasks import Mistake

PADDING = (
    Mistake("padding-forgotten", "The result is that of padding 0.", "What lies around the image before the kernel goes over it?", 1),
    Mistake("padded-on-one-side", "The result is that of zeros on one side only, or of a size that counts the padding once.",
            "Compare the first and the last row of the padded image; how many rows has it?", 1, ways=4),
    Mistake("padded-with-edges", "The border shows the image again instead of being zero.",
            "Which values does the paper put around the image?", 1, ways=3),
)  # fmt: skip
STEPS = (
    Mistake("stride-ignored", "The result is that of stride 1.", "How far does the window move from one output to the next?", 1),
    Mistake("stride-counted-not-taken", "There are as many outputs as there should be, but their windows lie one pixel apart.",
            "At which row of the image does the window of output row 1 begin, at stride 2?", 1),
    Mistake("rounded-up", "There is an output for a window that sticks out of the image.",
            "Count by hand how often a window of 3 fits into 6 pixels at stride 2.", 1, ways=2),
    Mistake("no-plus-one", "The last row and column of outputs are missing.",
            "How many places has a kernel that is as large as the image?", 1, ways=2),
)  # fmt: skip


def windows(x, kh, kw, stride, padding, wrong=()):
    """(N, C, kh, kw, OH, OW): what the kernel sees at each place; the geometry's mistakes are made here."""
    before, after = padding, padding
    if "padding-forgotten" in wrong:
        before = after = 0
    if "padded-on-one-side" in wrong:
        after = 0
    if "padded-on-one-side/2" in wrong:
        before = 0
    if "padded-on-one-side/3" in wrong:
        before, after = 0, 2 * padding
    if "padded-on-one-side/4" in wrong:
        before, after = 2 * padding, 0
    if "stride-ignored" in wrong:
        stride = 1
    kinds = {
        "padded-with-edges": "edge",
        "padded-with-edges/2": "reflect",
        "padded-with-edges/3": "wrap",
    }
    mode = next((kinds[name] for name in kinds if name in wrong), "constant")
    x = np.pad(x, ((0, 0), (0, 0), (before, after), (before, after)), mode)
    plus = 0 if "no-plus-one" in wrong or "no-plus-one/2" in wrong else 1
    up = any(name in wrong for name in ("rounded-up", "rounded-up/2", "no-plus-one/2"))
    step = 1 if "stride-counted-not-taken" in wrong else stride
    counted = [side - kernel for side, kernel in zip(x.shape[2:], (kh, kw), strict=True)]
    oh, ow = (-(-room // stride) + plus if up else room // stride + plus for room in counted)
    if up:  # what sticks out sees zeros, or the last row and column again
        x = np.pad(
            x,
            ((0, 0), (0, 0), (0, stride), (0, stride)),
            "edge" if "rounded-up/2" in wrong else "constant",
        )
    found = np.empty((*x.shape[:2], kh, kw, oh, ow), x.dtype)
    for i in range(kh):
        for j in range(kw):
            found[:, :, i, j] = x[:, :, i : i + step * oh : step, j : j + step * ow : step]
    return found


FOLDING = (
    Mistake("assigned-instead-of-added", "Where windows overlap, only one of them counts.",
            "How many outputs does a pixel in the middle take part in, and what happens to all their gradients?", 2, ways=2),
    Mistake("still-padded", "The result has the shape of the padded image.",
            "The caller's image has no border: which part of yours is it?", 2),
    Mistake("border-cut-off-on-one-side", "The result has the right shape, but is moved by the padding.",
            "At which row of the padded image does the image begin?", 2, ways=2),
)  # fmt: skip


def fold(cols, shape, stride, padding, wrong=()):
    """The opposite of ``windows``: adds (N, C, kh, kw, OH, OW) to where it came from; returns an array of ``shape``."""
    n, c, h, w = shape
    kh, kw, oh, ow = cols.shape[2:]
    if "stride-ignored" in wrong:
        stride = 1
    padded = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    offsets = [(i, j) for i in range(kh) for j in range(kw)]
    for i, j in reversed(offsets) if "assigned-instead-of-added/2" in wrong else offsets:
        places = (..., slice(i, i + stride * oh, stride), slice(j, j + stride * ow, stride))
        if "assigned-instead-of-added" in wrong or "assigned-instead-of-added/2" in wrong:
            padded[places] = cols[:, :, i, j]  # the last of the windows stays
        else:
            padded[places] += cols[:, :, i, j]
    if "still-padded" in wrong:
        return padded
    first = (
        0
        if "border-cut-off-on-one-side" in wrong
        else 2 * padding
        if "border-cut-off-on-one-side/2" in wrong
        else padding
    )
    return padded[:, :, first : first + h, first : first + w]
