"""Assignment 2: convolution, backward pass.

Write col2im, which adds each number of a matrix of windows to its pixel, and use it to write the
three gradients of convolution. Lesson 2 shows both by hand. Use NumPy only. im2col is given, so a
mistake in assignment 1 does no harm here.

In the folder of this file, check your work with

    minivgg assignment check convolution_backward.py

or in the notebook convolution_backward_guide.ipynb.

N images, C input channels, F filters, H and W: height and width, kh and kw: those of the kernel,
OH and OW: those of the output. dy, dx, dw, db are the gradients of the loss with respect to y, x,
w, b.
"""

import numpy as np
from minivgg.classroom.reference_solutions import im2col


def col2im(cols, x_shape, kh, kw, stride, padding):
    """The adjoint of im2col: each number of the matrix is added to the pixel that it was read from.

    cols: (N·OH·OW, C·kh·kw), in the order of im2col: rows by image, output row, output column;
    within a row by channel, kernel row, kernel column. x_shape: (N, C, H, W), without the padding.
    OH = (H + 2·padding − kh) // stride + 1, and OW likewise.
    Returns x (N, C, H, W). The padding is cut off; pixels that are in no window are 0.

    Hint: reshape cols to its six axes and loop over the kh·kw positions in the kernel, as in
    im2col. What im2col reads from a slice is added to the same slice here.
    """
    ### BEGIN SOLUTION
    n, c, h, w = x_shape
    oh, ow = (h + 2 * padding - kh) // stride + 1, (w + 2 * padding - kw) // stride + 1
    cols = cols.reshape(n, oh, ow, c, kh, kw).transpose(0, 3, 4, 5, 1, 2)
    x = np.zeros((n, c, h + 2 * padding, w + 2 * padding), cols.dtype)
    for i in range(kh):
        for j in range(kw):
            x[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride] += cols[
                :, :, i, j
            ]
    return x[:, :, padding : padding + h, padding : padding + w]
    ### END SOLUTION


def conv_backward(dy, x, w, b, stride, padding):
    """The gradients of convolution with respect to images, filters and bias.

    dy: (N, F, OH, OW), the gradient with respect to the output. x: (N, C, H, W), w: (F, C, kh, kw),
    b: (F,), stride, padding: as in the forward pass, which is y = im2col(x) · Wᵀ + b with one
    filter in each row of W.
    Returns dx (N, C, H, W), dw (F, C, kh, kw), db (F,): each has the shape of its array. They are
    sums over images and positions; the loss has divided by N already.

    Hint: first reorder dy to the rows of the forward product: one position per row, one filter per
    column. Then the shapes allow only one way to multiply.
    """
    ### BEGIN SOLUTION
    f, _, kh, kw = w.shape
    rows = dy.transpose(0, 2, 3, 1).reshape(-1, f)
    dx = col2im(rows @ w.reshape(f, -1), x.shape, kh, kw, stride, padding)
    dw = (rows.T @ im2col(x, kh, kw, stride, padding)).reshape(w.shape)
    return dx, dw, rows.sum(axis=0)
    ### END SOLUTION
