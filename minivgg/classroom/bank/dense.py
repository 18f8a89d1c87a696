"""Assignment 8: fully connected layers as convolutions, and dense evaluation."""

from collections.abc import Sequence

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.geometry import windows
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Case, Mistake, Task, array, normal


def linear_to_convolution(
    w: Array, channels: int, height: int, width: int, mistakes: Mistakes = ()
) -> Array:
    """Each row reshaped as Flatten wrote it: by channel, row, column."""
    out = len(w)
    if "transposed-first" in mistakes:
        w = w.T.reshape(w.shape)
    if "channels-last" in mistakes:
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
        if "biases-forgotten" not in mistakes:
            y = y + b[:, None, None]
        if "relu-after-first-only" in mistakes and number:
            continue
        relu = "relu-after-last" in mistakes if last else "relu-forgotten" not in mistakes
        if relu:
            y = np.maximum(y, 0)
    if "posteriors-instead-of-scores" in mistakes:
        return _softmax(y, 1)
    if "side-by-side" in mistakes:
        return y[:, :, ::height, ::width]
    if "no-plus-one" in mistakes:
        return y[:, :, :-1, :-1]
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
    }
    return np.pad(maps, ((0, 0), (0, 0), *select(paddings, mistakes, ((0, 0), (0, 0)))))


def dense_posteriors(scores: Array, mirrored: Array, mistakes: Mistakes = ()) -> Array:
    """Softmax at each position, averaged over the positions and both images."""
    if "mirror-ignored" in mistakes:
        mirrored = scores
    if "scores-averaged-first/2" in mistakes:
        return _softmax(np.mean([s.mean(axis=(2, 3)) for s in (scores, mirrored)], axis=0), 1)
    if "scores-averaged-first/3" in mistakes:
        return _softmax((scores + mirrored) / 2, 1).mean(axis=(2, 3))
    if "scores-averaged-first/4" in mistakes:
        return _softmax((scores + mirrored[..., ::-1]) / 2, 1).mean(axis=(2, 3))
    if "larger-of-both/2" in mistakes:
        return np.maximum(_softmax(scores, 1), _softmax(mirrored, 1)).mean(axis=(2, 3))
    both = [_posteriors(s, mistakes) for s in (scores, mirrored)]
    if "mirror-added" in mistakes:
        return both[0] + both[1]
    return np.maximum(*both) if "larger-of-both" in mistakes else (both[0] + both[1]) / 2


