"""Losses of images and their feature maps: Gram matrices for style, total variation for smoothness.

Each has a forward and a backward pass, as the operations of ``ops``: forward returns the result and
what backward needs. With the maps of one image as a matrix F (H·W, C), a row for each position::

    G  = Fᵀ · F / (C·H·W)              (C, C), the Gram matrix
    dF = F · (dG + dGᵀ) / (C·H·W)      because each F is in a row and in a column of G

G[c,d] says how strongly the channels c and d are active at the same positions, in the mean over all
of them: what textures have in common wherever they lie. Where things are is lost.

The loss that compares maps position by position, the content or feature loss, is the mean squared
error, ``ops.mse_loss``, which keeps where things are.
"""

from minivgg import backend
from minivgg.backend import Array, Saved, memory_pool, thread_pool
from minivgg.backend.blocks import chunks
from minivgg.ops.shapes import check_float, check_images, check_shape

BLOCK_POSITIONS = 1024  # of maps, that one thread multiplies at a time


def gram_matrix(maps: Array) -> tuple[Array, Saved]:
    """G[n,c,d] = Σ_p F[n,p,c] · F[n,p,d] / (C·H·W), over the positions p of the maps.

    Parameters
    ----------
    maps : array of shape (N, C, H, W)
        Feature maps, float32 or float64.

    Returns
    -------
    gram : array of shape (N, C, C)
        Symmetric, of the dtype of the maps. Maps of other sizes have comparable matrices.
    saved : tuple
        What ``gram_matrix_backward`` needs.

    Raises
    ------
    ValueError
        If the maps do not have four axes, or have no channels or positions.
    TypeError
        If they are integers.

    References
    ----------
    Gatys, Ecker & Bethge 2016, Image style transfer using convolutional neural networks, eq. 3;
    divided by C·H·W as by Johnson, Alahi & Fei-Fei 2016, Perceptual losses for real-time style
    transfer and super-resolution, eq. 3.

    Examples
    --------
    Two channels that are never active together, and the second twice as strong:

    >>> import numpy as np
    >>> maps = np.array([[[[1.0, 0.0]], [[0.0, 2.0]]]])
    >>> gram, saved = gram_matrix(maps)
    >>> gram * maps.size
    array([[[1., 0.],
            [0., 4.]]])
    """
    check_float("gram_matrix", maps=maps)
    check_images("gram_matrix", maps)
    n, c, h, w = maps.shape
    f = maps.transpose(0, 2, 3, 1).reshape(n, h * w, c)  # no copy of maps that are channels last
    return _products_of_channels(f) / (c * h * w), (f, maps.shape)


def gram_matrix_backward(dgram: Array, saved: Saved) -> Array:
    """dF = F · (dG + dGᵀ) / (C·H·W).

    Parameters
    ----------
    dgram : array of shape (N, C, C)
        The gradient of the loss with respect to the Gram matrices, symmetric or not.
    saved : tuple
        From ``gram_matrix``.

    Returns
    -------
    dmaps : array of shape (N, C, H, W)
        The gradient of the loss with respect to the maps.

    Raises
    ------
    ValueError
        If dgram has another shape.
    """
    f, (n, c, h, w) = saved
    check_shape("gram_matrix_backward", "dgram", dgram, (n, c, c))
    df = _products_of_rows(f, (dgram + dgram.swapaxes(1, 2)) / (c * h * w))
    return df.reshape(n, h, w, c).transpose(0, 3, 1, 2)


def style_loss(maps: Array, gram: Array) -> tuple[Array, Saved]:
    """E = ¼ Σ_n Σ_cd (G[n,c,d] − A[n,c,d])², with G the Gram matrices of the maps.

    For maps of one size this is the loss of one layer by Gatys et al., whose Gram matrices are not
    divided: E = Σ (G − A)² / (4 · C² · (H·W)²).

    Parameters
    ----------
    maps : array of shape (N, C, H, W)
        Feature maps of the image that changes, float32 or float64.
    gram : array of shape (N, C, C)
        A, the Gram matrices of the image whose style is wanted, from ``gram_matrix``.

    Returns
    -------
    loss : scalar
        Of the dtype of the maps.
    saved : tuple
        What ``style_loss_backward`` needs.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    TypeError
        If the maps are integers.

    References
    ----------
    Gatys et al. 2016, eq. 4.

    Examples
    --------
    >>> import numpy as np
    >>> maps = np.array([[[[1.0, 3.0]]]])  # one channel: G is the mean square, 5
    >>> loss, saved = style_loss(maps, np.array([[[1.0]]]))
    >>> float(loss)
    4.0
    >>> style_loss_backward(saved)  # (G − A) · F / (C·H·W)
    array([[[[2., 6.]]]])
    """
    found, saved = gram_matrix(maps)
    check_shape("style_loss", "gram", gram, found.shape)
    difference = found - gram
    return (difference * difference).sum() / 4, (difference, saved)


