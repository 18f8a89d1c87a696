"""Exercises of lesson 8."""

from minivgg.classroom.answers.entry import Entry

ANSWERS: tuple[Entry, ...] = (
    {
        "name": "8.1",
        "task": "How many steps of SGD are in one epoch of 1,438 images with batch size 32? (The "
        "last batch may be smaller.)",
        "answer": lambda: -(-1438 // 32),
        "hints": (
            "Each batch is one step, and an epoch uses every image once.",
            "Divide the number of images by the batch size. The images that remain are one more "
            "batch.",
            "1438 / 32 is 44.94: round up.",
        ),
        "mistakes": (
            (
                "last-forgotten",
                lambda: 1438 // 32,
                "The last batch is missing: the images that remain are one more, smaller batch.",
            ),
        ),
    },
    {
        "name": "8.2",
        "task": "A 32×32 image is padded by 4 pixels on each side. How many different images can a "
        "random 32×32 crop with mirroring give?",
        "answer": lambda: 2 * 9**2,
        "hints": (
            "Count the positions of the crop along one axis first.",
            "The padded image has 40×40 pixels, so the crop has 40 − 32 + 1 positions along each "
            "axis. Each crop can be mirrored.",
            "There are 9 positions along each axis, which gives 9·9 crops: count each of them as "
            "it is and mirrored.",
        ),
        "mistakes": (
            ("no-plus-one", lambda: 2 * 8**2, "The positions 0 to 8 are nine, not eight."),
            ("no-mirror", lambda: 9**2, "Each crop can also be mirrored."),
            ("one-side", lambda: 2 * 5**2, "The padding is on both sides, 4 pixels on each."),
        ),
    },
    {
        "name": "8.3",
        "task": "The paper trains for 370,000 steps of 256 images, and calls this 74 epochs. How "
        "many images are in its training set, to the nearest 10,000?",
        "answer": lambda: round(370_000 * 256 / 74, -4),
        "hints": (
            "An epoch uses every image of the training set once.",
            "Divide the number of images in all steps by the number of epochs.",
            "The steps have 370,000 · 256 = 94,720,000 images: divide them by 74.",
        ),
        "mistakes": (
            (
                "batch-forgotten",
                lambda: 370_000 / 74,
                "This is the number of steps in an epoch: each step uses 256 images.",
            ),
        ),
    },
)
