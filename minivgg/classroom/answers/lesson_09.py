"""Exercises of lesson 9."""

from minivgg.classroom.answers.entry import Entry

ANSWERS: tuple[Entry, ...] = (
    {
        "name": "9.1",
        "task": "What is the height (and width) of VGG's class map of an image of 448×448 pixels?",
        "answer": lambda: 448 // 32 - 6,
        "hints": (
            "Compute the size of the map after the five max-pools first, then the number of "
            "positions at which the 7×7 convolution fits into it.",
            "Five max-pools divide height and width by 2⁵ = 32. The 7×7 convolution has no "
            "padding.",
            "The map before the 7×7 convolution has 448 / 32 = 14 rows, and a window of 7 fits "
            "into them at 14 − 7 + 1 positions.",
        ),
        "mistakes": (
            (
                "the-map-itself",
                lambda: 14,
                "This is the map before the 7×7 convolution, which has no padding.",
            ),
            ("minus-seven", lambda: 7, "This is 14 − 7: the first position counts, too."),
        ),
    },
    {
        "name": "9.2",
        "task": "How many crops of one image does the paper average, with three scales, 5×5 "
        "positions and mirroring?",
        "answer": lambda: 3 * 25 * 2,
        "hints": (
            "Count the crops at one scale first.",
            "There are 5·5 positions at each scale, and each crop is used as it is and mirrored.",
            "There are 5·5·2 = 50 crops at each scale, and three scales.",
        ),
        "mistakes": (
            ("no-mirrors", lambda: 75, "Each crop is also mirrored."),
            ("one-scale", lambda: 50, "This is the number at one scale: there are three."),
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
        "many weights do these filters have (without biases)?",
        "answer": lambda: 4096 * 512 * 7 * 7,
        "hints": (
            "The convolution has the same weights as the fully connected layer, in another shape.",
            "There is one filter for each of the 4096 outputs, and each filter covers all 512 "
            "channels of the map.",
            "One filter has 512·7·7 = 25,088 weights, and there are 4096 filters.",
        ),
        "mistakes": (
            (
                "no-channels",
                lambda: 4096 * 49,
                "Each filter has a 7×7 kernel for every one of the 512 channels.",
            ),
            ("one-filter", lambda: 512 * 49, "This is one filter: there are 4096."),
        ),
    },
)
