"""The fully connected layer: one matrix product."""

from minivgg import backend
from minivgg.backend import memory_pool
from minivgg.backend.kernels import kernels_of
from minivgg.ops.shapes import check_float, check_shape


def linear(x, w, b=None):
    """y = x · wᵀ + b.

    x: (N, D) rows of features. w: (out, D) weights. b: (out,) or None. Returns y (N, out), and ``saved``.
    Raises ``ValueError`` when the sizes differ and ``TypeError`` for integers or mixed dtypes.
    """
    check_float("linear", x=x, w=w, b=b)
    if x.ndim != 2:
        raise ValueError(
            f"linear: expected rows of features (N, D), got shape {x.shape}: put a Flatten before it"
        )
    if w.ndim != 2 or x.shape[1] != w.shape[1]:
        raise ValueError(
            f"linear: the input has {x.shape[1]} features (shape {x.shape}), but weights of shape {w.shape} expect {w.shape[-1]}"
        )
    check_shape("linear", "b", b, (w.shape[0],))
    y = memory_pool.new(x, (x.shape[0], w.shape[0]))
    kernels_of(x).times_rows(x, w, y)
    if b is not None:
        y += b
    return y, (x, w, b is not None)


def linear_backward(dy, saved, need_dx=True):
    """Gradients of ``linear``: dy (N, out) -> dx = dy · w (N, D), dw = dyᵀ · x (out, D), db = Σ_n dy (out,) or None.

    need_dx: False leaves dx out (None is returned instead).
    """
    x, w, has_bias = saved
    backend.namespace(dy, x)
    check_float("linear_backward", dy=dy, x=x)
    check_shape("linear_backward", "dy", dy, (x.shape[0], w.shape[0]))
    dw, dx = memory_pool.new(w, w.shape), memory_pool.new(x, x.shape) if need_dx else None
    kernels_of(x).sum_of_products(dy, x, dw)
    if need_dx:
        kernels_of(x).times(dy, w, dx)
    return dx, dw, dy.sum(axis=0) if has_bias else None
