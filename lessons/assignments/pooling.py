"""Assignment 3: max-pooling, forward and backward pass.

Write the pooling between the paper's blocks (§2.1: 2×2 windows, stride 2) for windows of any size
and stride, and its gradient. Lesson 2 shows both. Use NumPy only.

In the folder of this file, check your work with

    minivgg assignment check pooling.py

or in the notebook pooling_guide.ipynb.

N images, C channels, H and W: height and width, OH and OW: those of the output. dy and dx are the
gradients of the loss with respect to y and x.
"""

import numpy as np


def maxpool_forward(x, size, stride):
    """The largest number of each window, channel by channel.

    x: (N, C, H, W). Windows of size×size are ``stride`` pixels apart. There is no padding, and only
    windows inside the image count: OH = (H − size) // stride + 1, and OW likewise. Remaining rows
    and columns are ignored.
    Returns y (N, C, OH, OW).

    Hint: loop over the size·size positions in a window, not over the windows. The numbers at
    position (i, …) of all windows are x[:, :, i : i + stride·OH : stride, …].
    """
    ### BEGIN SOLUTION
    oh, ow = (x.shape[2] - size) // stride + 1, (x.shape[3] - size) // stride + 1
    places = [(i, j) for i in range(size) for j in range(size)]
    return np.max(
        [
            x[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride]
            for i, j in places
        ],
        axis=0,
    )
    ### END SOLUTION


def maxpool_backward(dy, x, size, stride):
    """The gradient of max-pooling: that of each window goes to its maximum.

    dy: (N, C, OH, OW), the gradient with respect to the output. x: (N, C, H, W), size, stride: as
    in the forward pass. If several pixels of a window are the maximum, the first of them, row by
    row, gets the gradient. (This is a convention; giving all of it to each of them would be wrong.)
    Where windows overlap, a pixel gets the sum of the gradients of all windows of which it is the
    maximum.
    Returns dx (N, C, H, W), 0 at pixels that are not the maximum of any window.

    Hint: number the positions in a window row by row. np.argmax gives the number of the maximum,
    and of equal numbers the first.
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