def style_loss_backward(saved: Saved) -> Array:
    """dF through dG = ½ · (G − A).

    Parameters
    ----------
    saved : tuple
        From ``style_loss``.

    Returns
    -------
    dmaps : array of shape (N, C, H, W)
        The gradient of the loss with respect to the maps.
    """
    difference, saved_gram = saved
    return gram_matrix_backward(difference / 2, saved_gram)


def total_variation(x: Array) -> tuple[Array, Saved]:
    """V = Σ ((x[i,j+1] − x[i,j])² + (x[i+1,j] − x[i,j])²) / (N·C·H·W).

    The squared differences of neighbours, side by side and one above the other: small for smooth
    images, large for noise.

    Parameters
    ----------
    x : array of shape (N, C, H, W)
        Images, float32 or float64.

    Returns
    -------
    variation : scalar
        Of the dtype of x.
    saved : tuple
        What ``total_variation_backward`` needs.

    Raises
    ------
    ValueError
        If x does not have four axes, or there is no image.
    TypeError
        If x are integers.

    References
    ----------
    Mahendran & Vedaldi 2015, Understanding deep image representations by inverting them, §2, with
    β = 2 and the mean for the sum.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[0.0, 1.0, 3.0]]]])
    >>> variation, saved = total_variation(x)
    >>> float(variation) * x.size  # 1² + 2²
    5.0
    >>> total_variation_backward(saved) * x.size
    array([[[[-2., -2.,  4.]]]])
    """
    check_float("total_variation", x=x)
    check_images("total_variation", x)
    if not x.size:
        raise ValueError("total_variation: there is no image")
    across, down = x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]
    return ((across * across).sum() + (down * down).sum()) / x.size, (across, down, x.shape)


def total_variation_backward(saved: Saved) -> Array:
    """2/(N·C·H·W) times each difference, added to its second pixel and taken from its first.

    Parameters
    ----------
    saved : tuple
        From ``total_variation``.

    Returns
    -------
    dx : array of shape (N, C, H, W)
        The gradient of the variation with respect to x.
    """
    across, down, shape = saved
    dx = backend.namespace(across).zeros(shape, across.dtype)
    dx[..., 1:] += across
    dx[..., :-1] -= across
    dx[..., 1:, :] += down
    dx[..., :-1, :] -= down
    return dx * (2 / dx.size)


# A matrix with far more rows than columns is what BLAS shares badly among its threads: so each
# thread of this package multiplies some of the rows.


def _products_of_channels(f: Array) -> Array:
    """Fᵀ · F of each F (P, C) in f (N, P, C)."""
    n, p, c = f.shape
    rows = chunks(p, BLOCK_POSITIONS)
    parts = memory_pool.new_empty(f, (n, len(rows), c, c))

    def multiply(index: tuple[int, int]) -> None:
        image, part = index
        block = f[image, rows[part]]
        parts[image, part] = block.T @ block

    thread_pool.for_each(multiply, [(i, k) for i in range(n) for k in range(len(rows))])
    return parts.sum(axis=1)


def _products_of_rows(f: Array, s: Array) -> Array:
    """F · S of each F (P, C) in f (N, P, C) and S (C, C) in s (N, C, C)."""
    n, p, _ = f.shape
    product = memory_pool.new_empty(f, f.shape)

    def multiply(index: tuple[int, slice]) -> None:
        image, rows = index
        product[image, rows] = f[image, rows] @ s[image]

    thread_pool.for_each(
        multiply, [(i, rows) for i in range(n) for rows in chunks(p, BLOCK_POSITIONS)]
    )
    return product
