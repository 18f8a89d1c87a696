"""Local response normalisation and batch normalisation.

AlexNet and net A-LRN of the paper have the first, the later ``_bn`` nets the second.
"""

from collections.abc import Callable
from typing import TypeAlias

from minivgg import backend
from minivgg.backend import Array, Saved, memory_pool, thread_pool
from minivgg.backend.kernels import Kernels
from minivgg.ops.shapes import check_images, check_shape, checked_kernels, native

Block: TypeAlias = tuple[slice, slice, slice]  # the index of some images and rows


def local_response_norm(
    x: Array, size: int = 5, alpha: float = 1e-4, beta: float = 0.75, k: float = 2.0
) -> tuple[Array, Saved]:
    """b_i = a_i / s_i^β with s_i = k + α · Σ_j a_j², j over the ``size`` channels around i.

    There are fewer neighbours at the first and last channels.

    Parameters
    ----------
    x : array of shape (N, C, H, W)
        a, normally after ReLU.
    size : int
        How many channels a sum is over. For an even size the window reaches size/2 channels down
        and size/2 − 1 up.
    alpha : float
        α, the paper's, which multiplies the plain sum. PyTorch divides its alpha by ``size``, so
        this alpha is PyTorch's / size.
    beta, k : float
        β and k.

    Returns
    -------
    y : array of shape (N, C, H, W)
        b.
    saved : tuple
        What ``local_response_norm_backward`` needs.

    Raises
    ------
    ValueError
        If size is below 1, or x is not of shape (N, C, H, W).

    References
    ----------
    Krizhevsky et al. 2012 (AlexNet), §3.3: k = 2, n = 5, α = 1e-4, β = 0.75. Simonyan & Zisserman
    2014, §2.3, use it in the net A-LRN.
    """
    kernels = checked_kernels("local_response_norm", x=x)
    check_images("local_response_norm", x)
    if size < 1:
        raise ValueError(f"local_response_norm: size must be at least 1 channel, got {size}")
    # A float64 of NumPy would turn float32 arrays into float64.
    alpha, beta, k = float(alpha), float(beta), float(k)
    x = native(x)
    y, s = kernels.local_response_norm(x, size, alpha, beta, k)
    return y, (x, s, size, alpha, beta)


def local_response_norm_backward(dy: Array, saved: Saved) -> Array:
    """dx_i = dy_i · s_i^−β − 2αβ · x_i · Σ_j dy_j x_j s_j^−(β+1).

    The sum is over the channels j whose window holds i.

    Parameters
    ----------
    dy : array of shape (N, C, H, W)
        The gradient of the loss with respect to y.
    saved : tuple
        From ``local_response_norm``.

    Returns
    -------
    dx : array of shape (N, C, H, W)
        The gradient of the loss with respect to x.
    """
    x, s, size, alpha, beta = saved
    kernels = checked_kernels("local_response_norm_backward", dy=dy, x=x)
    check_shape("local_response_norm_backward", "dy", dy, x.shape)
    return kernels.local_response_norm_backward(native(dy), x, s, size, alpha, beta)


