"""Exercises of lessons 9 to 12: dense evaluation, published weights, ResNet, fast convolution."""

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
    {
        "name": "10.1",
        "task": "A photograph of 400×600 pixels (height, width) is rescaled to a smaller side of "
        "256. What is its new shape, (height, width)?",
        "answer": lambda: (256, 600 * 256 // 400),
        "hints": (
            "Both sides are scaled by the same factor, so that nothing is distorted.",
            "The smaller side is the height. It becomes 256, so the factor is 256 / 400.",
            "The height is 256, and the width is 600 · 256 / 400 = 600 · 0.64.",
        ),
        "mistakes": (
            (
                "squeezed",
                lambda: (256, 256),
                "This distorts the photograph: both sides are scaled by the same factor.",
            ),
            ("larger-side", lambda: (400 * 256 // 600, 256), "The smaller side becomes 256."),
        ),
    },
    {
        "name": "10.2",
        "task": "How many weights and biases does the new last layer of VGG-16 have for 37 "
        "classes?",
        "answer": lambda: 4096 * 37 + 37,
        "hints": (
            "The last layer is fully connected: its input is the output of fc7, and it has one "
            "output for each class.",
            "fc7 has 4096 outputs, so each class has 4096 weights and one bias.",
            "Compute 37 · (4096 + 1).",
        ),
        "mistakes": (
            ("no-biases", lambda: 4096 * 37, "The biases are missing: one for each class."),
        ),
    },
    {
        "name": "10.3",
        "task": "torchvision's weights expect (x/255 − 0.485) / 0.229 for the red value x of a "
        "pixel. What is this for x = 124, to six significant digits?",
        "answer": lambda: (124 / 255 - 0.485) / 0.229,
        "hints": (
            "Scale the value to the range from 0 to 1 first, then subtract the mean, then divide "
            "by the standard deviation.",
            "x/255 is almost the mean 0.485, so the result is almost 0: round only at the end.",
            "124/255 − 0.485 is 0.00127451: divide it by 0.229.",
        ),
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
            "The nets have three stages of 2n convolutions, one convolution before them and one "
            "fully connected layer after them.",
            "Solve 6n + 2 = 56 for n.",
            "6n is 56 − 2 = 54: divide it by 6.",
        ),
    },
    {
        "name": "11.2",
        "task": "Ten blocks y = x + F(x) act on one number, and F' = 0.1 in each of them. By which "
        "factor is the gradient multiplied on the backward pass through all ten, to six "
        "significant digits?",
        "answer": lambda: 1.1**10,
        "hints": (
            "Compute the derivative of one block, y = x + F(x), with respect to x.",
            "One block multiplies the gradient by 1 + F'. By the chain rule, the factors of all "
            "blocks are multiplied.",
            "Each of the ten factors is 1 + 0.1 = 1.1, so the product is a power of 1.1.",
        ),
        "mistakes": (
            (
                "no-shortcut",
                lambda: 0.1**10,
                "This is the factor without shortcut connections: each of them adds 1 to F'.",
            ),
            (
                "sum",
                lambda: 2.0,
                "The blocks are composed: their factors are multiplied, not added.",
            ),
        ),
    },
    {
        "name": "11.3",
        "task": "By which factor is the gradient multiplied on the backward pass through ten "
        "layers y = F(x) with F' = 0.1, without shortcut connections?",
        "answer": lambda: 0.1**10,
        "hints": (
            "Compute the derivative of one layer, y = F(x), with respect to x.",
            "One layer multiplies the gradient by F'. By the chain rule, the factors of all layers "
            "are multiplied.",
            "Each of the ten factors is 0.1, so the product is a power of 0.1.",
        ),
        "mistakes": (
            (
                "sum",
                lambda: 1.0,
                "The layers are composed: their factors are multiplied, not added.",
            ),
        ),
    },
    {
        "name": "12.1",
        "task": "How many multiplications does Winograd's algorithm need for 6 outputs of a filter "
        "of size 3, in one dimension?",
        "answer": lambda: 6 + 3 - 1,
        "hints": (
            "The lesson has two examples: 2 outputs of a filter of size 3 need 4 multiplications, "
            "and 4 outputs need 6.",
            "m outputs of a filter of size r need m + r − 1 multiplications.",
            "Here m is 6 and r is 3: compute 6 + 3 − 1.",
        ),
        "mistakes": (
            ("direct", lambda: 18, "This is direct convolution, with 6·3 multiplications."),
        ),
    },
    {
        "name": "12.2",
        "task": "How many multiplications does Winograd's algorithm need for a tile of 6×6 outputs "
        "of a 3×3 filter, in two dimensions?",
        "answer": lambda: (6 + 3 - 1) ** 2,
        "hints": (
            "The algorithm is nested: it is applied along both axes.",
            "Along one axis it needs m + r − 1 multiplications. For both axes, the two numbers are "
            "multiplied.",
            "Here m is 6 and r is 3 along both axes: square 6 + 3 − 1.",
        ),
        "mistakes": (
            ("direct", lambda: 324, "This is direct convolution, with 36·9 multiplications."),
            (
                "once",
                lambda: 8,
                "This is the number for one axis: multiply the numbers of both axes.",
            ),
        ),
    },
    {
        "name": "12.3",
        "task": "A processor does 200 billion multiply-adds per second, and its memory delivers 20 "
        "GB per second. Above which arithmetic intensity, in multiply-adds per byte, is arithmetic "
        "the limit?",
        "answer": lambda: 200 / 20,
        "hints": (
            "Look for the corner of the roofline, where both limits are equal.",
            "At the corner, peak = intensity · bandwidth.",
            "Divide 200 billion multiply-adds per second by 20 billion bytes per second.",
        ),
        "mistakes": (
            (
                "inverted",
                lambda: 20 / 200,
                "These are bytes per multiply-add: the question asks for multiply-adds per byte.",
            ),
        ),
    },
)
