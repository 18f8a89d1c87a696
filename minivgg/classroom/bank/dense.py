"""Assignment 8: fully connected layers as convolutions."""

from collections.abc import Sequence

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.geometry import windows
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.bank.posteriors import softmax
from minivgg.classroom.tasks import Case, Mistake, Task, distinct, normal


def linear_to_convolution(
    w: Array, channels: int, height: int, width: int, mistakes: Mistakes = ()
) -> Array:
    """Each row reshaped as Flatten wrote it: by channel, row, column."""
    out = len(w)
    if "transposed-first" in mistakes:
        w = w.T.reshape(w.shape)
    if {"channels-last", "height-and-width-swapped"} <= set(mistakes):
        filters = w.reshape(out, width, height, channels).transpose(0, 3, 2, 1)
    elif "channels-last" in mistakes:
        filters = w.reshape(out, height, width, channels).transpose(0, 3, 1, 2)
    elif "height-and-width-swapped" in mistakes:
        filters = w.reshape(out, channels, width, height).swapaxes(2, 3)
    elif "height-and-width-swapped/2" in mistakes:
        filters = w.reshape(out, channels, width, height)
    elif "height-and-width-swapped/3" in mistakes:
        filters = w.reshape(out, channels, height, width).swapaxes(2, 3)
    elif "channels-first/2" in mistakes:
        filters = w.reshape(channels, out, height, width).swapaxes(0, 1)
    elif "channels-first" in mistakes:
        filters = w.reshape(channels, out, height, width)
    else:
        filters = w.reshape(out, channels, height, width)
    if "flipped" in mistakes:
        filters = filters[:, :, ::-1, ::-1]
    if "flipped/2" in mistakes:
        filters = filters[:, :, :, ::-1]
    if "flipped/3" in mistakes:
        filters = filters[:, ::-1, ::-1, ::-1]
    if "channels-last-in-the-result" in mistakes:
        return filters.transpose(0, 2, 3, 1)
    return filters.swapaxes(0, 1) if "inputs-first" in mistakes else filters


def class_map(
    maps: Array,
    layers: Sequence[tuple[Array, Array]],
    height: int,
    width: int,
    mistakes: Mistakes = (),
) -> Array:
    """The first layer as a convolution of height×width, the others as 1×1, ReLU between them."""
    of_first_layer = {
        name
        for name in mistakes
        if name.startswith(("channels-last", "height-and-width-swapped", "flipped"))
    }
    if "height-and-width-swapped/4" in mistakes:
        height, width = width, height
    y = np.maximum(maps, 0) if "relu-on-the-maps" in mistakes else maps
    y = _pad(y, height, width, mistakes)
    for number, (w, b) in enumerate(layers):
        last = number == len(layers) - 1
        kernel = (1, 1) if number else (height, width)
        of_layer = () if number else of_first_layer
        filters = linear_to_convolution(w, y.shape[1], *kernel, mistakes=of_layer)
        y = np.einsum("ncijpq,fcij->nfpq", windows(y, *kernel, 1, 0), filters)
        no_bias = "biases-forgotten" in mistakes or (
            "biases-forgotten/2" in mistakes and not number
        )
        if not no_bias:
            y = y + b[:, None, None]
        if "relu-after-first-only" in mistakes and number:
            continue
        relu = "relu-after-last" in mistakes if last else "relu-forgotten" not in mistakes
        if relu:
            y = np.maximum(y, 0)
    if "posteriors-instead-of-scores" in mistakes:
        return softmax(y, 1)
    if "side-by-side" in mistakes:
        return y[:, :, ::height, ::width]
    if "no-plus-one" in mistakes:
        return y[:, :, :-1, :-1]
    if "first-image-only" in mistakes:
        return np.broadcast_to(y[:1], y.shape)
    if "first-image-only/2" in mistakes:
        return y[:1]
    if "first-place-only" in mistakes:
        return y[:, :, :1, :1]
    if "first-place-only/2" in mistakes:
        return y * (np.arange(y[0, 0].size) == 0).reshape(y.shape[2:])
    return y.mean(axis=(2, 3), keepdims=True) if "averaged-over-places" in mistakes else y