def batch_norm2d(
    x: Array,
    weight: Array,
    bias: Array,
    eps: float = 1e-5,
    mean: Array | None = None,
    var: Array | None = None,
) -> tuple[Array, Saved]:
    """y = weight · (x − mean) / √(var + eps) + bias, channel by channel.

    Parameters
    ----------
    x : array of shape (N, C, H, W)
        Images or feature maps, float32 or float64.
    weight, bias : array of shape (C,)
        Scale and shift of each channel, of the dtype of x.
    eps : float
        Keeps the root from being 0.
    mean, var : array of shape (C,), optional
        Fixed statistics (testing). By default those of the batch (training): the mean and the
        *biased* variance over N, H and W.

    Returns
    -------
    y : array of shape (N, C, H, W)
        The normalised images, scaled and shifted.
    saved : tuple
        What ``batch_norm2d_backward`` needs; ``saved[0]`` and ``saved[1]`` are the mean and the
        variance used.

    Raises
    ------
    ValueError
        If shapes do not fit, only one of mean and var is given, or a batch has only one value per
        channel, which has no variance.

    References
    ----------
    Ioffe & Szegedy 2015, algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import ops
    >>> x = np.array([1.0, 3.0]).reshape(2, 1, 1, 1)  # mean 2, variance 1
    >>> y, saved = ops.batch_norm2d(x, weight=np.array([10.0]), bias=np.array([0.0]), eps=0)
    >>> y.ravel()
    array([-10.,  10.])
    """
    statistics = {"mean": mean, "var": var}
    kernels = checked_kernels("batch_norm2d", statistics, x=x, weight=weight, bias=bias)
    x, weight, bias = native(x), native(weight), native(bias)
    mean, var = (None if a is None else native(a) for a in (mean, var))
    if weight.ndim != 1:
        raise ValueError(f"batch_norm2d: weight must have shape (C,), got {weight.shape}")
    check_images("batch_norm2d", x, channels=weight.shape[0])
    for name, array in (("bias", bias), ("mean", mean), ("var", var)):
        check_shape("batch_norm2d", name, array, weight.shape)
    if (mean is None) != (var is None):
        raise ValueError("batch_norm2d: give both mean and var, or neither")
    xp = backend.namespace(x)
    from_batch = mean is None
    if mean is None or var is None:
        if x.shape[0] * x.shape[2] * x.shape[3] < 2:
            raise ValueError(
                f"batch_norm2d: one value per channel (input {x.shape}) has no variance: "
                "use a larger batch, or eval mode"
            )
        mean = _mean(kernels, lambda block: x[block], x)
        var = _mean(kernels, lambda block: _multiply(x[block] - _column(mean)), x)
    inverse = 1 / xp.sqrt(var + float(eps))
    y, scale = memory_pool.empty_like(x), inverse * weight
    shift = bias - mean * scale

    def normalize(block: Block) -> None:  # the formula as one multiplication and one addition
        result = xp.multiply(x[block], _column(scale), out=y[block])
        result += _column(shift)

    thread_pool.for_each(normalize, kernels.image_blocks(x))
    return y, (mean, var, x, inverse, weight, from_batch)


def batch_norm2d_backward(dy: Array, saved: Saved) -> tuple[Array, Array, Array]:
    """The gradients of ``batch_norm2d``, with x̂ the normalised input.

    dx = weight / σ · (dy − mean(dy) − x̂ · mean(dy · x̂)): the two means are the paths through the
    batch's own mean and variance; with fixed statistics they are absent.

    Parameters
    ----------
    dy : array of shape (N, C, H, W)
        The gradient of the loss with respect to y.
    saved : tuple
        From ``batch_norm2d``.

    Returns
    -------
    dx : array of shape (N, C, H, W)
        The gradient of the loss with respect to x.
    dweight : array of shape (C,)
        Σ dy · x̂ over images and pixels.
    dbias : array of shape (C,)
        Σ dy over images and pixels.
    """
    mean, _, x, inverse, weight, from_batch = saved
    kernels = checked_kernels("batch_norm2d_backward", dy=dy, x=x)
    check_shape("batch_norm2d_backward", "dy", dy, x.shape)
    dy = native(dy)
    xp, count = backend.namespace(dy), dy.shape[0] * dy.shape[2] * dy.shape[3]
    dx = memory_pool.empty_like(dy)
    mean_dy = _mean(kernels, lambda block: dy[block], dy)
    mean_dy_normal = _mean(
        kernels, lambda block: _multiply(x[block] - _column(mean), dy[block]), dy
    )
    mean_dy_normal = mean_dy_normal * inverse
    dy_factor = weight * inverse
    x_factor = -dy_factor * inverse * mean_dy_normal
    constant = -x_factor * mean - dy_factor * mean_dy

    def compute(
        block: Block,
    ) -> None:  # dx = dy_factor · dy + x_factor · x + constant: the formula, rearranged
        result = xp.multiply(dy[block], _column(dy_factor), out=dx[block])
        if from_batch:
            result += x[block] * _column(x_factor)
            result += _column(constant)

    thread_pool.for_each(compute, kernels.image_blocks(dy))
    return dx, mean_dy_normal * count, mean_dy * count


def _mean(kernels: Kernels, values: Callable[[Block], Array], like: Array) -> Array:
    """Mean over images and pixels, (C,), of ``values(block)``, images like ``like``.

    Block by block: shorter sums round less.
    """
    blocks = kernels.image_blocks(like)
    sums = memory_pool.new_empty(like, (len(blocks), like.shape[1]))

    def add_up(numbered_block: tuple[int, Block]) -> None:
        index, block = numbered_block
        sums[index] = kernels.sum_by_channel(values(block))

    thread_pool.for_each(add_up, enumerate(blocks))
    return sums.sum(axis=0) / (like.shape[0] * like.shape[2] * like.shape[3])


def _multiply(a: Array, b: Array | None = None) -> Array:
    """a · b, or a², in the memory of a: new memory for each block would cost more."""
    a *= a if b is None else b
    return a


def _column(v: Array) -> Array:
    """(C,) -> (1, C, 1, 1), to be broadcast over images."""
    return v[None, :, None, None]
