"""Exercises of lesson 2."""

from minivgg.classroom.answers.entry import Entry

ANSWERS: tuple[Entry, ...] = (
    {
        "name": "2.1",
        "task": "A 2×2 max-pool with stride 2 is applied to an image of 6×6 pixels. How many of "
        "the 36 numbers of dx can be different from 0?",
        "answer": lambda: (6 // 2) ** 2,
        "hints": (
            "Draw the image with its windows, and mark in each window the pixels that get a "
            "gradient on the backward pass.",
            "Each window passes its gradient to one pixel, its maximum, so count the windows.",
            "The windows do not overlap, so there are 6 / 2 along each axis: square this number.",
        ),
        "mistakes": (
            ("all", lambda: 36, "Only the largest pixel of each window gets a gradient."),
            (
                "stride-one",
                lambda: 25,
                "With stride 2 the windows do not overlap: there are fewer of them.",
            ),
        ),
        "worked": "The windows are 2×2 and the stride is 2, so they lie side by side: 6/2 = 3 "
        "along each axis, 9 in all. The gradient of each window goes to its largest pixel, and "
        "the other three pixels get 0. No pixel lies in two windows, so at most **9** of the 36 "
        "numbers differ from 0 (fewer if some number of dy is 0).",
    },
    {
        "name": "2.2",
        "task": "Write maxpool_backward(dy, x, size, stride): the gradient of x, where dy of "
        "shape (N, C, OH, OW) is the gradient of the output. If several numbers of a "
        "window tie for the largest, the first one gets the gradient.",
        "bank_task": "maxpool_backward",
        "worked": "Begin with zeros in the shape of x. For each image, channel and output position "
        "(i, j), find the largest number in the window of rows i·stride to i·stride + size, and "
        "columns in the same way: `np.argmax` of the flattened window gives its number, the first "
        "one if there are several, and `np.unravel_index` turns it into a row and a column. Add "
        "`dy[n, c, i, j]` to this position of dx. It must be added, not assigned: if windows "
        "overlap, a pixel can be the largest of several. Four nested loops are fine; the hints "
        "describe a faster way without loops over images and positions.",
    },
    {
        "name": "2.3",
        "task": "Write conv_backward(dy, x, w, b, stride, padding): the gradients dx, dw and db of "
        "a convolution, where dy has the shape (N, F, OH, OW). They have the shapes of x, w and b. "
        "You may use loops, or im2col and two matrix products, which lesson 8 will need. The "
        "functions of this lesson are `im2col.im2col(x, (kh, kw), stride, padding)` and "
        "`im2col.col2im(dX, x.shape, (kh, kw), stride, padding)`; with them, write the filters as "
        "`w.transpose(0, 2, 3, 1).reshape(F, -1)` (exercise 1.3), and bring dw back to the order "
        "of w.",
        "bank_task": "conv_backward",
        "hints": (
            "With loops: pad x, make zeros of the padded shape for dx, and at the end cut the "
            "padding off dx. With im2col: write down the shapes of X, of the filters as a matrix "
            "and of dy; im2col and col2im do the padding and the cutting.",
            "Bring dy into the form of Y: one window in each row, one filter in each column. This "
            "is dY. Then use the two products of the lesson. The filters have the shape (F, kh, "
            "kw, C) after transpose(0, 2, 3, 1), and so has the gradient before it goes back to "
            "(F, C, kh, kw).",
            """Replace the dots:
    f, c, kh, kw = w.shape
    dY = ...  # dy with the filters as its last axis, reshaped to f columns
    X = im2col.im2col(x, (kh, kw), stride, padding)
    dF = ...  # the product of dY and X that has the shape (f, kh·kw·c)
    dw = dF.reshape(f, kh, kw, c).transpose(0, 3, 1, 2)
    dX = dY @ w.transpose(0, 2, 3, 1).reshape(f, -1)
    dx = im2col.col2im(dX, x.shape, (kh, kw), stride, padding)
    return dx, dw, dY.sum(axis=0)""",
        ),
        "worked": "db comes first: the bias of a filter was added to every output of its channel, "
        "in every image, so it receives the sum of dy over images, rows and columns. For dw and "
        "dx, pad x as in the forward pass and make zeros of the padded shape for dx. For each "
        "output position (i, j), the window of the padded images met the filters: it contributes "
        "dy times the window to dw, summed over the images, and dy times the filters to the same "
        "window of dx, summed over the filters and *added*, since windows overlap. At the end cut "
        "off the padding: its pixels are no part of the image. With im2col it is shorter: bring "
        "dy into the form of a matrix with one row for each window and one column for each "
        "filter, which needs a transposition before the reshape; then use the two products of "
        "the lesson, and col2im. In both ways, nothing is divided by N.",
    },
)