def _posteriors(scores: Array, mistakes: Mistakes) -> Array:
    positions = (2, 3)
    if "scores-averaged-first" in mistakes:
        return _softmax(scores.mean(axis=positions), 1)
    if "no-softmax" in mistakes:
        return scores.mean(axis=positions)
    axes: dict[str, int | tuple[int, ...]] = {
        "softmax-over-places": positions,
        "softmax-over-places/2": 3,
        "softmax-over-places/3": 2,
        "softmax-over-everything": (1, 2, 3),
        "softmax-over-everything/2": (0, 1, 2, 3),
    }
    p = _softmax(scores, select(axes, mistakes, 1), shifted="no-shift" not in mistakes)
    if "first-place-only" in mistakes:
        return p[:, :, 0, 0]
    if "middle-place-only" in mistakes:
        return p[:, :, p.shape[2] // 2, p.shape[3] // 2]
    if "middle-place-only/2" in mistakes:
        return p[:, :, (p.shape[2] - 1) // 2, (p.shape[3] - 1) // 2]
    if "largest-place/2" in mistakes:
        return _softmax(scores.max(axis=positions), 1)
    if "largest-place" in mistakes:
        return p.max(axis=positions)
    return p.sum(axis=positions) if "summed-over-places" in mistakes else p.mean(axis=positions)


def _softmax(z: Array, axis: int | tuple[int, ...], shifted: bool = True) -> Array:
    e = np.exp(z - z.max(axis=axis, keepdims=True) * shifted)
    return e / e.sum(axis=axis, keepdims=True)


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
    ),
    (
        Mistake("channels-last",
                "The matrix is read as if the channel changed fastest (as after TensorFlow's "
                "Flatten).",
                "In which order does Flatten write (C, H, W)?", 9),
        Mistake("height-and-width-swapped", "Rows and columns of the filters are swapped.",
                "Try a map whose height and width differ.", 9, variants=3),
        Mistake("flipped", "The filters are flipped.",
                "No number changes its order: only the shape is different.", 9, variants=3),
        Mistake("inputs-first", "The filters are (channels, out, height, width).",
                "Which axis is first in an array of filters?", 9),
        Mistake("channels-first", "The outputs are split into channels.",
                "Which part of the matrix is one output: a row, or a column?", 9, variants=2),
        Mistake("transposed-first", "The matrix was transposed before it was reshaped.",
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
    ),
    (
        Mistake("relu-forgotten", "There is no ReLU between the layers.",
                "What is between FC-4096 and FC-4096?", 9),
        Mistake("relu-after-last", "The scores are never negative.",
                "Is there a ReLU after the last layer?", 9),
        Mistake("relu-after-first-only", "There is a ReLU after the first layer only.",
                "What is between the second and the third layer?", 9),
        Mistake("relu-on-the-maps", "There is a ReLU before the first layer.",
                "The ReLUs are between the layers. How many are there for three layers?", 9),
        Mistake("posteriors-instead-of-scores", "The result is a softmax.",
                "The softmax is computed later: here the result is the scores.", 9),
        Mistake("side-by-side", "The windows do not overlap.",
                "What is the stride of the convolution that a fully connected layer becomes?", 9),
        Mistake("no-plus-one", "The last row and column of scores are missing.",
                "At how many positions does a 7×7 window fit into a map of 8×8?", 9),
        Mistake("biases-forgotten", "The biases are missing.", "A convolution has biases, too.", 9),
        Mistake("padded", "The map of scores is too large.",
                "In training there was no padding. Should the window extend beyond the map?",
                9, variants=4),
        Mistake("first-place-only", "There are scores at one position only.",
                "At how many positions does a 7×7 window fit into a map of 8×8?", 9, variants=2),
        Mistake("averaged-over-places", "The scores are averaged over the positions.",
                "They are averaged later: here the result is the whole map.", 9),
        Mistake("channels-last", "The first matrix is read as if the channel changed fastest.",
                "In which order does Flatten write (C, H, W)?", 9),
        Mistake("height-and-width-swapped", "Rows and columns of the first filters are swapped.",
                "Try a map whose height and width differ.", 9, variants=4),
        Mistake("flipped", "The first filters are flipped.",
                "No number changes its order: only the shape is different.", 9),
    ),
    points=15,
)  # fmt: skip

DENSE_POSTERIORS = Task(
    "dense_posteriors(scores, mirrored)",
    ("posteriors",),
    "Class posteriors (N, K) from the class maps (N, K, H, W) of an image and of its mirror image: "
    "softmax at each position, averaged over the positions and both images.",
    dense_posteriors,
    (
        Case("one position", ([normal(2, 3, 1, 1), normal(2, 3, 1, 1)],)),
        Case("maps of 2×3", ([normal(2, 4, 2, 3), normal(2, 4, 2, 3)],)),
        Case("scores of 1000",
             ([array([[[[1000.0, 998.0]], [[999.0, 1001.0]]]]),
               array([[[[998.0, 1000.0]], [[1000.0, 999.0]]]])],)),
        Case("one image, maps of 3×3", ([normal(1, 5, 3, 3), normal(1, 5, 3, 3)],)),
    ),
    (
        Mistake("scores-averaged-first", "Scores are averaged before the softmax.",
                "The paper does not say which is first; minivgg averages probabilities.",
                9, convention=True, variants=4),
        Mistake("no-shift", "Large scores give nan.",
                "Which number can be subtracted from the scores at one position without changing "
                "softmax?", 9),
        Mistake("no-softmax", "There is no softmax.", "Posteriors are positive and sum to 1.", 9),
        Mistake("softmax-over-places", "The softmax is over the positions.",
                "Which sum to 1: the classes, or the positions?", 9, variants=3),
        Mistake("softmax-over-everything", "The softmax is over classes and positions together.",
                "Which numbers sum to 1 at each position?", 9, variants=2),
        Mistake("summed-over-places", "The posteriors are summed over the positions.",
                "What is their sum then?", 9),
        Mistake("largest-place", "The maximum over the positions is used.",
                "The paper averages over the positions.", 9, variants=2),
        Mistake("first-place-only", "Only the first position counts.",
                "The paper averages over all positions.", 9),
        Mistake("middle-place-only", "Only the position in the middle counts.",
                "The paper averages over all positions.", 9, variants=2),
        Mistake("mirror-ignored", "The mirrored image has no effect.",
                "There are two images and one answer. How are they combined?", 9),
        Mistake("mirror-added", "The posteriors of both images are added.",
                "What is their sum then?", 9),
        Mistake("larger-of-both", "The maximum of both posteriors is used.",
                "What is their sum then?", 9, variants=2),
    ),
    points=10,
)  # fmt: skip

TASKS = (LINEAR_TO_CONVOLUTION, CLASS_MAP, DENSE_POSTERIORS)
