"""Exercises of lesson 8."""

import numpy as np

from minivgg import data
from minivgg.classroom.answers.entry import Entry

LEAST_ACCURACY = 0.97  # of the net that is put together in 8.3

ASSEMBLED = """def my_forward(x, weights):
    w1, b1, w2, b2, w3, b3 = weights
    y1 = conv_forward(x, w1, b1, 1, 1)
    r1 = relu_forward(y1)
    p1 = maxpool_forward(r1, 2, 2)
    y2 = conv_forward(p1, w2, b2, 1, 1)
    r2 = relu_forward(y2)
    p2 = maxpool_forward(r2, 2, 2)
    logits = conv_forward(p2, w3, b3, 1, 0)[:, :, 0, 0]
    return logits, [y1, r1, p1, y2, r2, p2]


def my_gradients(x, labels, weights):
    w1, b1, w2, b2, w3, b3 = weights
    logits, (y1, r1, p1, y2, r2, p2) = my_forward(x, weights)
    loss, dlogits = softmax_cross_entropy(logits, labels)
    dp2, dw3, db3 = conv_backward(dlogits[:, :, None, None], p2, w3, b3, 1, 0)
    dr2 = maxpool_backward(dp2, r2, 2, 2)
    dy2 = relu_backward(dr2, y2)
    dp1, dw2, db2 = conv_backward(dy2, p1, w2, b2, 1, 1)
    dr1 = maxpool_backward(dp1, r1, 2, 2)
    dy1 = relu_backward(dr1, y1)
    _, dw1, db1 = conv_backward(dy1, x, w1, b1, 1, 1)
    return loss, [dw1, db1, dw2, db2, dw3, db3]
"""


def _judge_predictions(answer: object) -> str:
    """What is wrong with predicted classes of the test digits, or ""."""
    labels = data.load("digits", "test").labels
    try:
        predicted = np.asarray(answer)
    except ValueError:
        predicted = np.empty(0)
    if predicted.shape != labels.shape:
        return f"the answer is an array of {len(labels)} classes, one for each test digit."
    if predicted.dtype.kind not in "iuf":
        return "the classes are numbers from 0 to 9."
    accuracy = float((predicted == labels).mean())
    if accuracy >= LEAST_ACCURACY:
        return ""
    return (
        f"{100 * accuracy:.1f} % of the test digits are right, and "
        f"{100 * LEAST_ACCURACY:.0f} % must be."
    )


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
        "worked": "An epoch uses every image once, and each batch is one step. 44 full batches "
        "contain 44 · 32 = 1,408 images. The other 30 images are one more, smaller batch. So "
        "there are 44 + 1 = **45 steps**, which is 1438 / 32 = 44.94, rounded up.",
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
        "worked": "The padded image is 32 + 2·4 = 40 pixels wide. The left edge of the crop can be "
        "at pixel 0, 1, …, 8: these are 40 − 32 + 1 = 9 positions. Along the other axis there are "
        "9 as well, so there are 9·9 = 81 crops. Each can be used as it is or mirrored: "
        "2 · 81 = **162 images**.",
    },
    {
        "name": "8.3",
        "task": "Put your own functions together into a small VGG, train it on the digits, and "
        "predict the classes of the 359 test digits: at least 97 % must be right.",
        "judge": _judge_predictions,
        "hints": (
            "Write the forward pass first, one line for each row of the table, with a name for "
            "every array. The list that is returned beside the logits holds the inputs of all "
            "layers with a backward pass.",
            "In the backward pass, dlogits comes from softmax_cross_entropy. Then go through the "
            "rows of the table from the bottom: conv_backward, maxpool_backward, relu_backward, "
            "and so on. conv_backward needs the input of its layer, maxpool_backward the input of "
            "the pool, relu_backward the input of the ReLU.",
            "If the loss does not fall, compare each gradient with central differences (lesson 2) "
            "for two images. If the loss falls and the accuracy is below 97 %, train for more "
            "epochs, or restart with another seed.",
        ),
        "worked": "The forward pass is the table read from top to bottom, and it keeps the input "
        "of each layer. The backward pass is the same table read from bottom to top: each line "
        "takes the gradient of what a layer returned, and gives the gradient of what it received. "
        "The gradient of the image itself is not needed.\n\n"
        f"```python\n{ASSEMBLED}```\n\n"
        "Then `weights = my_training(sgd_step)` trains for ten epochs of 45 steps, and "
        "`my_forward(test_x, weights)[0].argmax(axis=1)` is the answer.",
    },
)
