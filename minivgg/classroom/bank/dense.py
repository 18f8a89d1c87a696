"""Assignment 8: fully connected layers as convolutions, and dense evaluation."""

import numpy as np

from minivgg.classroom.bank.geometry import windows
from minivgg.classroom.tasks import Case, Mistake, Task, array, normal


def linear_to_convolution(w, channels, height, width, wrong=()):
    """Row by row, read out as Flatten wrote it: channel, row, column."""
    out = len(w)
    if "transposed-first" in wrong:
        w = w.T.reshape(w.shape)
    if "channels-last" in wrong:
        filters = w.reshape(out, height, width, channels).transpose(0, 3, 1, 2)
    elif "height-and-width-swapped" in wrong:
        filters = w.reshape(out, channels, width, height).swapaxes(2, 3)
    elif "height-and-width-swapped/2" in wrong:
        filters = w.reshape(out, channels, width, height)
    elif "height-and-width-swapped/3" in wrong:
        filters = w.reshape(out, channels, height, width).swapaxes(2, 3)
    elif "channels-first/2" in wrong:
        filters = w.reshape(channels, out, height, width).swapaxes(0, 1)
    elif "channels-first" in wrong:
        filters = w.reshape(channels, out, height, width)
    else:
        filters = w.reshape(out, channels, height, width)
    if "flipped" in wrong:
        filters = filters[:, :, ::-1, ::-1]
    if "flipped/2" in wrong:
        filters = filters[:, :, :, ::-1]
    if "flipped/3" in wrong:
        filters = filters[:, ::-1, ::-1, ::-1]
    return filters.swapaxes(0, 1) if "inputs-first" in wrong else filters


def class_map(maps, layers, height, width, wrong=()):
    """The first layer as a convolution of height×width, the others as 1×1, ReLU between them."""
    order = {
        name
        for name in wrong
        if name.startswith(("channels-last", "height-and-width-swapped", "flipped"))
    }
    if "height-and-width-swapped/4" in wrong:
        height, width = width, height
    y = _padded(np.maximum(maps, 0) if "relu-on-the-maps" in wrong else maps, height, width, wrong)
    for number, (w, b) in enumerate(layers):
        last = number == len(layers) - 1
        kernel = (1, 1) if number else (height, width)
        filters = linear_to_convolution(w, y.shape[1], *kernel, wrong=() if number else order)
        y = np.einsum("ncijpq,fcij->nfpq", windows(y, *kernel, 1, 0), filters)
        if "biases-forgotten" not in wrong:
            y = y + b[:, None, None]
        if "relu-after-first-only" in wrong and number:
            continue
        if (not last and "relu-forgotten" not in wrong) or (last and "relu-after-last" in wrong):
            y = np.maximum(y, 0)
    if "posteriors-instead-of-scores" in wrong:
        return _softmax(y, 1)
    if "side-by-side" in wrong:
        return y[:, :, ::height, ::width]
    if "no-plus-one" in wrong:
        return y[:, :, :-1, :-1]
    if "first-place-only" in wrong:
        return y[:, :, :1, :1]
    if "first-place-only/2" in wrong:
        return y * (np.arange(y[0, 0].size) == 0).reshape(y.shape[2:])
    return y.mean(axis=(2, 3), keepdims=True) if "averaged-over-places" in wrong else y


