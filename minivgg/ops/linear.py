"""The fully connected layer: one matrix product."""

from minivgg.backend import Array, Saved, memory_pool
from minivgg.ops.shapes import check_shape, checked_kernels, native


def linear(x: Array, w: Array, b: Array | None = None) -> tuple[Array, Saved]:
    """y = x · wᵀ + b.

    Parameters
    ----------
    x : array of shape (N, D)
        Rows of features, float32 or float64.
    w : array of shape (O, D)
        Weights, of the dtype of x.
    b : array of shape (O,), optional
        Biases, of the dtype of x.

    Returns
    -------
    y : array of shape (N, O)
        Row n holds the outputs for row n of x.
    saved : tuple
        What ``linear_backward`` needs.

    Raises
    ------
    ValueError
        If the sizes differ, or x does not have two axes.
    TypeError
        If the arrays are not all float32 or all float64.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import ops
    >>> x, w, b = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]]), np.array([0.5, 0.0])
    >>> y, saved = ops.linear(x, w, b)
    >>> y  # 1·3 + 2·4 + 0.5 and 1·5 + 2·6
    array([[11.5, 17. ]])
    >>> dx, dw, db = ops.linear_backward(np.ones_like(y), saved)
    >>> dx  # 3 + 5 and 4 + 6
    array([[ 8., 10.]])
    """
    kernels = checked_kernels("linear", {"b": b}, x=x, w=w)
    x, w, b = native(x), native(w), None if b is None else native(b)
    if x.ndim != 2:
        raise ValueError(
            f"linear: expected rows of features (N, D), got shape {x.shape}: "
            "put a Flatten before it"
        )
    if w.ndim != 2:
        raise ValueError(f"linear: the weights have shape (O, D), got {w.shape}")
    if x.shape[1] != w.shape[1]:
        raise ValueError(
            f"linear: the input has {x.shape[1]} features (shape {x.shape}), "
            f"but weights of shape {w.shape} expect {w.shape[1]}"
        )
    check_shape("linear", "b", b, (w.shape[0],))
    y = memory_pool.new_empty(x, (x.shape[0], w.shape[0]))
    kernels.linear_forward(x, w, y)
    if b is not None:
        y += b
    return y, (x, w, b is not None)


def linear_backward(
    dy: Array, saved: Saved, need_dx: bool = True, *, need_dw: bool = True
) -> tuple[Array | None, Array | None, Array | None]:
    """The gradients of ``linear``: dx = dy · w, dw = dyᵀ · x, db = Σ_n dy.

    Parameters
    ----------
    dy : array of shape (N, O)
        The gradient of the loss with respect to y.
    saved : tuple
        From ``linear``.
    need_dx : bool
        False leaves dx out.
    need_dw : bool
        False leaves dw and db out.

    Returns
    -------
    dx : array of shape (N, D), or None
        None without ``need_dx``.
    dw : array of shape (O, D), or None
        The gradient of the loss with respect to w; None without ``need_dw``.
    db : array of shape (O,), or None
        None if there was no b, or without ``need_dw``.
    """
    x, w, has_bias = saved
    kernels = checked_kernels("linear_backward", dy=dy, x=x)
    check_shape("linear_backward", "dy", dy, (x.shape[0], w.shape[0]))
    dy = native(dy)
    dw = memory_pool.new_empty(w, w.shape) if need_dw else None
    dx = memory_pool.new_empty(x, x.shape) if need_dx else None
    if dw is not None:
        kernels.linear_weight_grad(dy, x, dw)
    if dx is not None:
        kernels.linear_input_grad(dy, w, dx)
    return dx, dw, dy.sum(axis=0) if has_bias and need_dw else None
