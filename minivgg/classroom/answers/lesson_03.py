"""Exercises of lesson 3."""

from minivgg.analysis import receptive_field
from minivgg.classroom.answers.entry import Entry


def _units_without_padding(r: int, j: int, c: float, units: int, pixels: int) -> int:
    """How many units of a square map see pixels of the image only."""
    starts = [c + i * j - r / 2 for i in range(units)]
    return sum(start >= 0 and start + r <= pixels for start in starts) ** 2


def _centre(paddings: list[int]) -> float:
    """The centre of the first unit's field after the layers of exercise 3.1."""
    c, j = 0.5, 1
    for (k, s), p in zip([(3, 2), (3, 1), (2, 2)], paddings, strict=True):
        c, j = c + ((k - 1) / 2 - p) * j, j * s
    return c


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "3.1",
        "task": "A net consists of a 3×3 convolution with stride 2, a 3×3 convolution with stride "
        "1, and a 2×2 max-pool with stride 2, in this order. How many pixels does a unit "
        "of the max-pool see along one axis?",
        "answer": lambda: receptive_field([(3, 2), (3, 1), (2, 2)])[0],
        "hints": (
            "Write down two numbers for each layer: r, the pixels that a unit sees, and j, the "
            "distance in pixels of neighbouring units. Before the first layer both are 1.",
            "For each layer, first r grows by (k − 1)·j, with the j from before this layer; then "
            "j is multiplied by the stride of this layer.",
            "After the first convolution r = 3 and j = 2, and after the second r = 7 and j = 2. "
            "The max-pool has k = 2.",
        ),
        "mistakes": (
            (
                "strides-forgotten",
                lambda: 6,
                "The stride is missing: after the first convolution, neighbouring units are 2 "
                "pixels apart, so the later kernels cover more pixels.",
            ),
            (
                "stride-too-early",
                lambda: 1 + 2 * 2 + 2 * 2 + 1 * 4,
                "The stride of a layer affects the layers after it, not the layer itself.",
            ),
            ("sum", lambda: 8, "Neighbouring windows overlap: a layer adds (k − 1)·j, not k."),
            ("power", lambda: 18, "Windows overlap: the sizes are added, not multiplied."),
        ),
        "worked": "Keep two numbers, $r$ and $j$, both 1 before the first layer. The first "
        "convolution adds $(3 - 1) \\cdot 1 = 2$ pixels, so $r = 3$; its stride makes $j = 2$. "
        "The second convolution adds $(3 - 1) \\cdot 2 = 4$, so $r = 7$; $j$ stays 2. The "
        "max-pool covers two units that lie 2 pixels apart and adds $(2 - 1) \\cdot 2 = 2$, so "
        "$r = 9$. Its own stride only matters for layers after it.",
    },
    {
        "name": "3.2",
        "task": "The net of 3.1 is applied to images of 35×35 pixels. Its first convolution has "
        "padding 1; its second convolution and its max-pool have no padding, so its output has "
        "8×8 units. How many of them see only pixels of the image, and no padding?",
        "answer": lambda: _units_without_padding(9, 4, _centre([1, 0, 0]), 8, 35),
        "hints": (
            "Three numbers of the last layer say which pixels a unit sees: r and j, as in 3.1, and "
            "the centre c of the first unit's field. Compute c layer by layer, from ½.",
            "For each layer, c grows by ((k − 1)/2 − p)·j, with the j from before this layer. The "
            "field of unit i reaches from c + i·j − r/2 to c + i·j + r/2. It has to begin at 0 or "
            "later, and to end at 35 or earlier.",
            "c is ½ after the first convolution, 2½ after the second and 3½ after the max-pool. "
            "Count the i from 0 to 7 for which the field lies between 0 and 35; the output has two "
            "axes.",
        ),
        "mistakes": (
            ("one-axis", lambda: 6, "This is the count along one axis. The output has two."),
            (
                "all",
                lambda: 8 * 8,
                "These are all units. Where does the field of unit 0 begin?",
            ),
            (
                "padding-forgotten",
                lambda: _units_without_padding(9, 4, _centre([0, 0, 0]), 8, 35),
                "One border is left out, or c is not right: check the padding of each layer, and "
                "that each step is multiplied by j.",
            ),
        ),
        "worked": "From 3.1, $r = 9$ and $j = 4$. The centre $c$ begins at $\\tfrac12$. The "
        "first convolution adds $(1 - 1) \\cdot 1 = 0$, as its padding is 1. The second has no "
        "padding and adds $(1 - 0) \\cdot 2 = 2$, and the max-pool adds $\\tfrac12 \\cdot 2 = 1$: "
        "$c = 3.5$. So unit $i$ sees the pixels from $3.5 + 4i - 4.5 = 4i - 1$ to $4i + 8$. The "
        "field begins inside the image if $i \\ge 1$, and ends inside if $4i \\le 27$, so $i \\le "
        "6$. These are 6 units along each axis, and $6 \\cdot 6 = 36$ of 64.",
    },
    {
        "name": "3.3",
        "task": "Write a function that takes a list of (kernel, stride), one pair for each layer "
        "from the first to the last, and returns r and j after the last layer.",
        "bank_task": "receptive_field",
        "worked": "Start with the image: a pixel sees one pixel, and neighbouring pixels are one "
        "pixel apart, so $r = 1$ and $j = 1$, also for an empty list. Then go through the layers "
        "in order. The $k$ units under a kernel lie $j$ pixels apart, so the last of them "
        "reaches $(k - 1) \\cdot j$ pixels further than the first: add this to $r$. Only then "
        "multiply $j$ by the stride, because the stride of a layer spreads its own outputs, "
        "which matters for the next layer. The order of these two steps is the usual mistake.",
    },
)
