"""Assignment 2: convolution, backward.

Write col2im, which adds every number of a matrix of windows back to its pixel, and with it the three gradients of convolution. Lesson 2
shows both by hand. NumPy only, and im2col is given, so a mistake in assignment 1 does no harm here. Check your work with

    python -m minivgg assignment check convolution_backward.py

or in the notebook convolution_backward_guide.ipynb.

N images, C channels in, F filters, H and W height and width, kh and kw the kernel's, OH and OW the output's. dy, dx, dw, db are the
gradients of the loss with respect to y, x, w, b.
"""

import numpy as np

from minivgg.classroom.reference_solutions import im2col


def col2im(cols, x_shape, kh, kw, stride, padding):
    """The adjoint of im2col: every number of the matrix is added to the pixel that im2col read it from.

    cols: (N·OH·OW, C·kh·kw), in im2col's order: rows by image, output row, output column; within a row by channel, kernel row, kernel
    column. x_shape: (N, C, H, W), the images' without their border. OH = (H + 2·padding − kh) // stride + 1, and OW alike.
    Returns x (N, C, H, W): what falls on the border is cut off, and pixels that no window saw are 0.

    Hint: cut cols into its six axes and loop over the kernel's kh·kw places, as im2col does. What im2col reads from a slice is added to the
    same slice here.
    """
    ### BEGIN SOLUTION
    n, c, h, w = x_shape
    oh, ow = (h + 2 * padding - kh) // stride + 1, (w + 2 * padding - kw) // stride + 1
    cols = cols.reshape(n, oh, ow, c, kh, kw).transpose(0, 3, 4, 5, 1, 2)
    x = np.zeros((n, c, h + 2 * padding, w + 2 * padding), cols.dtype)
    for i in range(kh):
        for j in range(kw):
            x[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride] += cols[:, :, i, j]
    return x[:, :, padding : padding + h, padding : padding + w]
    ### END SOLUTION


def conv_backward(dy, x, w, b, stride, padding):
    """The gradients of convolution with respect to image, filters and bias.

    dy: (N, F, OH, OW), the gradient that comes back. x: (N, C, H, W), w: (F, C, kh, kw), b: (F,), stride and padding: as in the forward
    pass, where y = im2col(x) · Wᵀ + b with a filter in each row of W.
    Returns dx (N, C, H, W), dw (F, C, kh, kw), db (F,): each of the shape of what it belongs to. They are sums over images and places; the
    loss has divided by N already.

    Hint: bring dy into the rows of the forward product first, one place in each row and one filter in each column. Then the shapes leave
    only one way to multiply.
    """
    ### BEGIN SOLUTION
    f, _, kh, kw = w.shape
    rows = dy.transpose(0, 2, 3, 1).reshape(-1, f)
    dx = col2im(rows @ w.reshape(f, -1), x.shape, kh, kw, stride, padding)
    dw = (rows.T @ im2col(x, kh, kw, stride, padding)).reshape(w.shape)
    return dx, dw, rows.sum(axis=0)
    ### END SOLUTION
