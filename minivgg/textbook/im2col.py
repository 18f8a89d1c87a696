"""Chapter 2: convolution as one matrix product, and max-pooling on the same matrix.

``im2col`` copies each window of the images into a row of a matrix. With a filter in each row of
another matrix F, all outputs of a convolution are one product, and its gradients are the two
gradients of that product::

    cols  = im2col(x)         (N·OH·OW, kh·kw·C)    one window in each row
    y     = cols · Fᵀ + b     (N·OH·OW, O)          F is w in the same order: (O, kh·kw·C)
    dF    = dyᵀ · cols        (O, kh·kw·C)
    db    = Σ dy              (O,)                  the sum over all rows
    dcols = dy · F            (N·OH·OW, kh·kw·C)
    dx    = col2im(dcols)     (N, C, H, W)          a pixel adds up the gradients of its copies

Where convolution multiplies a row by F, max-pooling takes the largest number of the row.

N images, C channels, height H, width W; O filters of kh × kw, each with as many channels (I = C);
outputs of OH × OW; strides sh, sw; padding ph, pw. The window of output place (p, q) begins at row
p·sh − ph and column q·sw − pw.
"""

import numpy as np

Array = np.ndarray
Shape = tuple[int, ...]
Size = int | tuple[int, int]  # 3 is short for the pair (3, 3), height and width
ConvSaved = tuple[Array, Array, Shape, Array | None, Size, Size]
PoolSaved = tuple[Array, Shape, Size, Size, Size]


def _sizes(shape: Shape, kernel_size: Size, stride: Size, padding: Size) -> tuple[int, ...]:
    """The letters of the formulas, for images of ``shape``; 3 is short for the pair (3, 3)."""
    N, C, H, W = shape
    (kh, kw), (sh, sw), (ph, pw) = [np.broadcast_to(v, 2) for v in (kernel_size, stride, padding)]
    OH, OW = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
    if OH < 1 or OW < 1:
        raise ValueError(f"kernel {kh}×{kw} is larger than padded image {H + 2 * ph}×{W + 2 * pw}")
    return N, C, H, W, kh, kw, sh, sw, ph, pw, OH, OW


def _check_floats(*arrays: Array | None) -> None:
    """Refuse integers, to which gradients would be rounded, and float32 mixed with float64."""
    dtypes = sorted({a.dtype.name for a in arrays if a is not None})
    if dtypes not in (["float32"], ["float64"]):
        raise TypeError(f"expected float32 or float64 for all arrays, got {' and '.join(dtypes)}")


def im2col(
    x: Array, kernel_size: Size, stride: Size = 1, padding: Size = 0, fill: float = 0
) -> Array:
    """Copy every window of the images into a row of a matrix.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Images, float32 or float64.
    kernel_size, stride, padding : int or (int, int)
        In pixels; a pair is (height, width).
    fill : float
        The value of the padding: 0 for convolution, −∞ for max-pooling.

    Returns
    -------
    cols : ndarray of shape (N·OH·OW, kh·kw·C)
        Rows are ordered by image, output row, output column; the numbers of a row by kernel row,
        kernel column, channel.

    Raises
    ------
    ValueError
        If the kernel is larger than the padded image.
    TypeError
        If x is neither float32 nor float64.

    Examples
    --------
    >>> x = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    >>> im2col(x, 2)
    array([[1., 2., 4., 5.],
           [2., 3., 5., 6.],
           [4., 5., 7., 8.],
           [5., 6., 8., 9.]])
    """
    _check_floats(x)
    N, C, _, _, kh, kw, sh, sw, ph, pw, OH, OW = _sizes(x.shape, kernel_size, stride, padding)
    x = np.pad(x.transpose(0, 2, 3, 1), ((0, 0), (ph, ph), (pw, pw), (0, 0)), constant_values=fill)
    cols = np.empty((N, OH, OW, kh, kw, C), x.dtype)
    for i, j in np.ndindex(kh, kw):  # what place (i, j) of the kernel sees in all windows
        cols[:, :, :, i, j] = x[:, i : i + sh * OH : sh, j : j + sw * OW : sw]
    return cols.reshape(N * OH * OW, kh * kw * C)


