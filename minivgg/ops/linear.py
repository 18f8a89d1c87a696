"""The fully connected layer: one matrix product."""

from minivgg.backend import memory_pool
from minivgg.ops.shapes import check_shape, checked_kernels


def linear(x, w, b=None):
    """y = x · wᵀ + b.

    x: (N, D) rows of features. w: (out, D) weights. b: (out,) biases or None.
    Returns y (N, out), and ``saved``.
    Raises ``ValueError`` when the sizes differ and ``TypeError`` for integers or mixed dtypes.
    """
    kernels = checked_kernels("linear", x=x, w=w, b=b)
    if x.ndim != 2:
        raise ValueError(
            f"linear: expected rows of features (N, D), got shape {x.shape}: "
            "put a Flatten before it"
        )
    if w.ndim != 2 or x.shape[1] != w.shape[1]:
        raise ValueError(
            f"linear: the input has {x.shape[1]} features (shape {x.shape}), "
            f"but weights of shape {w.shape} expect {w.shape[-1]}"
        )
    check_shape("linear", "b", b, (w.shape[0],))
    y = memory_pool.new_empty(x, (x.shape[0], w.shape[0]))
    kernels.linear_forward(x, w, y)
    if b is not None:
        y += b
    return y, (x, w, b is not None)


def linear_backward(dy, saved, need_dx=True):
    """The gradients of ``linear``: dx = dy · w, dw = dyᵀ · x, db = Σ_n dy.

    dy: (N, out). need_dx: False leaves dx out.
    Returns dx (N, D) or None, dw (out, D), db (out,) or None if there was no b.
    """
    x, w, has_bias = saved
    kernels = checked_kernels("linear_backward", dy=dy, x=x)
    check_shape("linear_backward", "dy", dy, (x.shape[0], w.shape[0]))
    dw = memory_pool.new_empty(w, w.shape)
    dx = memory_pool.new_empty(x, x.shape) if need_dx else None
    kernels.linear_weight_grad(dy, x, dw)
    if need_dx:
        kernels.linear_input_grad(dy, w, dx)
    return dx, dw, dy.sum(axis=0) if has_bias else None
