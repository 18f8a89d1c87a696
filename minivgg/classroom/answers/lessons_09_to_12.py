"""Exercises of lessons 9 to 12: dense evaluation, published weights, ResNet, fast convolution."""

from minivgg.classroom.answers.entry import Entry

ANSWERS: tuple[Entry, ...] = (
    {
        "name": "9.1",
        "task": "What is the height (and width) of VGG's class map of an image of 448×448 pixels?",
        "answer": lambda: 448 // 32 - 6,
        "hints": (
            "Five max-pools halve height and width five times.",
            "At how many positions along each axis does a 7×7 window without padding fit into "
            "14×14?",
        ),
        "mistakes": (
            (
                "the-map-itself",
                lambda: 14,
                "This is the map before the 7×7 convolution, which has no padding.",
            ),
            ("minus-seven", lambda: 7, "14 − 7 + 1: the first position counts, too."),
        ),
    },
    {
        "name": "9.2",
        "task": "How many crops of one image does the paper average, with three scales, 5×5 "
        "positions and mirroring?",
        "answer": lambda: 3 * 25 * 2,
        "hints": ("Fifty at each scale.",),
        "mistakes": (
            ("no-mirrors", lambda: 75, "Each crop is also mirrored."),
            ("one-scale", lambda: 50, "This is the number at one scale."),
            (
                "places",
                lambda: 25,
                "This is the number of positions at one scale: each crop is also mirrored, and "
                "there are three scales.",
            ),
        ),
    },
    {
        "name": "9.3",
        "task": "VGG's first fully connected layer becomes a convolution with 7×7 filters. How "
        "many weights do they have (without biases)?",
        "answer": lambda: 4096 * 512 * 7 * 7,
        "hints": (
            "As many as the fully connected layer.",
            "4096 filters, each with 512 channels.",
        ),
        "mistakes": (
            (
                "no-channels",
                lambda: 4096 * 49,
                "Each filter has a 7×7 kernel for every one of the 512 channels.",
            ),
            ("one-filter", lambda: 512 * 49, "This is one filter, and there are 4096."),
        ),
    },
    {
        "name": "10.1",
        "task": "A photograph of 400×600 pixels (height, width) is rescaled to a smaller side of "
        "256. What is its new shape?",
        "answer": lambda: (256, 600 * 256 // 400),
        "hints": ("Both sides are scaled by the same factor.", "256 / 400 = 0.64."),
        "mistakes": (
            (
                "squeezed",
                lambda: (256, 256),
                "This distorts the photograph: both sides are scaled by the same factor.",
            ),
            ("larger-side", lambda: (400 * 256 // 600, 256), "The *smaller* side becomes 256."),
        ),
    },
    {
        "name": "10.2",
        "task": "How many weights and biases does the new last layer of VGG-16 have for 37 "
        "classes?",
        "answer": lambda: 4096 * 37 + 37,
        "hints": ("Its input is the 4096 numbers of fc7.",),
        "mistakes": (
            ("no-biases", lambda: 4096 * 37, "The biases are missing: one for each class."),
        ),
    },
    {
        "name": "10.3",
        "task": "The red value of a pixel is x = 124. What is (x/255 − 0.485) / 0.229?",
        "answer": lambda: (124 / 255 - 0.485) / 0.229,
        "hints": ("It is almost the mean, so the result is almost 0.",),
        "mistakes": (
            (
                "not-divided-by-255",
                lambda: (124 - 0.485) / 0.229,
                "The mean is that of values from 0 to 1: divide by 255 first.",
            ),
            (
                "std-forgotten",
                lambda: 124 / 255 - 0.485,
                "Divide by the standard deviation, too.",
            ),
        ),
    },
    {
        "name": "11.1",
        "task": "The residual nets have 6n + 2 layers. What is n for 56 layers?",
        "answer": lambda: (56 - 2) // 6,
        "hints": (
            "Three stages of 2n convolutions, one convolution before them and one fully connected "
            "layer after them.",
        ),
    },
    {
        "name": "11.2",
        "task": "Ten blocks y = x + F(x), each with F' = 0.1: by which factor is the gradient "
        "multiplied on the backward pass?",
        "answer": lambda: 1.1**10,
        "hints": ("One block multiplies it by 1 + F'.",),
        "mistakes": (
            (
                "no-shortcut",
                lambda: 0.1**10,
                "This is without the shortcut connections: each adds 1 to the factor.",
            ),
            ("sum", lambda: 2.0, "The blocks are composed: their factors are multiplied."),
        ),
    },
    {
        "name": "11.3",
        "task": "... and by ten layers y = F(x), without shortcut connections?",
        "answer": lambda: 0.1**10,
        "hints": ("Ten factors of 0.1.",),
        "mistakes": (
            ("sum", lambda: 1.0, "The layers are composed: their factors are multiplied."),
        ),
    },
    {
        "name": "12.1",
        "task": "How many multiplications does Winograd's algorithm need for 6 outputs of a filter "
        "of size 3 in one dimension?",
        "answer": lambda: 6 + 3 - 1,
        "hints": ("m + r − 1.",),
        "mistakes": (("direct", lambda: 18, "This is direct convolution: 6·3."),),
    },
    {
        "name": "12.2",
        "task": "... and for a tile of 6×6 outputs of a 3×3 filter, in two dimensions?",
        "answer": lambda: (6 + 3 - 1) ** 2,
        "hints": ("The algorithm is nested: it is applied along both axes.",),
        "mistakes": (
            ("direct", lambda: 324, "This is direct convolution: 36·9."),
            ("once", lambda: 8, "Along both axes: the numbers are multiplied."),
        ),
    },
    {
        "name": "12.3",
        "task": "200 billion multiply-adds and 20 GB per second: above which arithmetic intensity "
        "is arithmetic the limit?",
        "answer": lambda: 200 / 20,
        "hints": ("Where both limits are equal: peak = intensity · bandwidth.",),
        "mistakes": (
            (
                "upside-down",
                lambda: 20 / 200,
                "Multiply-adds per byte, not bytes per multiply-add.",
            ),
        ),
    },
)
