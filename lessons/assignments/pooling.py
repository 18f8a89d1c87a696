"""Assignment 3: max-pooling, forward and backward.

Write the pooling that stands between the paper's blocks (§2.1: 2×2 windows, stride 2) for windows of any size and stride, and its gradient.
Lesson 2 shows both. NumPy only. Check your work with

    python -m minivgg assignment check pooling.py

or in the notebook pooling_guide.ipynb.

N images, C channels, H and W height and width, OH and OW the output's. dy and dx are the gradients of the loss with respect to y and x.
"""

import numpy as np


def maxpool_forward(x, size, stride):
    """The largest number of each window, channel by channel.

    x: (N, C, H, W). Windows of size×size stand ``stride`` pixels apart, and only where they fit, without padding:
    OH = (H − size) // stride + 1, and OW alike; rows and columns that are left over take no part.
    Returns y (N, C, OH, OW).

    Hint: loop over the size·size places of a window, not over the windows: x[:, :, i : i + stride·OH : stride, …] is what place (i, …) sees
    in all of them.
    """
    ### BEGIN SOLUTION
    oh, ow = (x.shape[2] - size) // stride + 1, (x.shape[3] - size) // stride + 1
    places = [(i, j) for i in range(size) for j in range(size)]
    return np.max(
        [x[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride] for i, j in places],
        axis=0,
    )
    ### END SOLUTION


def maxpool_backward(dy, x, size, stride):
    """The gradient of max-pooling: each window's goes to the pixel that won it.

    dy: (N, C, OH, OW), the gradient that comes back. x: (N, C, H, W), size and stride: as in the forward pass. Of tied maxima the first,
    row by row, gets it (a convention; that each of them got all of it would be wrong). Where windows overlap, a pixel adds up what it gets
    from each that it won.
    Returns dx (N, C, H, W), 0 at pixels that won nothing.

    Hint: number the places of a window row by row; np.argmax says which one won, and takes the first of equal ones.
    """
    ### BEGIN SOLUTION
    oh, ow = dy.shape[2:]
    slices = [
        np.s_[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride]
        for i in range(size)
        for j in range(size)
    ]
    winner = np.argmax([x[places] for places in slices], axis=0)
    dx = np.zeros(x.shape, dy.dtype)
    for number, places in enumerate(slices):
        dx[places] += dy * (winner == number)
    return dx
    ### END SOLUTION