def _pad(maps: Array, height: int, width: int, mistakes: Mistakes) -> Array:
    """Padded maps, if padding is one of the mistakes."""
    h, w = height - 1, width - 1
    paddings = {
        "padded": ((h // 2, h - h // 2), (w // 2, w - w // 2)),
        "padded/2": ((0, h), (0, w)),
        "padded/3": ((height // 2, height // 2), (width // 2, width // 2)),
        "padded/4": ((h // 2, h // 2), (w // 2, w // 2)),
        "padded/5": ((1, 1), (1, 1)),
    }
    return np.pad(maps, ((0, 0), (0, 0), *select(paddings, mistakes, ((0, 0), (0, 0)))))


LINEAR_TO_CONVOLUTION = Task(
    "linear_to_convolution(w, channels, height, width)",
    ("filters",),
    "The matrix (out, channels·height·width) of a fully connected layer as filters (out, channels, "
    "height, width), for a map that Flatten wrote by channel, row, column.",
    linear_to_convolution,
    (
        Case("one channel", ([normal(3, 4), 1, 2, 2],)),
        Case("three channels", ([normal(4, 12), 3, 2, 2],)),
        Case("H > W", ([normal(5, 24), 2, 4, 3],)),
        Case("a 1×1 map", ([normal(4, 6), 6, 1, 1],)),
        Case("as many outputs as channels", ([normal(3, 18), 3, 3, 2],)),
        # each of these differs from the one before it in one respect
        Case("one output, one channel, 1×1", ([distinct(1, 1), 1, 1, 1],)),
        Case("one output, two channels, 1×1", ([distinct(1, 2), 2, 1, 1],)),
        Case("three outputs, two channels, 1×1", ([distinct(3, 2), 2, 1, 1],)),
        Case("three outputs, two channels, 1×3", ([distinct(3, 6), 2, 1, 3],)),
        Case("three outputs, two channels, 3×3", ([distinct(3, 18), 2, 3, 3],)),
    ),
    (
        Mistake("channels-last",
                "Your code reads the matrix as if the channel changed fastest, as after "
                "TensorFlow's Flatten.",
                "In which order does Flatten write (C, H, W)?", 9),
        Mistake("height-and-width-swapped",
                "Your code exchanges height and width of the filters.",
                "Try a map of height 3 and width 2 by hand.", 9, variants=3),
        Mistake("flipped", "Your code flips the filters, along one or more axes.",
                "Does a matrix product read a row of w backwards?", 9, variants=3),
        Mistake("inputs-first", "Your filters are (channels, out, height, width).",
                "Which axis is first in an array of filters?", 9),
        Mistake("channels-last-in-the-result", "Your filters are (out, height, width, channels).",
                "Which axis of an array of filters are the channels?", 9),
        Mistake("channels-first",
                "Your filters mix several rows of w: the matrix is split into channels first, "
                "not into outputs.",
                "Which part of the matrix is one output: a row, or a column?", 9, variants=2),
        Mistake("transposed-first", "Your code transposes the matrix before it reshapes it.",
                "Which part of the matrix is one output: a row, or a column?", 9),
    ),
    points=5,
)  # fmt: skip


def _net(
    n: int, c: int, h: int, w: int, height: int, width: int, sizes: Sequence[int]
) -> list[object]:
    ins = [c * height * width, *sizes]
    layers = [[normal(outs, i), normal(outs)] for i, outs in zip(ins, sizes, strict=False)]
    return [normal(n, c, h, w), layers, height, width]


CLASS_MAP = Task(
    "class_map(maps, layers, height, width)",
    ("scores",),
    "Fully connected layers for maps of height×width, a list of (w, b), applied to larger maps "
    "(N, C, H, W) as convolutions, with ReLU between them: scores "
    "(N, K, H − height + 1, W − width + 1).",
    class_map,
    (
        Case("one layer, a map of the trained size", (_net(2, 3, 2, 2, 2, 2, [4]),)),
        Case("one layer, a larger map", (_net(2, 3, 4, 5, 2, 2, [4]),)),
        Case("three layers", (_net(2, 2, 5, 4, 3, 3, [6, 5, 4]),)),
        Case("trained with maps of H > W", (_net(2, 2, 6, 5, 3, 2, [6, 4]),)),
        # each of these differs from the one before it in one respect
        Case("one image, one channel, one layer, trained with 1×1 maps, a 1×1 map",
             ([distinct(1, 1, 1, 1), [[distinct(2, 1), distinct(2)]], 1, 1],)),
        Case("a 2×3 map", ([distinct(1, 1, 2, 3), [[distinct(2, 1), distinct(2)]], 1, 1],)),
        Case("two channels", ([distinct(1, 2, 2, 3), [[distinct(2, 2), distinct(2)]], 1, 1],)),
        Case("trained with 1×2 maps",
             ([distinct(1, 2, 2, 3), [[distinct(2, 4), distinct(2)]], 1, 2],)),
        Case("two images",
             ([distinct(2, 2, 2, 3), [[distinct(2, 4), distinct(2)]], 1, 2],)),
        Case("two layers",
             ([distinct(2, 2, 2, 3),
               [[distinct(2, 4), distinct(2)], [distinct(3, 2), distinct(3)]], 1, 2],)),
    ),
    (
        Mistake("relu-forgotten", "Your code has no ReLU between the layers.",
                "What is between the first and the second fully connected layer?", 9),
        Mistake("relu-after-last", "Your code applies ReLU to the scores.",
                "Is there a ReLU after the last layer?", 9),
        Mistake("relu-after-first-only", "Your code has a ReLU after the first layer only.",
                "What is between the second and the third layer?", 9),
        Mistake("relu-on-the-maps", "Your code has a ReLU before the first layer.",
                "The ReLUs are between the layers. How many are there for three layers?", 9),
        Mistake("posteriors-instead-of-scores", "Your result is a softmax of the scores.",
                "The task asks for scores. In which function is the softmax computed?", 9),
        Mistake("side-by-side", "Your windows do not overlap.",
                "What is the stride of the convolution that a fully connected layer becomes?", 9),
        Mistake("no-plus-one", "Your map of scores lacks the last row and column.",
                "At how many positions does a 7×7 window fit into a map of 8×8?", 9),
        Mistake("biases-forgotten", "Your scores leave out biases.",
                "Does the convolution that a fully connected layer becomes have biases?",
                9, variants=2),
        Mistake("padded", "Your map of scores is too large, because the maps are padded.",
                "In training there was no padding. Should the window extend beyond the map?",
                9, variants=5),
        Mistake("first-place-only",
                "Your scores are those of one position: the others are missing, or 0.",
                "At how many positions does a 7×7 window fit into a map of 8×8?", 9, variants=2),
        Mistake("first-image-only", "Your scores are those of the first image only.",
                "Does your code use the whole first axis of maps?", 9, variants=2),
        Mistake("averaged-over-places", "Your code averages the scores over the positions.",
                "The task asks for a map of scores. In which function are positions averaged?", 9),
        Mistake("channels-last",
                "Your code reads the first matrix as if the channel changed fastest.",
                "In which order does Flatten write (C, H, W)?", 9),
        Mistake("height-and-width-swapped",
                "Your code exchanges height and width of the first filters.",
                "Try a map of height 3 and width 2 by hand.", 9, variants=4),
        Mistake("flipped", "Your code flips the first filters.",
                "Does a matrix product read a row of w backwards?", 9),
    ),
    points=15,
)  # fmt: skip

TASKS = (LINEAR_TO_CONVOLUTION, CLASS_MAP)
