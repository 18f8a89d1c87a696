"""The fully connected layer, and the flattening before the first one."""

from math import prod

from minivgg import ops
from minivgg.backend import Array, Shape
from minivgg.layers.arguments import positive_integers
from minivgg.layers.base import Layer
from minivgg.layers.initializers import Initializer
from minivgg.layers.parameter import new_parameter
from minivgg.ops import shapes


class Linear(Layer):
    """Fully connected, (N, D) -> (N, O): y = x·wᵀ + b.

    Parameters
    ----------
    in_features, out_features : int
        D and O.
    bias : bool
        Whether to add a bias, which begins at 0.
    initializer : str or callable
        Draws the weights (O, D), see ``initializers.get``.

    Raises
    ------
    ValueError
        If a number is below 1.
    TypeError
        If a number is not an integer.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import layers
    >>> linear = layers.Linear(4, 3, initializer="ones")
    >>> linear(np.array([[1.0, 2.0, 3.0, 4.0]], np.float32))
    array([[10., 10., 10.]], dtype=float32)
    >>> linear.parameters()
    {'weight': Parameter(3, 4), 'bias': Parameter(3,)}
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        initializer: str | Initializer = "kaiming_normal",
    ) -> None:
        super().__init__()
        self.in_features, self.out_features = positive_integers(
            "Linear", in_features=in_features, out_features=out_features
        )
        self.weight = new_parameter((self.out_features, self.in_features), initializer)
        self.bias = new_parameter((self.out_features,), "zeros") if bias else None

    def forward(self, x: Array) -> Array:
        """x (N, D) -> (N, O)."""
        bias = self.bias.array if self.bias else None
        return self.save_for_backward(*ops.linear(x, self.weight.array, bias))

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """dy (N, O) -> dx (N, D), or None without ``need_dx``."""
        need_dw = not (self.weight.frozen and (self.bias is None or self.bias.frozen))
        dx, dw, db = ops.linear_backward(dy, self.saved_for_backward(), need_dx, need_dw=need_dw)
        if dw is not None:
            self.weight.add_grad(dw)
        if self.bias and db is not None:
            self.bias.add_grad(db)
        return dx

    def backward_parameters(self, dy: Array) -> None:
        """As ``backward`` without dx; see ``Layer``."""
        self.backward(dy, need_dx=False)
        self.clear_saved()

    def output_shape(self, shape: Shape) -> Shape:
        """(D,) -> (O,)."""
        return (self.out_features,)

    def macs(self, shape: Shape) -> int:
        """D·O: every weight is used once."""
        return self.weight.array.size

    def __repr__(self) -> str:
        return f"Linear({self.in_features}, {self.out_features})"


class Flatten(Layer):
    """(N, ...) -> (N, D); images (N, C, H, W) channel by channel, whatever the order in memory."""

    def forward(self, x: Array) -> Array:
        """x (N, ...) -> (N, D), in C order."""
        shapes.check_float("flatten", x=x)
        return self.save_for_backward(x.reshape(x.shape[0], prod(x.shape[1:])), x.shape)

    def backward(self, dy: Array) -> Array:
        """dy (N, D) -> (N, ...)."""
        shape = self.saved_for_backward()
        shapes.check_float("flatten backward", dy=dy)
        shapes.check_shape("flatten backward", "dy", dy, (shape[0], prod(shape[1:])))
        return dy.reshape(shape)

    def output_shape(self, shape: Shape) -> Shape:
        """(C, H, W) -> (C·H·W,)."""
        return (prod(shape),)