def _padded(maps, height, width, wrong):
    """Maps with zeros around them, in the ways in which that is done without being asked for."""
    down, right = height - 1, width - 1
    ways = {
        "padded": ((down // 2, down - down // 2), (right // 2, right - right // 2)),
        "padded/2": ((0, down), (0, right)),
        "padded/3": ((height // 2, height // 2), (width // 2, width // 2)),
        "padded/4": ((down // 2, down // 2), (right // 2, right // 2)),
    }
    return np.pad(
        maps,
        ((0, 0), (0, 0), *next((ways[name] for name in ways if name in wrong), ((0, 0), (0, 0)))),
    )


def dense_posteriors(scores, mirrored, wrong=()):
    """Softmax at each place, averaged over the places and over both images."""
    if "mirror-ignored" in wrong:
        mirrored = scores
    if "scores-averaged-first/2" in wrong:
        return _softmax(np.mean([s.mean(axis=(2, 3)) for s in (scores, mirrored)], axis=0), 1)
    if "scores-averaged-first/3" in wrong:
        return _softmax((scores + mirrored) / 2, 1).mean(axis=(2, 3))
    if "scores-averaged-first/4" in wrong:
        return _softmax((scores + mirrored[..., ::-1]) / 2, 1).mean(axis=(2, 3))
    if "larger-of-both/2" in wrong:
        return np.maximum(_softmax(scores, 1), _softmax(mirrored, 1)).mean(axis=(2, 3))
    both = [_posteriors(s, wrong) for s in (scores, mirrored)]
    if "mirror-added" in wrong:
        return both[0] + both[1]
    return np.maximum(*both) if "larger-of-both" in wrong else (both[0] + both[1]) / 2


def _posteriors(scores, wrong):
    places = (2, 3)
    if "scores-averaged-first" in wrong:
        return _softmax(scores.mean(axis=places), 1)
    if "no-softmax" in wrong:
        return scores.mean(axis=places)
    axes = {"softmax-over-places": places, "softmax-over-places/2": 3, "softmax-over-places/3": 2,
            "softmax-over-everything": (1, 2, 3), "softmax-over-everything/2": (0, 1, 2, 3)}  # fmt: skip
    p = _softmax(
        scores,
        next((axes[name] for name in axes if name in wrong), 1),
        shifted="no-shift" not in wrong,
    )
    if "first-place-only" in wrong:
        return p[:, :, 0, 0]
    if "middle-place-only" in wrong:
        return p[:, :, p.shape[2] // 2, p.shape[3] // 2]
    if "middle-place-only/2" in wrong:
        return p[:, :, (p.shape[2] - 1) // 2, (p.shape[3] - 1) // 2]
    if "largest-place/2" in wrong:
        return _softmax(scores.max(axis=places), 1)
    if "largest-place" in wrong:
        return p.max(axis=places)
    return p.sum(axis=places) if "summed-over-places" in wrong else p.mean(axis=places)


def _softmax(z, axis, shifted=True):
    e = np.exp(z - z.max(axis=axis, keepdims=True) * shifted)
    return e / e.sum(axis=axis, keepdims=True)


CONVERT = Task(
    "linear_to_convolution(w, channels, height, width)",
    ("filters",),
    "The matrix (out, channels·height·width) of a fully connected layer as filters (out, channels, height, width), for a map that Flatten "
    "laid out by channel, row, column.",
    linear_to_convolution,
    (
        Case("one channel", ([normal(3, 4), 1, 2, 2],)),
        Case("three channels", ([normal(4, 12), 3, 2, 2],)),
        Case("higher than wide", ([normal(5, 24), 2, 4, 3],)),
        Case("a 1×1 map", ([normal(4, 6), 6, 1, 1],)),
        Case("as many outputs as channels", ([normal(3, 18), 3, 3, 2],)),
    ),
    (
        Mistake("channels-last", "The matrix is read as if the channels changed fastest (as TensorFlow's Flatten has it).",
                "In which order does Flatten write (C, H, W)?", 9),
        Mistake("height-and-width-swapped", "Rows and columns of the filters are exchanged.",
                "Try a map that is higher than wide.", 9, ways=3),
        Mistake("flipped", "The filters are read backwards.", "Nothing turns here: it is only another shape.", 9, ways=3),
        Mistake("inputs-first", "The filters are (channels, out, height, width).", "Which axis comes first in a filter?", 9),
        Mistake("channels-first", "The outputs are cut into channels.",
                "Which part of the matrix is one output: a row, or a column?", 9, ways=2),
        Mistake("transposed-first", "The matrix was transposed before it was cut.",
                "Which part of the matrix is one output: a row, or a column?", 9),
    ),
    points=5,
)  # fmt: skip


def _net(n, c, h, w, height, width, sizes):
    ins = [c * height * width, *sizes]
    layers = [[normal(outs, i), normal(outs)] for i, outs in zip(ins, sizes, strict=False)]
    return [normal(n, c, h, w), layers, height, width]


MAP = Task(
    "class_map(maps, layers, height, width)",
    ("scores",),
    "Fully connected layers, a list of (w, b) made for maps of height×width, over maps (N, C, H, W) of any size: scores "
    "(N, K, H − height + 1, W − width + 1), with ReLU between the layers.",
    class_map,
    (
        Case("one layer, a map of its own size", (_net(2, 3, 2, 2, 2, 2, [4]),)),
        Case("one layer, a larger map", (_net(2, 3, 4, 5, 2, 2, [4]),)),
        Case("three layers", (_net(2, 2, 5, 4, 3, 3, [6, 5, 4]),)),
        Case("made for maps higher than wide", (_net(2, 2, 6, 5, 3, 2, [6, 4]),)),
    ),
    (
        Mistake("relu-forgotten", "There is no ReLU between the layers.", "What stands between FC-4096 and FC-4096?", 9),
        Mistake("relu-after-last", "Scores are never negative.", "Does a ReLU follow the last layer?", 9),
        Mistake("relu-after-first-only", "There is a ReLU after the first layer only.", "What stands between the second and the third?", 9),
        Mistake("relu-on-the-maps", "There is a ReLU before the first layer.", "Between the layers: how many ReLUs are that for three?", 9),
        Mistake("posteriors-instead-of-scores", "The result is a softmax.", "That comes later: these are scores.", 9),
        Mistake("side-by-side", "The windows lie side by side.",
                "Which stride has the convolution that a fully connected layer becomes?", 9),
        Mistake("no-plus-one", "The last row and column of scores are missing.",
                "A 7×7 window fits into a map of 8×8 at how many places?", 9),
        Mistake("biases-forgotten", "The biases are missing.", "A convolution has them, too.", 9),
        Mistake("padded", "The map of scores is too large.",
                "A window that sticks out saw nothing of the kind in training: padding?", 9, ways=4),
        Mistake("first-place-only", "There is one place only.", "A 7×7 window fits into a map of 8×8 at how many places?", 9, ways=2),
        Mistake("averaged-over-places", "The scores are averaged over the places.", "That comes later: this is the whole map.", 9),
        Mistake("channels-last", "The first matrix is read as if the channels changed fastest.",
                "In which order does Flatten write (C, H, W)?", 9),
        Mistake("height-and-width-swapped", "Rows and columns of the first filters are exchanged.",
                "Try a map that is higher than wide.", 9, ways=4),
        Mistake("flipped", "The first filters are upside down.", "Nothing turns here: it is only another shape.", 9),
    ),
    points=15,
)  # fmt: skip

POSTERIORS = Task(
    "dense_posteriors(scores, mirrored)",
    ("posteriors",),
    "Class posteriors (N, K) of class maps (N, K, H, W) of an image and of its mirror image: softmax at each place, averaged over the "
    "places and both.",
    dense_posteriors,
    (
        Case("one place", ([normal(2, 3, 1, 1), normal(2, 3, 1, 1)],)),
        Case("maps of 2×3", ([normal(2, 4, 2, 3), normal(2, 4, 2, 3)],)),
        Case("scores of 1000", ([array([[[[1000.0, 998.0]], [[999.0, 1001.0]]]]), array([[[[998.0, 1000.0]], [[1000.0, 999.0]]]])],)),
        Case("one image, maps of 3×3", ([normal(1, 5, 3, 3), normal(1, 5, 3, 3)],)),
    ),
    (
        Mistake("scores-averaged-first", "Scores are averaged before the softmax.",
                "The paper leaves open which comes first; minivgg averages probabilities.", 9, convention=True, ways=4),
        Mistake("no-shift", "Large scores give nan.",
                "Which number can be subtracted from the scores of a place without changing softmax?", 9),
        Mistake("no-softmax", "There is no softmax.", "Posteriors are positive and sum to 1.", 9),
        Mistake("softmax-over-places", "The softmax runs over the places.", "What sums to 1: classes, or places?", 9, ways=3),
        Mistake("softmax-over-everything", "The softmax runs over classes and places at once.", "What sums to 1 at each place?", 9, ways=2),
        Mistake("summed-over-places", "Posteriors are added up over the places.", "What do they sum to then?", 9),
        Mistake("largest-place", "The largest of all places is taken.", "The paper averages.", 9, ways=2),
        Mistake("first-place-only", "Only the first place counts.", "The paper averages over all places.", 9),
        Mistake("middle-place-only", "Only the middle place counts.", "The paper averages over all places.", 9, ways=2),
        Mistake("mirror-ignored", "The mirrored image has no effect.", "Two images, one answer: how are they put together?", 9),
        Mistake("mirror-added", "The posteriors of both images are added.", "What do they sum to then?", 9),
        Mistake("larger-of-both", "The larger of both posteriors is taken.", "What do they sum to then?", 9, ways=2),
    ),
    points=10,
)  # fmt: skip

TASKS = (CONVERT, MAP, POSTERIORS)
