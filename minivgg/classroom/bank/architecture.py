"""Assignment 7: receptive fields, shapes and parameters of VGG from its configuration."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import prod
from typing import TypeAlias

from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Case, Mistake, Task
from minivgg.models.configurations import CONFIGURATIONS

Layer: TypeAlias = int | str | Sequence[int]  # 64, "M", or (64, 1) for a kernel of 1×1

HIDDEN = (4096, 4096)  # the paper's


def receptive_field(layers: Sequence[tuple[int, int]], mistakes: Mistakes = ()) -> tuple[int, int]:
    """r ← r + (k − 1)·j, then j ← j·s."""
    r, j = 0 if "begins-with-nothing" in mistakes else 1, 1
    counted = layers[:-1] if "last-layer-left-out" in mistakes else layers
    for number, (kernel, stride) in enumerate(counted):
        whole = "adds-whole-kernels/2" in mistakes or ("adds-whole-kernels" in mistakes and number)
        more = kernel if whole else kernel - 1
        if "strides-forgotten" in mistakes:
            r += more
        elif "kernels-multiplied" in mistakes:
            r *= kernel
        elif "stride-too-early" in mistakes:
            j *= stride
            r += more * j
        elif "stride-of-this-layer-only" in mistakes:
            r += more * stride
        elif "field-multiplied-by-stride" in mistakes:
            r = (r + more * j) * stride
        elif "field-multiplied-by-stride/2" in mistakes:
            r = (r + more) * stride
        elif "field-multiplied-by-stride/4" in mistakes:
            r = r * stride if stride > 1 else r + more
        elif "field-multiplied-by-stride/3" in mistakes:
            r = (r - 1) * stride + kernel
        else:
            r += more * j
        if "stride-too-early" not in mistakes:
            rules = {
                "strides-added": j + stride,
                "strides-added/2": j + stride - 1,
                "last-stride-only": stride,
            }
            j = select(rules, mistakes, j * stride)
    if "strides-added/3" in mistakes:
        j = sum(stride for _, stride in layers) if layers else 1
    return r, j


def layer_shapes(
    configuration: Sequence[Layer], input_shape: Sequence[int], mistakes: Mistakes = ()
) -> list[tuple[int, ...]]:
    """(C, H, W) after each item."""
    c, h, w = input_shape
    shapes: list[tuple[int, ...]] = []
    for item in configuration:
        if item == "M":
            rules: dict[str, Callable[[int], int]] = {
                "rounded-up": lambda size: (size + 1) // 2,
                "rounded-up/2": lambda size: round(size / 2),
                "pools-do-nothing": lambda size: size,
            }
            pool = select(rules, mistakes, lambda size: size // 2)
            h, w = pool(h), pool(w)
            if "pool-by-height-only" in mistakes:
                w = input_shape[2]
            if "pool-doubles-channels" in mistakes:
                c *= 2
            if "pools-left-out" in mistakes:
                continue
        else:
            c, kernel = item if isinstance(item, tuple | list) else (item, 3)
            if "convolutions-shrink" in mistakes:
                h, w = h - kernel + 1, w - kernel + 1
            if "one-by-one-grows" in mistakes and kernel == 1:
                h, w = h + 2, w + 2
        orders = {"channels-last": (h, w, c), "height-and-width-exchanged": (c, w, h)}
        shapes.append(select(orders, mistakes, (c, h, w)))
    if "begins-with-the-image" in mistakes:
        return [tuple(input_shape), *shapes]
    return shapes[-1:] if "last-shape-only" in mistakes else shapes


def count_parameters(
    configuration: Sequence[Layer],
    classes: int,
    input_shape: Sequence[int],
    mistakes: Mistakes = (),
) -> int:
    """Weights and biases of the convolutions and of three fully connected layers."""
    channels, total = _count_convolutions(configuration, input_shape[0], mistakes)
    pooling = ("rounded-up",) if "pools-round-up" in mistakes else ()
    c, h, w = layer_shapes(configuration, input_shape, pooling)[-1]
    if "channels-not-passed-on/2" in mistakes:
        c = channels
    if "always-7x7" in mistakes:
        h = w = 7
    if "pools-do-nothing" in mistakes:
        h, w = input_shape[1:]
    if "maps-taken-for-square" in mistakes:
        w = h
    hidden_layers = {"hidden-layers-missing": 1, "hidden-layers-missing/2": 0}
    sizes = [
        c if "map-size-forgotten" in mistakes else prod((c, h, w)),
        *HIDDEN[: select(hidden_layers, mistakes, 2)],
        1000 if "always-1000-classes" in mistakes else classes,
    ]
    if "fully-connected-forgotten" in mistakes:
        return total
    without_biases = {"biases-forgotten", "biases-of-fully-connected-forgotten"}
    for ins, outs in pairwise(sizes):
        total += ins * outs
        if not without_biases & set(mistakes):
            total += 1 if "one-bias-for-each-layer" in mistakes else outs
    return total


def _count_convolutions(
    configuration: Sequence[Layer], input_channels: int, mistakes: Mistakes
) -> tuple[int, int]:
    """(channels after the last convolution, number of parameters of all)."""
    channels, total = 3 if "always-rgb" in mistakes else input_channels, 0
    without_biases = {"biases-forgotten", "biases-of-convolutions-forgotten"}
    for item in configuration:
        if item == "M":
            continue
        filters, kernel = item if isinstance(item, tuple | list) else (item, 3)
        if "always-3x3" in mistakes:
            kernel = 3
        window = kernel if "kernel-side-once" in mistakes else kernel**2
        total += window * (1 if "one-channel-for-each-filter" in mistakes else channels) * filters
        if not without_biases & set(mistakes):
            total += 1 if "one-bias-for-each-layer" in mistakes else filters
        if not any(name.startswith("channels-not-passed-on") for name in mistakes):
            channels = filters
    return channels, total


_SMALL = [8, "M", 16, 16, "M"]
_VGG_16 = CONFIGURATIONS["D"].layers
_KERNELS_AND_STRIDES = [[2, 2] if item == "M" else [3, 1] for item in _VGG_16]
_C = [list(item) if isinstance(item, tuple) else item for item in CONFIGURATIONS["C"].layers]

RECEPTIVE_FIELD = Task(
    "receptive_field(layers)",
    ("r", "j"),
    "The receptive field of a unit after a list of (kernel, stride), in pixels along one axis, and "
    "the distance of neighbouring units in pixels.",
    receptive_field,
    (
        Case("no layer", ([[]],)),
        Case("one 3×3", ([[[3, 1]]],)),
        Case("three 3×3", ([[[3, 1]] * 3],)),
        Case("a pool between", ([[[3, 1], [2, 2], [3, 1]]],)),
        Case("AlexNet's first layers", ([[[11, 4], [3, 2], [5, 1], [3, 2], [3, 1]]],)),
        Case("VGG-16 up to pool5", ([_KERNELS_AND_STRIDES],)),
    ),
    (
        Mistake("field-multiplied-by-stride",
                "The receptive field is multiplied by each stride (308 instead of 212 for VGG-16 "
                "at pool5), as if the layers were in reverse order.",
                "A stride increases the distance of neighbouring units. Does it enlarge the field "
                "of the unit itself?", 3, variants=4),
        Mistake("stride-too-early", "The stride of a layer already affects its own window.",
                "Which is updated first, r or j?", 3),
        Mistake("strides-forgotten", "Strides have no effect on the receptive field.",
                "After a stride of 2, how many pixels apart are neighbouring units?", 3),
        Mistake("stride-of-this-layer-only", "Each layer uses only its own stride.",
                "What about the strides of all layers before it?", 3),
        Mistake("last-stride-only", "j is the last stride.",
                "After two strides of 2, how many pixels apart are neighbouring units?", 3),
        Mistake("strides-added", "The strides are added.",
                "Two strides of 2, one after the other: 2 + 2, or 2 · 2? Try three.",
                3, variants=3),
        Mistake("adds-whole-kernels", "Each layer adds k pixels.",
                "Neighbouring windows overlap. How many pixels are new?", 3, variants=2),
        Mistake("kernels-multiplied", "The kernel sizes are multiplied.",
                "Is the receptive field of two 3×3 convolutions 9×9?", 3),
        Mistake("begins-with-nothing", "The receptive field is one pixel too small.",
                "What is the receptive field before the first layer?", 3),
        Mistake("last-layer-left-out", "The last layer does not count.",
                "How many iterations does your loop have for one layer?", 3),
    ),
)  # fmt: skip

LAYER_SHAPES = Task(
    "layer_shapes(configuration, input_shape)",
    ("shapes",),
    "(C, H, W) after each item: a number of 3×3 filters, (filters, kernel) for another kernel, or "
    "M, a 2×2 max-pool with stride 2. The padding of the convolutions keeps height and width.",
    layer_shapes,
    (
        Case("one convolution", ([[16], [3, 8, 8]],)),
        Case("two blocks", ([_SMALL, [1, 28, 28]],)),
        Case("H > W", ([_SMALL, [3, 48, 32]],)),
        Case("odd sizes", ([[4, "M", 4, "M"], [3, 15, 10]],)),
        Case("1×1 convolutions", ([[4, [4, 1], "M", 8, [8, 1]], [3, 12, 12]],)),
        Case("VGG-16", ([_VGG_16, [3, 224, 224]],)),
    ),
    (
        Mistake("pools-do-nothing", "Height and width never change.",
                "What is the output size of a 2×2 pool with stride 2 for 8×8?", 7),
        Mistake("pools-left-out", "The shapes after the pools are missing.",
                "There is one shape for each item, pools included.", 7),
        Mistake("rounded-up", "A pool rounds up.",
                "How many windows of 2 fit side by side into 15?", 7, variants=2),
        Mistake("convolutions-shrink", "Each convolution makes the map smaller.",
                "Which padding does the paper use, and why?", 7),
        Mistake("one-by-one-grows", "1×1 convolutions make the map larger.",
                "The padding is (k − 1)/2. What is it for k = 1?", 7),
        Mistake("pool-doubles-channels", "A pool doubles the channels.",
                "Which layer doubles the channels: the pool, or the convolution after it?", 7),
        Mistake("pool-by-height-only", "The width is never halved.",
                "A pool halves both height and width.", 7),
        Mistake("height-and-width-exchanged", "The shapes are (C, W, H).",
                "Try an image whose height and width differ.", 7),
        Mistake("begins-with-the-image", "There is one shape too many: that of the image.",
                "One shape *after* each item.", 7),
        Mistake("last-shape-only", "There is only one shape.", "One shape after each item.", 7),
        Mistake("channels-last", "The shapes are (H, W, C).",
                "Which axis holds the channels in this project?", 7),
    ),
)  # fmt: skip

COUNT_PARAMETERS = Task(
    "count_parameters(configuration, classes, input_shape)",
    ("parameters",),
    "The number of weights and biases of the convolutions and of three fully connected layers with "
    "4096, 4096 and `classes` outputs.",
    count_parameters,
    (
        Case("VGG-16, 138 million", ([_VGG_16, 1000, [3, 224, 224]],)),
        Case("VGG-11", ([CONFIGURATIONS["A"].layers, 1000, [3, 224, 224]],)),
        Case("C, with 1×1 convolutions", ([_C, 1000, [3, 224, 224]],)),
        Case("ten classes, grey images", ([_SMALL, 10, [1, 28, 28]],)),
        Case("H > W, odd sizes", ([_SMALL, 7, [3, 50, 35]],)),
    ),
    (
        Mistake("biases-forgotten", "There are no biases.",
                "There is one more number for each filter, and for each output.", 4),
        Mistake("biases-of-convolutions-forgotten", "The convolutions have no biases.",
                "There is one more number for each filter.", 4),
        Mistake("biases-of-fully-connected-forgotten", "The fully connected layers have no biases.",
                "There is one more number for each output.", 4),
        Mistake("one-bias-for-each-layer", "Each layer has only one bias.",
                "Do all filters of a layer share one bias?", 4),
        Mistake("always-rgb", "Images always have three channels.",
                "Which argument contains the number of channels?", 4),
        Mistake("channels-not-passed-on",
                "Every convolution has as many input channels as the image.",
                "What is the input of the second convolution?", 4, variants=2),
        Mistake("one-channel-for-each-filter", "A filter has only one input channel.",
                "A filter has a kernel for each channel of its input.", 4),
        Mistake("kernel-side-once", "A kernel has k weights.",
                "How many weights does a 3×3 kernel have?", 4),
        Mistake("always-3x3", "1×1 convolutions are counted as 3×3.",
                "What does (256, 1) mean?", 4),
        Mistake("always-7x7", "The last map always has 7×7 positions.",
                "For which image size is this true?", 4),
        Mistake("pools-do-nothing",
                "The input of the first fully connected layer is a map as large as the image.",
                "How do the pools change height and width?", 4),
        Mistake("map-size-forgotten",
                "The first fully connected layer has only one input per channel.",
                "What does Flatten do with (C, H, W)?", 4),
        Mistake("always-1000-classes", "There are always 1000 classes.",
                "For which data set is this true?", 4),
        Mistake("hidden-layers-missing", "The two layers of 4096 outputs are not both there.",
                "FC-4096, FC-4096, FC-1000.", 4, variants=2),
        Mistake("maps-taken-for-square",
                "The width of the last map is assumed to equal its height.",
                "Try an image whose height and width differ.", 4),
        Mistake("pools-round-up", "The last map is too large where a size is odd.",
                "How many windows of 2 fit side by side into 35?", 4),
        Mistake("fully-connected-forgotten",
                "The fully connected layers are missing: nine tenths of the parameters of VGG-16.",
                "Where are most of the parameters?", 4),
    ),
)  # fmt: skip

TASKS = (RECEPTIVE_FIELD, LAYER_SHAPES, COUNT_PARAMETERS)