def col2im(
    cols: Array, shape: Shape, kernel_size: Size, stride: Size = 1, padding: Size = 0
) -> Array:
    """Add every number of a matrix of windows to the pixel that ``im2col`` copied it from.

    This is the adjoint of ``im2col``, ⟨im2col(x), c⟩ = ⟨x, col2im(c)⟩, and not its inverse: a pixel
    that lies in k windows was copied k times, and gradients of copies add up.

    Parameters
    ----------
    cols : ndarray of shape (N·OH·OW, kh·kw·C)
        Float32 or float64, in the order of ``im2col``.
    shape : tuple
        (N, C, H, W) of the images.
    kernel_size, stride, padding : int or (int, int)
        As for ``im2col``.

    Returns
    -------
    x : ndarray of shape (N, C, H, W)
        0 at pixels in no window. What belongs to the padding is dropped.

    Raises
    ------
    ValueError
        If the kernel is larger than the padded image, or cols has another size.
    TypeError
        If cols is neither float32 nor float64.

    Examples
    --------
    >>> col2im(np.ones((4, 4)), (1, 1, 3, 3), 2)  # in how many of the four windows is each pixel?
    array([[[[1., 2., 1.],
             [2., 4., 2.],
             [1., 2., 1.]]]])
    """
    _check_floats(cols)
    N, C, H, W, kh, kw, sh, sw, ph, pw, OH, OW = _sizes(shape, kernel_size, stride, padding)
    cols = cols.reshape(N, OH, OW, kh, kw, C)
    x = np.zeros((N, H + 2 * ph, W + 2 * pw, C), cols.dtype)
    for i, j in np.ndindex(kh, kw):  # the slices of im2col; += because windows overlap
        x[:, i : i + sh * OH : sh, j : j + sw * OW : sw] += cols[:, :, :, i, j]
    return x[:, ph : ph + H, pw : pw + W].transpose(0, 3, 1, 2)


def conv2d(
    x: Array, w: Array, b: Array | None = None, stride: Size = 1, padding: Size = 0, groups: int = 1
) -> tuple[Array, ConvSaved]:
    """Convolution; as everywhere in deep learning, the filters are not flipped (cross-correlation).

    y[n,o,p,q] = b[o] + Σ_{c,i,j} w[o,c,i,j] · x[n, c, p·sh + i − ph, q·sw + j − pw]

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Images, float32 or float64.
    w : ndarray of shape (O, C, kh, kw)
        Filters, of the dtype of x.
    b : ndarray of shape (O,), optional
        Biases, of the dtype of x.
    stride, padding : int or (int, int)
        In pixels; a pair is (height, width). The padding is zeros.
    groups : int
        Always 1; textbook/loops.py has grouped convolution.

    Returns
    -------
    y : ndarray of shape (N, O, OH, OW)
        OH = ⌊(H + 2·ph − kh) / sh⌋ + 1, OW = ⌊(W + 2·pw − kw) / sw⌋ + 1.
    saved : tuple
        What ``conv2d_backward`` needs.

    Raises
    ------
    ValueError
        If groups is not 1, the kernel is larger than the padded image, or the channels differ.
    TypeError
        If the arrays are not all float32 or all float64.

    References
    ----------
    Simonyan & Zisserman 2014, §2.1: 3×3 filters at stride 1 with padding 1, so that OH = H, OW = W.

    Examples
    --------
    >>> x = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    >>> y, saved = conv2d(x, np.array([[[[1.0, 2], [3, 4]]]]), np.array([10.0]))
    >>> y[0, 0]  # the first: 1·1 + 2·2 + 3·4 + 4·5 + 10
    array([[47., 57.],
           [77., 87.]])
    """
    if groups != 1:
        raise ValueError(f"conv2d: groups is 1 here; see textbook/loops.py for groups={groups}")
    _check_floats(x, w, b)
    O, _, kh, kw = w.shape
    N, *_, OH, OW = _sizes(x.shape, (kh, kw), stride, padding)
    F = w.transpose(0, 2, 3, 1).reshape(O, -1)
    y = im2col(x, (kh, kw), stride, padding) @ F.T + (0 if b is None else b)
    return y.reshape(N, OH, OW, O).transpose(0, 3, 1, 2), (x, F, w.shape, b, stride, padding)


