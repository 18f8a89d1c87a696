"""Assignment 7: the shapes of VGG's maps from its configuration."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Case, Mistake, Task
from minivgg.models.configurations import CONFIGURATIONS

Layer: TypeAlias = int | str | Sequence[int]  # 64, "M", or (64, 1) for a kernel of 1×1


def layer_shapes(
    configuration: Sequence[Layer], input_shape: Sequence[int], mistakes: Mistakes = ()
) -> list[tuple[float, ...]]:
    """(C, H, W) after each item."""
    c: int
    h: float
    w: float
    c, h, w = input_shape
    shapes: list[tuple[float, ...]] = []
    for item in configuration:
        if item == "M":
            rules: dict[str, Callable[[float], float]] = {
                "rounded-up": lambda size: (size + 1) // 2,
                "rounded-up/2": lambda size: round(size / 2),
                "not-rounded": lambda size: size / 2,
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
            if "pair-reversed" in mistakes and isinstance(item, tuple | list):
                kernel, c = item
            if "convolutions-shrink" in mistakes:
                h, w = h - kernel + 1, w - kernel + 1
            if "one-by-one-grows" in mistakes and kernel == 1:
                h, w = h + 2, w + 2
        orders = {"channels-last": (h, w, c), "height-and-width-exchanged": (c, w, h)}
        shapes.append(select(orders, mistakes, (c, h, w)))
    if "begins-with-the-image" in mistakes:
        return [tuple(input_shape), *shapes]
    if "last-shape-everywhere" in mistakes:
        return shapes[-1:] * len(shapes)
    return shapes[-1:] if "last-shape-only" in mistakes else shapes


_SMALL = [8, "M", 16, 16, "M"]
_VGG_16 = CONFIGURATIONS["D"].layers

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
        # each of these differs from another one in one respect
        Case("one pool", ([["M"], [3, 8, 8]],)),
        Case("one pool, H > W", ([["M"], [3, 8, 4]],)),
        Case("one pool, an odd height", ([["M"], [3, 9, 8]],)),
        Case("two pools", ([["M", "M"], [3, 8, 8]],)),
        Case("one 1×1 convolution", ([[[16, 1]], [3, 8, 8]],)),
        Case("two convolutions", ([[16, 16], [3, 8, 8]],)),
        Case("a convolution and a pool", ([[16, "M"], [3, 8, 8]],)),
    ),
    (
        Mistake("pools-do-nothing", "Your pools do not change height and width.",
                "What is the output size of a 2×2 pool with stride 2 for 8×8?", 7),
        Mistake("pools-left-out", "Your list does not contain the shapes after the pools.",
                "There is one shape for each item, pools included.", 7),
        Mistake("rounded-up", "Your pools do not always round down: they halve 15 to 8.",
                "How many windows of 2 with stride 2 fit into 15?", 7, variants=2),
        Mistake("not-rounded", "Your pools give fractions of pixels for odd sizes.",
                "How many windows of 2 with stride 2 fit into 15?", 7),
        Mistake("convolutions-shrink", "Your convolutions make the map smaller.",
                "Which padding does the paper use, and why?", 7),
        Mistake("one-by-one-grows", "Your 1×1 convolutions make the map larger.",
                "The padding is (k − 1)/2. What is it for k = 1?", 7),
        Mistake("pair-reversed", "Your code reads a pair as (kernel, filters).",
                "Which number comes first in a pair?", 7),
        Mistake("pool-doubles-channels", "Your pools double the channels.",
                "Which layer doubles the channels: the pool, or the convolution after it?", 7),
        Mistake("pool-by-height-only", "Your pools halve the height, but not the width.",
                "What is the output size of a 2×2 pool with stride 2 for 8×6?", 7),
        Mistake("height-and-width-exchanged", "Your shapes are (C, W, H).",
                "Try an image whose height and width differ.", 7),
        Mistake("begins-with-the-image", "Your list begins with the shape of the image.",
                "There is one shape *after* each item. How many shapes belong to one item?", 7),
        Mistake("last-shape-only", "Your list contains only the last shape.",
                "Where in your loop do you append a shape to the list?", 7),
        Mistake("last-shape-everywhere", "Your list contains the last shape several times.",
                "If you append one list many times and then change it, which elements change?", 7),
        Mistake("channels-last", "Your shapes are (H, W, C).",
                "In which order is the input_shape given?", 7),
    ),
)  # fmt: skip

TASKS = (LAYER_SHAPES,)
