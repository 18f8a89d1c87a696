"""Windows of an image and the mistakes in their geometry: for im2col, convolution and pooling."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Mistake

PaddingMode: TypeAlias = Literal["constant", "edge", "reflect", "symmetric", "wrap"]
Sides: TypeAlias = tuple[int, int]  # height and width
Beyond: TypeAlias = float | Literal["slices"] | None

PADDING_MISTAKES = (
    Mistake("padding-forgotten", "Your result is that of padding 0.",
            "Where does your code add a border of zeros to the image?", 1),
    Mistake("padding-taken-for-one",
            "Your image is padded by one pixel on each side, whatever the padding is.",
            "Where does your code use the argument padding?", 1, variants=2),
    Mistake("padded-on-one-side",
            "Your zeros are only above and to the left, or only below and to the right, or your "
            "size counts the padding only once.",
            "Compare the first and the last row of the padded image. How many rows does it have, "
            "and how many do you count?",
            1, variants=4),
    Mistake("padded-on-one-axis", "Your padding extends only the height, or only the width.",
            "Print the shape of the padded image. Which sizes does your padding change, and which "
            "should it?",
            1, variants=2),
    Mistake("padded-on-all-axes", "Your padding adds images and channels of zeros, too.",
            "np.pad(x, p) pads every axis. Which of the four axes need padding?", 1, variants=3),
    Mistake("padded-with-edges",
            "Your windows contain pixels of the image, repeated or mirrored, instead of padding.",
            "VGG pads with zeros. Which mode of np.pad do you use? Which pixel is x[-1]?",
            1, variants=4),
    Mistake("padded-with-ones", "Your padding consists of ones.",
            "VGG pads with zeros. Which numbers surround the image in your padded array?", 1),
    Mistake("outputs-of-unpadded-image",
            "Your code counts windows with the size of the image without its padding.",
            "How many rows does the padded image have? How many windows fit into it?",
            1, variants=2),
)  # fmt: skip
STRIDE_MISTAKES = (
    Mistake("stride-ignored", "Your result is that of stride 1.",
            "How far does the window move from one output to the next?", 1),
    Mistake("stride-on-one-axis",
            "Your windows move by the stride in one direction, and by one pixel in the other.",
            "Compare the indices of rows and columns in your code. Do both use the stride?",
            1, variants=2),
    Mistake("stride-counted-not-taken",
            "Your number of outputs is right, but your windows are one pixel apart.",
            "With stride 2, at which row of the image does the window of output row 1 begin?", 1),
    Mistake("rounded-up", "Your outputs include windows that extend beyond the image.",
            "Count by hand how often a window of size 3 fits into 6 pixels with stride 2.",
            1, variants=2),
    Mistake("no-plus-one",
            "Your code leaves out the last window of each row and column, or does so where this "
            "window ends exactly at the border.",
            "At how many positions does a window fit that is as large as the image?",
            1, variants=2),
)  # fmt: skip
IMAGE_TAKEN_FOR_SQUARE = Mistake(
    "image-taken-for-square",
    "Your code uses the same side for height and width, or exchanges the two.",
    "Try an image of 3×5. Which size, loop or index depends on H, and which on W?", 1, variants=2,
)  # fmt: skip
KERNEL_TAKEN_FOR_SQUARE = Mistake(
    "kernel-taken-for-square", "Your code uses the same side of the kernel for kh and kw.",
    "Try a kernel of 3×2: where are kh and kw used?", 1, variants=4,
)  # fmt: skip
FAILS_AT_PADDING_ZERO = Mistake(
    "fails-at-padding-zero", "Your code fails where the padding is 0.",
    "Does it use a slice [p:-p], which is empty for p = 0, or an array that exists only for p > 0?",
    1,
)  # fmt: skip
REMAINDER_REFUSED = Mistake(
    "remainder-refused", "Your code fails where the stride leaves rows or columns over.",
    "The rows and columns that fill no window are to be ignored. How does // round?", 1,
)  # fmt: skip


def pad(x: Array, padding: int, mistakes: Mistakes = ()) -> Array:
    """(N, C, H + 2·padding, W + 2·padding), with mistakes of padding."""
    n, c = x.shape[:2]
    if "fails-at-padding-zero" in mistakes and padding == 0:
        raise ValueError("nothing is padded")
    if "padding-taken-for-one" in mistakes or "padding-taken-for-one/2" in mistakes:
        padding = 1
    sides = {
        "padding-forgotten": (0, 0),
        "padded-on-one-side": (padding, 0),
        "padded-on-one-side/2": (0, padding),
        "padded-on-one-side/3": (0, 2 * padding),
        "padded-on-one-side/4": (2 * padding, 0),
    }
    rows = columns = select(sides, mistakes, (padding, padding))
    if "padded-on-one-axis" in mistakes:
        columns = (0, 0)
    if "padded-on-one-axis/2" in mistakes:
        rows = (0, 0)
    modes: dict[str, PaddingMode] = {
        "padded-with-edges": "edge",
        "padded-with-edges/2": "reflect",
        "padded-with-edges/3": "wrap",
        "padded-with-edges/4": "symmetric",
    }
    mode: PaddingMode = select(modes, mistakes, "constant")
    if "padded-with-ones" in mistakes:
        return np.pad(x, ((0, 0), (0, 0), rows, columns), constant_values=1)
    if "padded-on-all-axes" in mistakes:
        return np.pad(x, padding)
    if "padded-on-all-axes/2" in mistakes:  # loops over the images that there were
        return np.pad(x, padding)[:n]
    if "padded-on-all-axes/3" in mistakes:  # and over the channels that there were
        return np.pad(x, padding)[:n, :c]
    return np.pad(x, ((0, 0), (0, 0), rows, columns), mode)


def rounds_up(mistakes: Mistakes) -> bool:
    """Whether the number of outputs is rounded up."""
    return any(name in mistakes for name in ("rounded-up", "rounded-up/2", "no-plus-one/2"))


def count_outputs(image: Sides, kernel: Sides, stride: int, mistakes: Mistakes = ()) -> Sides:
    """(OH, OW): how many windows fit into the padded image, with mistakes of counting."""
    plus_one = 0 if "no-plus-one" in mistakes or "no-plus-one/2" in mistakes else 1
    if "remainder-refused" in mistakes and any(
        (side - k) % stride for side, k in zip(image, kernel, strict=True)
    ):
        raise ValueError("rows or columns are left over")
    kernels = {
        "kernel-taken-for-square/3": (kernel[0], kernel[0]),
        "kernel-taken-for-square/4": (kernel[1], kernel[1]),
    }
    squares = {
        "image-taken-for-square": (image[0], image[0]),
        "image-taken-for-square/2": (image[1], image[1]),
    }
    strides = {"stride-on-one-axis": (stride, 1), "stride-on-one-axis/2": (1, stride)}
    oh, ow = (
        plus_one + (-(-(side - k) // step) if rounds_up(mistakes) else (side - k) // step)
        for side, k, step in zip(
            select(squares, mistakes, image),
            select(kernels, mistakes, kernel),
            select(strides, mistakes, (stride, stride)),
            strict=True,
        )
    )
    return oh, ow


def windows(
    x: Array,
    kh: int,
    kw: int,
    stride: int,
    padding: int,
    mistakes: Mistakes = (),
    *,
    outputs: Sides | None = None,
    beyond: Beyond = None,
) -> Array:
    """(N, C, kh, kw, OH, OW): the window at each output position, with mistakes of geometry.

    A window that extends beyond the padded image is an error; if ``beyond`` is a number, the window
    is filled with it; for "slices" it is what NumPy multiplies when a slice is cut off.
    """
    h, w = x.shape[2:]
    if "stride-ignored" in mistakes:
        stride = 1
    x = pad(x, padding, mistakes)
    image = (x.shape[2], x.shape[3])
    if "padding-taken-for-one/2" in mistakes:  # the number of outputs is right
        outputs = count_outputs((h + 2 * padding, w + 2 * padding), (kh, kw), stride)
    oh, ow = outputs or count_outputs(image, (kh, kw), stride, mistakes)
    if "outputs-of-unpadded-image" in mistakes:  # range(0, H, stride), as far as windows fit
        oh, ow = min(oh, -(-h // stride)), min(ow, -(-w // stride))
    if "outputs-of-unpadded-image/2" in mistakes:
        oh, ow = count_outputs((h, w), (kh, kw), stride, mistakes)
    down = across = 1 if "stride-counted-not-taken" in mistakes else stride
    if "stride-on-one-axis" in mistakes:
        across = 1
    if "stride-on-one-axis/2" in mistakes:
        down = 1
    starts = ([down * i for i in range(oh)], [across * j for j in range(ow)])
    for axis, first, k in zip((2, 3), starts, (kh, kw), strict=True):
        x = _extend(x, axis, first, k, mistakes, beyond)
    cols = np.empty((*x.shape[:2], kh, kw, oh, ow), x.dtype)
    for i in range(kh):
        for j in range(kw):
            cols[:, :, i, j] = x[:, :, i : i + down * oh : down, j : j + across * ow : across]
    return cols


def _extend(
    x: Array, axis: int, starts: Sequence[int], k: int, mistakes: Mistakes, beyond: Beyond
) -> Array:
    """The image with the rows, or columns, that windows of k need, which begin at ``starts``."""
    side = x.shape[axis]
    too_large = [start for start in starts if start + k > side]
    if not too_large:
        return x
    extra = [(0, 0)] * x.ndim
    extra[axis] = (0, max(too_large) + k - side)
    if rounds_up(mistakes):
        return np.pad(x, extra, "edge" if "rounded-up/2" in mistakes else "constant")
    if beyond == "slices" and k == 1:  # the sum over an empty slice is 0
        return np.pad(x, extra)
    if beyond == "slices" and all(start == side - 1 for start in too_large):
        return np.pad(x, extra, "edge")  # a slice of length 1 is broadcast
    if isinstance(beyond, float) and max(too_large) < side:
        return np.pad(x, extra, constant_values=beyond)
    raise ValueError("a window extends beyond the image")