def conv2d_backward(dy: Array, saved: ConvSaved) -> tuple[Array, Array, Array | None]:
    """The gradients of ``conv2d``.

    Parameters
    ----------
    dy : ndarray of shape (N, O, OH, OW)
        The gradient of the loss with respect to y.
    saved : tuple
        From ``conv2d``.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W)
        The gradient of the loss with respect to x.
    dw : ndarray of shape (O, C, kh, kw)
        The gradient of the loss with respect to w.
    db : ndarray of shape (O,), or None
        None if there was no b.

    Raises
    ------
    TypeError
        If dy has another dtype than x.

    Examples
    --------
    >>> x = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    >>> y, saved = conv2d(x, np.array([[[[1.0, 2], [3, 4]]]]), np.array([10.0]))
    >>> dx, dw, db = conv2d_backward(np.ones_like(y), saved)
    >>> dw[0, 0]  # the first weight met the pixels 1, 2, 4, 5
    array([[12., 16.],
           [24., 28.]])
    """
    x, F, (O, I, kh, kw), b, stride, padding = saved
    _check_floats(dy, x)
    dy = dy.transpose(0, 2, 3, 1).reshape(-1, O)
    dF = dy.T @ im2col(x, (kh, kw), stride, padding)
    dx = col2im(dy @ F, x.shape, (kh, kw), stride, padding)
    db = None if b is None else dy.sum(axis=0)
    return dx, dF.reshape(O, kh, kw, I).transpose(0, 3, 1, 2), db


def max_pool2d(
    x: Array,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
) -> tuple[Array, PoolSaved]:
    """The largest pixel of each window, channel by channel.

    y[n,c,p,q] = max_{i,j} x[n, c, p·sh + i − ph, q·sw + j − pw]

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Images or feature maps, float32 or float64.
    kernel_size : int or (int, int)
        In pixels; a pair is (height, width).
    stride : int or (int, int), optional
        The kernel size by default: windows lie side by side.
    padding : int or (int, int)
        Smaller than the kernel. The padding is −∞, so that it never wins.
    ceil_mode : bool
        Always False; textbook/loops.py has windows that hang over the end.

    Returns
    -------
    y : ndarray of shape (N, C, OH, OW)
        OH and OW as for ``conv2d``.
    saved : tuple
        What ``max_pool2d_backward`` needs.

    Raises
    ------
    ValueError
        If ceil_mode is true, the kernel is larger than the padded image, or the padding is not
        smaller than the kernel.
    TypeError
        If x is neither float32 nor float64.

    References
    ----------
    Simonyan & Zisserman 2014, §2.1: 2×2 windows at stride 2.

    Examples
    --------
    >>> y, saved = max_pool2d(np.array([[[[1.0, 5, 2], [4, 3, 9]]]]), 2, stride=1)
    >>> y
    array([[[[5., 9.]]]])
    """
    if ceil_mode:
        raise ValueError("max_pool2d: ceil_mode is False here; see textbook/loops.py for True")
    stride = kernel_size if stride is None else stride
    N, C, H, W, kh, kw, *_, ph, pw, OH, OW = _sizes(x.shape, kernel_size, stride, padding)
    if ph >= kh or pw >= kw:
        raise ValueError(f"max_pool2d: padding {padding} is not smaller than kernel {kernel_size}")
    # each channel is pooled by itself: N·C images of one channel
    cols = im2col(x.reshape(N * C, 1, H, W), kernel_size, stride, padding, fill=-np.inf)
    # a mask: True where a window has its largest pixel, the first of equal ones
    winners = cols.argmax(axis=1)[:, None] == np.arange(kh * kw)
    return cols.max(axis=1).reshape(N, C, OH, OW), (winners, x.shape, kernel_size, stride, padding)


def max_pool2d_backward(dy: Array, saved: PoolSaved) -> Array:
    """The gradient of ``max_pool2d``: each window gives its gradient to the pixel that won.

    Parameters
    ----------
    dy : ndarray of shape (N, C, OH, OW)
        The gradient of the loss with respect to y.
    saved : tuple
        From ``max_pool2d``.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W)
        A pixel that won several overlapping windows gets the sum of their gradients. Of equal
        pixels, the first of the window, row by row, has won.

    Notes
    -----
    If all pixels of a window are −∞, its padding can win, and the gradient of that window is
    dropped. textbook/loops.py and minivgg.ops give it to the first pixel.

    Examples
    --------
    >>> y, saved = max_pool2d(np.array([[[[1.0, 5, 2], [4, 3, 9]]]]), 2, stride=1)
    >>> max_pool2d_backward(np.array([[[[10.0, 20]]]]), saved)
    array([[[[ 0., 10.,  0.],
             [ 0.,  0., 20.]]]])
    """
    winners, (N, C, H, W), kernel_size, stride, padding = saved
    dcols = np.where(winners, dy.reshape(-1, 1), 0)
    return col2im(dcols, (N * C, 1, H, W), kernel_size, stride, padding).reshape(N, C, H, W)
