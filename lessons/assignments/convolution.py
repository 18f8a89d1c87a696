"""Assignment 1: convolution, forward pass.

Write im2col, which makes each window of the images a row of a matrix, and use it to write the
forward pass of convolution. Lesson 1 shows both by hand. Use NumPy only.

In the folder of this file, check your work with

    minivgg assignment check convolution.py

or in the notebook convolution_guide.ipynb.

N images, C input channels, F filters, H and W: height and width, kh and kw: those of the kernel,
OH and OW: those of the output.
"""

import numpy as np


def im2col(x, kh, kw, stride, padding):
    """Every window of the images as a row of a matrix.

    x: (N, C, H, W). padding: the number of zeros on every side of each image. Windows are
    ``stride`` pixels apart, and only windows inside the padded image count:
    OH = (H + 2·padding − kh) // stride + 1, and OW likewise.
    Returns (N·OH·OW, C·kh·kw). Rows are ordered by image, output row and output column; within a
    row, numbers are ordered by channel, kernel row and kernel column.

    Hint: loop over the kh·kw positions in the kernel, not over the windows. The numbers at position
    (i, …) of all windows are x[:, :, i : i + stride·OH : stride, …].
    """
    ### BEGIN SOLUTION
    n, c, h, w = x.shape
    oh, ow = (h + 2 * padding - kh) // stride + 1, (w + 2 * padding - kw) // stride + 1
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    cols = np.empty((n, c, kh, kw, oh, ow), x.dtype)
    for i in range(kh):
        for j in range(kw):
            cols[:, :, i, j] = x[
                :, :, i : i + stride * oh : stride, j : j + stride * ow : stride
            ]
    return cols.transpose(0, 4, 5, 1, 2, 3).reshape(n * oh * ow, c * kh * kw)
    ### END SOLUTION


def conv_forward(x, w, b, stride, padding):
    """Convolution as in deep learning (cross-correlation: the kernel is not flipped), as one
    product of im2col's matrix with all filters.

    x: (N, C, H, W). w: (F, C, kh, kw), a kernel for each filter and channel. b: (F,), added at
    every position of the filter's output.
    Returns y (N, F, OH, OW).

    Hint: w.reshape(F, -1) has one filter per row, in the order of im2col's columns. Each row of the
    product is one output position. Which axis is last then, and where does it belong?
    """
    ### BEGIN SOLUTION
    n, _, h, width = x.shape
    f, _, kh, kw = w.shape
    oh, ow = (
        (h + 2 * padding - kh) // stride + 1,
        (width + 2 * padding - kw) // stride + 1,
    )
    rows = im2col(x, kh, kw, stride, padding) @ w.reshape(f, -1).T + b
    return rows.reshape(n, oh, ow, f).transpose(0, 3, 1, 2)
    ### END SOLUTION
