"""Exercises of lesson 1."""

import numpy as np

from minivgg import ops
from minivgg.classroom.answers.entry import Entry


def _im2col_shape() -> tuple[int, ...]:
    return ops.im2col(np.zeros((2, 3, 7, 5)), (3, 3), 2).shape


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "1.1",
        "task": "What is the shape (rows, columns) of im2col's matrix for two RGB images of 7×5 "
        "pixels, with a 3×3 kernel, stride 2 and no padding?",
        "answer": _im2col_shape,
        "hints": (
            "Each row of the matrix is one window, so count the windows of both images. Each "
            "column is one number of a window.",
            "The number of windows along an axis is ⌊(H − k) / stride⌋ + 1; an image has the "
            "product of both numbers. A window has k·k pixels, and each pixel has a number for "
            "each channel.",
            "Along the height there are (7 − 3) / 2 + 1 windows, along the width (5 − 3) / 2 + 1. "
            "Multiply them with the number of images for the rows. The columns are 3·3 pixels "
            "times 3 channels.",
        ),
        "mistakes": (
            (
                "transposed",
                lambda: _im2col_shape()[::-1],
                "Rows and columns are swapped: each window is a row.",
            ),
            (
                "one-image",
                lambda: (6, 27),
                "These are the windows of one image: the matrix has those of all images.",
            ),
            (
                "one-channel",
                lambda: (12, 9),
                "A window covers all channels: three numbers for each of its pixels.",
            ),
            (
                "stride-one",
                lambda: (30, 27),
                "This is the matrix for stride 1: with stride 2 the window moves by two pixels.",
            ),
        ),
        "worked": "Along the height the window fits at ⌊(7 − 3)/2⌋ + 1 = 3 positions, along the "
        "width at ⌊(5 − 3)/2⌋ + 1 = 2 positions. So one image has 3·2 = 6 windows, and two images "
        "have 12: these are the rows. A window has 3·3 pixels with 3 channels each, which makes "
        "27 numbers: these are the columns. The shape is **(12, 27)**.",
    },
    {
        "name": "1.2",
        "task": "Write maxpool_forward(x, size, stride): x has the shape (N, C, H, W), size is the "
        "kernel size, and the result contains the largest number of each window, with the shape "
        "(N, C, OH, OW).",
        "bank_task": "maxpool_forward",
        "worked": "The output has ⌊(H − size)/stride⌋ + 1 rows, and columns in the same way. The "
        "window of output (i, j) is the slice of rows i·stride to i·stride + size, and columns in "
        "the same way. Images and channels are independent, so one expression can take the "
        "maximum of this slice for all of them: it is a maximum over the last two axes. Two loops "
        "over i and j are enough. It is faster to loop over the size·size positions *within* the "
        "window, as the hints describe: then each step handles all windows at once. A common "
        "mistake is to write size where stride belongs: it goes unnoticed until windows overlap.",
    },
    {
        "name": "1.3",
        "task": "Write conv_forward(x, w, b, stride, padding) for images x of shape (N, C, H, W), "
        "filters w of shape (F, C, kh, kw) and biases b of shape (F,). It returns the "
        "output of shape (N, F, OH, OW). F is the number of filters, O above; a kernel "
        "has kh rows and kw columns, which may differ. You may use loops, or im2col and "
        "one matrix product, which lesson 8 will need: loops are too slow there. "
        "`im2col.im2col(x, (kh, kw), stride, padding)` gives the matrix of this lesson. "
        "In its rows the channels of a pixel lie side by side, so the filters must be "
        "written in the same way: `w.transpose(0, 2, 3, 1).reshape(F, -1).T`.",
        "bank_task": "conv_forward",
        "hints": (
            "Write down the shapes of im2col's matrix and of the filters as columns. Their product "
            "has a row for each window and a column for each filter; b is added to each row. With "
            "loops instead, pad x with zeros first, and then use the formula without −p.",
            "X = im2col.im2col(x, (kh, kw), stride, padding) is (N·OH·OW, kh·kw·C), and the "
            "filters as columns are (kh·kw·C, F). The rows of the product are ordered by image, "
            "row and column: reshape it to (N, OH, OW, F), then make the filters the second axis.",
            """Replace the dots:
    n, c, height, width = x.shape
    f, _, kh, kw = w.shape
    oh = (height + 2 * padding - kh) // stride + 1
    ow = ...
    X = im2col.im2col(x, (kh, kw), stride, padding)
    rows = ...  # X times the filters as columns, plus b
    y = rows.reshape(n, oh, ow, f)
    return ...  # y with the filters as its second axis""",
        ),
        "worked": "First pad the last two axes of x with zeros; then every window lies inside the "
        "array, and the indices of the formula need no −p. Compute OH and OW separately, since "
        "images and kernels need not be square. With loops: for each filter f and each output "
        "position (i, j), multiply the window (all images, all channels) with `w[f]`, sum over "
        "channels, rows and columns, and add `b[f]`. With im2col: the matrix of windows times the "
        "filters as columns gives one row for each window. Its rows are ordered by image, row and "
        "column, so the result is first reshaped to (N, OH, OW, F), and only then transposed to "
        "(N, F, OH, OW). To reshape directly to (N, F, OH, OW) mixes filters and positions.",
    },
)
