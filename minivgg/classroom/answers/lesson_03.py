"""Exercises of lesson 3."""

from minivgg.analysis import receptive_field
from minivgg.classroom.answers.entry import Entry


def _units_without_padding(r: int, j: int, c: float, units: int, pixels: int) -> int:
    """How many units of a square map see pixels of the image only."""
    starts = [c + i * j - r / 2 for i in range(units)]
    return sum(start >= 0 and start + r <= pixels for start in starts) ** 2


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
        "task": "pool4 of VGG-16 has 14×14 units, with r = 100, j = 16 and c = 8. How many of its "
        "units see only pixels of the image of 224×224, and no padding?",
        "answer": lambda: _units_without_padding(100, 16, 8, 14, 224),
        "hints": (
            "Look along one axis first: from which pixel to which does the field of unit number i "
            "reach?",
            "The field of unit i reaches from c + i·j − r/2 to c + i·j + r/2. It has to begin at "
            "0 or later, and to end at 224 or earlier.",
            "Along one axis the fields reach from 16·i − 42 to 16·i + 58, for i from 0 to 13. "
            "Count the i for which this lies between 0 and 224; the map has two axes.",
        ),
        "mistakes": (
            ("one-axis", lambda: 8, "This is the count along one axis. The map has two."),
            (
                "all",
                lambda: 14 * 14,
                "These are all units. The field of unit 0 begins at 8 − 50 = −42, outside of the "
                "image.",
            ),
            (
                "one-border-only",
                lambda: 11 * 11,
                "You have left out the units at one border. Do the fields end inside the image, "
                "too?",
            ),
        ),
        "worked": "Along one axis, unit $i$ has its centre at $8 + 16i$ and sees 50 pixels to "
        "each side: from $16i - 42$ to $16i + 58$. The field begins inside if $16i \\ge 42$, so "
        "$i \\ge 3$; it ends inside if $16i \\le 166$, so $i \\le 10$. These are 8 units, from 3 "
        "to 10. The map has two axes: $8 \\cdot 8 = 64$ of 196.",
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
