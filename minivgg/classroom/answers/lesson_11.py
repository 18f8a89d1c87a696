"""Exercises of lesson 11."""

from minivgg.classroom.answers.entry import Entry

ANSWERS: tuple[Entry, ...] = (
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
)
