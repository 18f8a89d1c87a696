"""Chapter 3: 3×3 convolution by Winograd's algorithm F(2×2, 3×3), with fewer multiplications.

The outputs are cut into tiles y of 2×2. Such a tile sees a tile d of 4×4 pixels, and for one
channel, with the filter w and three constant matrices::

    y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ d B)] A

where ⊙ multiplies element by element: 4 · 4 = 16 multiplications, where the definition has
9 for each of the 4 outputs, 36. (Products with the constants are not counted: G w Gᵀ is computed
once for all tiles, Bᵀ d B once for all filters, and both are sums and halves.)

The sum over input channels is taken before Aᵀ and A. At each of the 16 places of the bracket it is
Σ_c U[o,c] · V[c,tile], a product of two matrices: 16 matrix products are the whole convolution.

N images, C channels, height H, width W; O filters; outputs of OH × OW; TH × TW tiles an image.
The algorithm is Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, §4.1.
"""

import numpy as np

# In float32, in which 0, ±1 and ½ are exact: products with them have the dtype of x.
BT = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]], np.float32)
G = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]], np.float32)
AT = np.array([[1, 1, 1, 0], [0, 1, -1, -1]], np.float32)


def conv2d(
    x: np.ndarray, w: np.ndarray, b: np.ndarray | None = None, padding: int | tuple[int, int] = 1
) -> np.ndarray:
    """Convolution with 3×3 filters at stride 1.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Images, float32 or float64.
    w : ndarray of shape (O, C, 3, 3)
        Filters, of the dtype of x.
    b : ndarray of shape (O,), optional
        Biases, of the dtype of x.
    padding : int or (int, int)
        In pixels; a pair is (height, width). The padding is zeros.

    Returns
    -------
    y : ndarray of shape (N, O, OH, OW)
        OH = H + 2·ph − 2, OW = W + 2·pw − 2.

    Raises
    ------
    ValueError
        If the filters are not 3×3, larger than the padded image, or have other channels than x.
    TypeError
        If the arrays are not all float32 or all float64.

    References
    ----------
    Lavin & Gray 2015, §4.1 and Algorithm 1.

    Examples
    --------
    >>> x = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    >>> conv2d(x, np.ones((1, 1, 3, 3)))  # the sum over the neighbourhood of each pixel
    array([[[[12., 21., 16.],
             [27., 45., 33.],
             [24., 39., 28.]]]])
    """
    dtypes = sorted({a.dtype.name for a in (x, w, b) if a is not None})
    if dtypes not in (["float32"], ["float64"]):
        raise TypeError(f"expected float32 or float64 for all arrays, got {' and '.join(dtypes)}")
    (N, C, H, W), O, (ph, pw) = x.shape, len(w), np.broadcast_to(padding, 2)
    if w.shape != (O, C, 3, 3):
        raise ValueError(f"the filters have shape {w.shape}, expected (O, {C}, 3, 3)")
    OH, OW = H + 2 * ph - 2, W + 2 * pw - 2
    if OH < 1 or OW < 1:
        raise ValueError(f"kernel 3×3 is larger than padded image {H + 2 * ph}×{W + 2 * pw}")
    TH, TW = (OH + 1) // 2, (OW + 1) // 2  # of an odd side the last tile hangs over: crop below
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph + OH % 2), (pw, pw + OW % 2)))
    d = np.lib.stride_tricks.sliding_window_view(x, (4, 4), axis=(2, 3))[:, :, ::2, ::2]
    U = np.ascontiguousarray((G @ w @ G.T).transpose(2, 3, 0, 1))  # (4, 4, O, C)
    V = (BT @ d @ BT.T).transpose(4, 5, 1, 0, 2, 3).reshape(4, 4, C, N * TH * TW)
    M = U @ V  # ⊙ and Σ over channels: 16 matrix products, (4, 4, O, N·TH·TW)
    M = M.reshape(4, 4, O, N, TH, TW).transpose(3, 2, 4, 5, 0, 1)  # (N, O, TH, TW, 4, 4)
    y = (AT @ M @ AT.T).transpose(0, 1, 2, 4, 3, 5)  # (N, O, TH, 2, TW, 2)
    y = y.reshape(N, O, 2 * TH, 2 * TW)[:, :, :OH, :OW]
    return y if b is None else y + b[:, None, None]


def conv2d_dx(dy: np.ndarray, w: np.ndarray, padding: int | tuple[int, int] = 1) -> np.ndarray:
    """The gradient of ``conv2d`` with respect to x: a convolution of dy with the turned filters.

    y[p] takes x[p + i − padding] with weight w[i], so x[r] gets dy[r − i + padding] with weight
    w[i]. With i' = 2 − i that is dy[r + i' − (2 − padding)]: a convolution again, whose filters are
    rotated by 180°, whose padding is 2 − padding, and whose input channels are the O filters.

    Parameters
    ----------
    dy : ndarray of shape (N, O, OH, OW)
        The gradient of the loss with respect to y.
    w : ndarray of shape (O, C, 3, 3)
        The filters of the forward pass.
    padding : int or (int, int)
        The padding of the forward pass, at most 2.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W)
        The gradient of the loss with respect to x.

    Raises
    ------
    ValueError
        If padding is larger than 2.
    """
    if np.max(padding) > 2:
        raise ValueError(f"conv2d_dx: padding must be at most 2, got {padding}")
    ph, pw = np.broadcast_to(padding, 2)
    return conv2d(dy, w[:, :, ::-1, ::-1].swapaxes(0, 1), padding=(2 - ph, 2 - pw))
