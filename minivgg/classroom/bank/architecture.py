"""Assignment 7: VGG by configuration: shapes, parameters, receptive fields."""

from itertools import pairwise
from math import prod

from minivgg.classroom.tasks import Case, Mistake, Task
from minivgg.models.configurations import CONFIGURATIONS

HIDDEN = (4096, 4096)  # the paper's


def receptive_field(layers, wrong=()):
    """r ← r + (k − 1)·j, then j ← j·s."""
    r, j = 0 if "begins-with-nothing" in wrong else 1, 1
    for number, (kernel, stride) in enumerate(
        layers[:-1] if "last-layer-left-out" in wrong else layers
    ):
        whole = "adds-whole-kernels/2" in wrong or ("adds-whole-kernels" in wrong and number)
        more = kernel if whole else kernel - 1
        if "strides-forgotten" in wrong:
            r += more
        elif "kernels-multiplied" in wrong:
            r *= kernel
        elif "stride-too-early" in wrong:
            j *= stride
            r += more * j
        elif "stride-of-this-layer-only" in wrong:
            r += more * stride
        elif "field-multiplied-by-stride" in wrong:
            r = (r + more * j) * stride
        elif "field-multiplied-by-stride/2" in wrong:
            r = (r + more) * stride
        elif "field-multiplied-by-stride/4" in wrong:
            r = r * stride if stride > 1 else r + more
        elif "field-multiplied-by-stride/3" in wrong:
            r = (r - 1) * stride + kernel
        else:
            r += more * j
        if "stride-too-early" not in wrong:
            kinds = {
                "strides-added": j + stride,
                "strides-added/2": j + stride - 1,
                "last-stride-only": stride,
            }
            j = next((kinds[name] for name in kinds if name in wrong), j * stride)
    if "strides-added/3" in wrong:
        j = sum(stride for _, stride in layers) if layers else 1
    return r, j


