"""Assignment 1: convolution, forward.

Write im2col, which lays every window of the images out as a row of a matrix, and with it the forward pass of convolution. Lesson 1 shows
both by hand. NumPy only. Check your work with

    python -m minivgg assignment check convolution.py

or in the notebook convolution_guide.ipynb.

N images, C channels in, F filters, H and W height and width, kh and kw the kernel's, OH and OW the output's.
"""

import numpy as np


def im2col(x, kh, kw, stride, padding):
    """Every window of the images as a row of a matrix.

    x: (N, C, H, W). padding: that many zeros on every side of each image. Windows stand ``stride`` pixels apart, and only where they fit:
    OH = (H + 2·padding − kh) // stride + 1, and OW alike.
    Returns (N·OH·OW, C·kh·kw): rows by image, output row, output column; within a row by channel, kernel row, kernel column.

    Hint: loop over the kernel's kh·kw places, not over the windows; x[:, :, i : i + stride·OH : stride, …] is what place (i, …) sees.
    """
    ### BEGIN SOLUTION
    n, c, h, w = x.shape
    oh, ow = (h + 2 * padding - kh) // stride + 1, (w + 2 * padding - kw) // stride + 1
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    cols = np.empty((n, c, kh, kw, oh, ow), x.dtype)
    for i in range(kh):
        for j in range(kw):
            cols[:, :, i, j] = x[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride]
    return cols.transpose(0, 4, 5, 1, 2, 3).reshape(n * oh * ow, c * kh * kw)
    ### END SOLUTION


def conv_forward(x, w, b, stride, padding):
    """Convolution as all nets mean it (the kernel is not turned): one product of im2col's matrix with all filters.

    x: (N, C, H, W). w: (F, C, kh, kw), a kernel for each filter and channel. b: (F,), added to every place of a filter's map.
    Returns y (N, F, OH, OW).

    Hint: w.reshape(F, -1) has a filter in each row, in the order of im2col's columns. A row of the product is one place: which axis is
    then last, and where does it belong?
    """
    ### BEGIN SOLUTION
    n, _, h, width = x.shape
    f, _, kh, kw = w.shape
    oh, ow = (h + 2 * padding - kh) // stride + 1, (width + 2 * padding - kw) // stride + 1
    rows = im2col(x, kh, kw, stride, padding) @ w.reshape(f, -1).T + b
    return rows.reshape(n, oh, ow, f).transpose(0, 3, 1, 2)
    ### END SOLUTION
