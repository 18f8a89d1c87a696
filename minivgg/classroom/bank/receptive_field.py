"""Assignment 7: receptive fields."""

from collections.abc import Callable, Sequence

from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Case, Mistake, Task
from minivgg.models.configurations import CONFIGURATIONS


def receptive_field(layers: Sequence[tuple[int, int]], mistakes: Mistakes = ()) -> tuple[int, int]:
    """r ← r + (k − 1)·j, then j ← j·s."""
    r, j = 0 if "begins-with-nothing" in mistakes else 1, 1
    counts = {"last-layer-left-out": max(len(layers) - 1, 0), "first-layer-only": 1}
    counted = layers[: select(counts, mistakes, len(layers))]
    # together with kernels-multiplied it would be r and j in another order
    if "kernel-and-stride-swapped" in mistakes and "kernels-multiplied" not in mistakes:
        counted = [(stride, kernel) for kernel, stride in counted]
    for number, (kernel, stride) in enumerate(counted):
        r = _next_field(r, j, kernel, stride, number, mistakes)
        rules = {
            "strides-added": j + stride,
            "strides-added/2": j + stride - 1,
            "strides-added/4": (j if j > 1 else 0) + stride if stride > 1 else j,
            "last-stride-only": stride,
        }
        j = select(rules, mistakes, j * stride)
    if "strides-added/3" in mistakes:
        j = sum(stride for _, stride in layers) if layers else 1
    if "strides-forgotten/2" in mistakes:
        j = 1
    areas = {"area-instead-of-side": (r * r, j), "area-instead-of-side/2": (r * r, j * j)}
    return select(areas, mistakes, (r, j))


def _next_field(r: int, j: int, kernel: int, stride: int, number: int, mistakes: Mistakes) -> int:
    """The receptive field after one more layer. number: how many layers are before it."""
    whole = "adds-whole-kernels/2" in mistakes or ("adds-whole-kernels" in mistakes and number)
    more = kernel if whole else kernel - 1
    if "half-kernels-rounded-down" in mistakes:
        more = 2 * (kernel // 2)
    if "field-multiplied-by-stride/3" in mistakes:
        return r * stride if stride > 1 else r + more
    rules: dict[str, Callable[[], int]] = {
        "strides-forgotten": lambda: r + more,
        "strides-forgotten/2": lambda: r + more,
        "kernels-multiplied": lambda: r * kernel,
        "stride-too-early": lambda: r + more * j * stride,
        "stride-of-this-layer-only": lambda: r + more * stride,
        "field-multiplied-by-stride": lambda: (r + more * j) * stride,
        "field-multiplied-by-stride/2": lambda: (r + more) * stride,
        "layers-in-reverse-order": lambda: (r - 1) * stride + kernel,
    }
    return select(rules, mistakes, lambda: r + more * j)()


_VGG_16 = [[2, 2] if item == "M" else [3, 1] for item in CONFIGURATIONS["D"].layers]

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
        Case("VGG-16 up to pool5", ([_VGG_16],)),
        # each of these differs from another one in one respect
        Case("one 1×1", ([[[1, 1]]],)),
        Case("one 2×2", ([[[2, 1]]],)),
        Case("one 3×3 with stride 2", ([[[3, 2]]],)),
        Case("two 3×3", ([[[3, 1]] * 2],)),
        Case("two 3×3, the first with stride 2", ([[[3, 2], [3, 1]]],)),
        Case("two 3×3, the second with stride 2", ([[[3, 1], [3, 2]]],)),
        Case("two 3×3 with stride 2", ([[[3, 2]] * 2],)),
        Case("three 3×3 with stride 2", ([[[3, 2]] * 3],)),
        Case("two 3×3 with stride 3", ([[[3, 3]] * 2],)),
    ),
    (
        Mistake("field-multiplied-by-stride",
                "Your receptive field is multiplied by the strides.",
                "A stride increases the distance of neighbouring units. Does it enlarge the "
                "field of the unit itself?", 3, variants=3),
        Mistake("layers-in-reverse-order",
                "Your receptive field is that of the layers in reverse order.",
                "With r ← r + (k − 1)·j, which layer comes first? And with r ← (r − 1)·s + k?", 3),
        Mistake("stride-too-early", "Your stride of a layer already affects its own window.",
                "Which is updated first, r or j?", 3),
        Mistake("strides-forgotten", "Your receptive field does not depend on the strides.",
                "After a stride of 2, neighbouring units are 2 pixels apart. How many pixels "
                "does a 3×3 layer then add?", 3, variants=2),
        Mistake("stride-of-this-layer-only",
                "Your code multiplies k − 1 by the stride of the same layer only.",
                "How do the strides of all layers before it change the distance of units?", 3),
        Mistake("last-stride-only", "Your j is the stride of the last layer only.",
                "After two strides of 2, how many pixels apart are neighbouring units?", 3),
        Mistake("strides-added", "Your code adds the strides.",
                "Three strides of 2, one after the other: is the distance 2 + 2 + 2 or 2 · 2 · 2?",
                3, variants=4),
        Mistake("adds-whole-kernels",
                "Your code adds k, not k − 1, for all layers or for all but the first.",
                "Neighbouring windows overlap. How many pixels does a window of 3 add to one "
                "pixel?", 3, variants=2),
        Mistake("half-kernels-rounded-down",
                "Your code adds k // 2 pixels on both sides, which is wrong for even k.",
                "How many pixels does a 2×2 pool see along one axis?", 3),
        Mistake("kernels-multiplied", "Your code multiplies the kernel sizes.",
                "Is the receptive field of two 3×3 convolutions 9×9?", 3),
        Mistake("begins-with-nothing", "Your receptive field is 0 before the first layer.",
                "How many pixels does a unit of the input see: the receptive field before the "
                "first layer?", 3),
        Mistake("last-layer-left-out", "Your code leaves out the last layer.",
                "How many iterations does your loop have for one layer?", 3),
        Mistake("first-layer-only", "Your code uses the first layer only.",
                "Is your return statement inside the loop?", 3),
        Mistake("kernel-and-stride-swapped", "Your code reads each pair as (stride, kernel).",
                "Which number comes first in a pair?", 3),
        Mistake("area-instead-of-side", "Your r is the area of the receptive field.",
                "r is the size along one axis. What is it for one 3×3 layer?", 3, variants=2),
    ),
)  # fmt: skip

TASKS = (RECEPTIVE_FIELD,)