def layer_shapes(configuration, input_shape, wrong=()):
    """(C, H, W) after each item."""
    c, h, w = input_shape
    shapes = []
    for item in configuration:
        if item == "M":
            halves = {
                "rounded-up": lambda side: (side + 1) // 2,
                "rounded-up/2": lambda side: round(side / 2),
                "pools-do-nothing": lambda side: side,
            }
            half = next((halves[name] for name in halves if name in wrong), lambda side: side // 2)
            h, w = half(h), half(w)
            if "pool-by-height-only" in wrong:
                w = input_shape[2]
            if "pool-doubles-channels" in wrong:
                c *= 2
            if "pools-left-out" in wrong:
                continue
        else:
            c, kernel = item if isinstance(item, tuple | list) else (item, 3)
            if "convolutions-shrink" in wrong:
                h, w = h - kernel + 1, w - kernel + 1
            if "one-by-one-grows" in wrong and kernel == 1:
                h, w = h + 2, w + 2
        orders = {"channels-last": (h, w, c), "height-and-width-exchanged": (c, w, h)}
        shapes.append(next((orders[name] for name in orders if name in wrong), (c, h, w)))
    if "begins-with-the-image" in wrong:
        return [tuple(input_shape), *shapes]
    return shapes[-1:] if "last-shape-only" in wrong else shapes


def count_parameters(configuration, classes, input_shape, wrong=()):
    """Weights and biases of the convolutions and of three fully connected layers."""
    channels, total = 3 if "always-rgb" in wrong else input_shape[0], 0
    for item in configuration:
        if item == "M":
            continue
        filters, kernel = item if isinstance(item, tuple | list) else (item, 3)
        if "always-3x3" in wrong:
            kernel = 3
        window = kernel if "kernel-side-once" in wrong else kernel**2
        total += window * (1 if "one-channel-for-each-filter" in wrong else channels) * filters
        if "biases-forgotten" not in wrong and "biases-of-convolutions-forgotten" not in wrong:
            total += 1 if "one-bias-for-each-layer" in wrong else filters
        if not any(name.startswith("channels-not-passed-on") for name in wrong):
            channels = filters
    c, h, w = layer_shapes(
        configuration, input_shape, ("rounded-up",) if "pools-round-up" in wrong else ()
    )[-1]
    if "channels-not-passed-on/2" in wrong:
        c = channels
    if "always-7x7" in wrong:
        h = w = 7
    if "pools-do-nothing" in wrong:
        h, w = input_shape[1:]
    if "maps-taken-for-square" in wrong:
        w = h
    hidden = HIDDEN[
        : 1 if "hidden-layers-missing" in wrong else 0 if "hidden-layers-missing/2" in wrong else 2
    ]
    sizes = [
        c if "map-size-forgotten" in wrong else prod((c, h, w)),
        *hidden,
        1000 if "always-1000-classes" in wrong else classes,
    ]
    for ins, outs in pairwise(sizes):
        if "fully-connected-forgotten" not in wrong:
            biases = (
                "biases-forgotten" not in wrong
                and "biases-of-fully-connected-forgotten" not in wrong
            )
            total += ins * outs + biases * (1 if "one-bias-for-each-layer" in wrong else outs)
    return total


_SMALL = [8, "M", 16, 16, "M"]
_C = CONFIGURATIONS["C"].layers
_SEES = {
    name: [(2, 2) if item == "M" else (3, 1) for item in CONFIGURATIONS[name].layers]
    for name in "AD"
}

FIELD = Task(
    "receptive_field(layers)",
    ("r", "j"),
    "How many pixels, a side, a unit sees after a list of (kernel, stride), and how many pixels neighbouring units lie apart.",
    receptive_field,
    (
        Case("no layer", ([[]],)),
        Case("one 3×3", ([[[3, 1]]],)),
        Case("three 3×3", ([[[3, 1]] * 3],)),
        Case("a pool between", ([[[3, 1], [2, 2], [3, 1]]],)),
        Case("AlexNet's first layers", ([[[11, 4], [3, 2], [5, 1], [3, 2], [3, 1]]],)),
        Case("VGG-16 up to pool5", ([[list(layer) for layer in _SEES["D"]]],)),
    ),
    (
        Mistake("field-multiplied-by-stride",
                "The field is multiplied at every stride (308 for VGG-16's 212 at pool5), as if the layers came backwards.",
                "A stride moves neighbours apart. Does it make the unit itself see more?", 3, ways=4),
        Mistake("stride-too-early", "A layer's own stride already spreads its own window.", "Which comes first: r, or j?", 3),
        Mistake("strides-forgotten", "Strides have no effect on the field.",
                "After a stride of 2, how far apart are neighbouring units in pixels?", 3),
        Mistake("stride-of-this-layer-only", "Each layer spreads by its own stride alone.",
                "Strides of all layers before: what becomes of them?", 3),
        Mistake("last-stride-only", "j is the last stride.", "Two strides of 2, one after the other: how many pixels apart?", 3),
        Mistake("strides-added", "Strides are added up.", "Two strides of 2, one after the other: 2 + 2, or 2 · 2? Try three.", 3, ways=3),
        Mistake("adds-whole-kernels", "Each layer adds k pixels.", "Neighbouring windows overlap: how many pixels are new?", 3, ways=2),
        Mistake("kernels-multiplied", "Kernels are multiplied.", "Two 3×3: do they see 9 pixels a side?", 3),
        Mistake("begins-with-nothing", "The field is one pixel too small.", "What does a unit see when there is no layer?", 3),
        Mistake("last-layer-left-out", "The last layer does not count.", "How often does your loop run for one layer?", 3),
    ),
)  # fmt: skip

SHAPES = Task(
    "layer_shapes(configuration, input_shape)",
    ("shapes",),
    "(C, H, W) after each item: a number of 3×3 filters, (filters, kernel) for another kernel, both keeping height and width; or "
    '"M", a 2×2 max-pool of stride 2.',
    layer_shapes,
    (
        Case("one convolution", ([[16], [3, 8, 8]],)),
        Case("two blocks", ([_SMALL, [1, 28, 28]],)),
        Case("higher than wide", ([_SMALL, [3, 48, 32]],)),
        Case("sizes that do not divide", ([[4, "M", 4, "M"], [3, 15, 10]],)),
        Case("1×1 convolutions", ([[4, [4, 1], "M", 8, [8, 1]], [3, 12, 12]],)),
        Case("VGG-16", ([CONFIGURATIONS["D"].layers, [3, 224, 224]],)),
    ),
    (
        Mistake("pools-do-nothing", "Height and width never change.", "What does a 2×2 pool of stride 2 leave of 8×8?", 7),
        Mistake("pools-left-out", "There is no shape after a pool.", "One shape for each item, pools too.", 7),
        Mistake("rounded-up", "A pool rounds up.", "How many windows of 2, side by side, fit into 15?", 7, ways=2),
        Mistake("convolutions-shrink", "Each convolution loses its border.", "Which padding has the paper, and why?", 7),
        Mistake("one-by-one-grows", "1×1 convolutions grow the map.", "Padding (k − 1)/2: how much is that for k = 1?", 7),
        Mistake("pool-doubles-channels", "A pool doubles the channels.",
                "Who doubles the channels: the pool, or the convolution after it?", 7),
        Mistake("pool-by-height-only", "The width is never halved.", "Both sides are.", 7),
        Mistake("height-and-width-exchanged", "The shapes are (C, W, H).", "Try an image that is higher than wide.", 7),
        Mistake("begins-with-the-image", "There is one shape too many, the image's.", "One shape *after* each item.", 7),
        Mistake("last-shape-only", "There is one shape only.", "One shape after each item.", 7),
        Mistake("channels-last", "The shapes are (H, W, C).", "Where does the project keep the channels?", 7),
    ),
)  # fmt: skip

COUNT = Task(
    "count_parameters(configuration, classes, input_shape)",
    ("parameters",),
    "Weights and biases of the convolutions and of the three fully connected layers, two of 4096 and one of `classes`.",
    count_parameters,
    (
        Case("VGG-16, 138 million", ([CONFIGURATIONS["D"].layers, 1000, [3, 224, 224]],)),
        Case("VGG-11", ([CONFIGURATIONS["A"].layers, 1000, [3, 224, 224]],)),
        Case("C, with 1×1 convolutions", ([[list(i) if isinstance(i, tuple) else i for i in _C], 1000, [3, 224, 224]],)),
        Case("ten classes, grey images", ([_SMALL, 10, [1, 28, 28]],)),
        Case("higher than wide, sizes that do not divide", ([_SMALL, 7, [3, 50, 35]],)),
    ),
    (
        Mistake("biases-forgotten", "There are no biases.", "One number more for each filter, and for each output.", 4),
        Mistake("biases-of-convolutions-forgotten", "Convolutions have no biases.", "One number more for each filter.", 4),
        Mistake("biases-of-fully-connected-forgotten", "Fully connected layers have no biases.", "One number more for each output.", 4),
        Mistake("one-bias-for-each-layer", "Each layer has one bias.", "Do all filters of a layer share theirs?", 4),
        Mistake("always-rgb", "Images always have three channels.", "Who says how many channels an image has?", 4),
        Mistake("channels-not-passed-on", "Every convolution sees as many channels as the image.",
                "What goes into the second convolution?", 4, ways=2),
        Mistake("one-channel-for-each-filter", "A filter sees one channel.", "A filter has a kernel for each channel of its input.", 4),
        Mistake("kernel-side-once", "A kernel has k weights.", "How many squares has a 3×3?", 4),
        Mistake("always-3x3", "1×1 convolutions are counted as 3×3.", "What does (256, 1) mean?", 4),
        Mistake("always-7x7", "The last map always has 7×7 places.", "Of which images is that true?", 4),
        Mistake("pools-do-nothing", "The first fully connected layer sees a map as large as the image.",
                "What have the pools made of height and width?", 4),
        Mistake("map-size-forgotten", "The first fully connected layer sees one number a channel.",
                "What does Flatten make of (C, H, W)?", 4),
        Mistake("always-1000-classes", "There are always 1000 classes.", "For which data is that so?", 4),
        Mistake("hidden-layers-missing", "There are not two layers of 4096.", "FC-4096, FC-4096, FC-1000.", 4, ways=2),
        Mistake("maps-taken-for-square", "The last map is taken to be as wide as it is high.", "Try an image that is higher than wide.", 4),
        Mistake("pools-round-up", "The last map is too large where sizes do not divide.",
                "How many windows of 2, side by side, fit into 35?", 4),
        Mistake("fully-connected-forgotten", "The fully connected layers are missing, nine tenths of VGG-16.",
                "Where are most of the parameters?", 4),
    ),
)  # fmt: skip

TASKS = (FIELD, SHAPES, COUNT)
