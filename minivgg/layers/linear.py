"""The fully connected layer, and the flattening before the first one."""

from math import prod

from minivgg import ops
from minivgg.layers.arguments import positive_integers
from minivgg.layers.base import Layer
from minivgg.layers.parameter import new_parameter
from minivgg.ops import shapes


class Linear(Layer):
    """Fully connected, (N, D) -> (N, O): y = x·wᵀ + b.

    Arguments are PyTorch's; weights are drawn by ``initializer``, biases are 0.
    """

    def __init__(self, in_features, out_features, bias=True, *, initializer="kaiming_normal"):
        super().__init__()
        self.in_features, self.out_features = positive_integers(
            "Linear", in_features=in_features, out_features=out_features
        )
        self.weight = new_parameter((self.out_features, self.in_features), initializer)
        self.bias = new_parameter((self.out_features,), "zeros") if bias else None

    def forward(self, x):
        """x (N, D) -> (N, O)."""
        bias = self.bias.array if self.bias else None
        return self._save_for_backward(*ops.linear(x, self.weight.array, bias))

    def backward(self, dy, need_dx=True):
        """dy (N, O) -> dx (N, D), or None without ``need_dx``."""
        dx, dw, db = ops.linear_backward(dy, self._saved(), need_dx)
        self.weight.add_grad(dw)
        if self.bias:
            self.bias.add_grad(db)
        return dx

    def backward_parameters(self, dy):
        """As ``backward`` without dx; see ``Layer``."""
        self.backward(dy, need_dx=False)
        self.clear_saved()

    def output_shape(self, shape):
        """(D,) -> (O,)."""
        return (self.out_features,)

    def macs(self, shape):
        """D·O: every weight is used once."""
        return self.weight.array.size

    def __repr__(self):
        return f"Linear({self.in_features}, {self.out_features})"


class Flatten(Layer):
    """(N, ...) -> (N, D); images (N, C, H, W) channel by channel, whatever the order in memory."""

    def forward(self, x):
        """x (N, ...) -> (N, D), in C order."""
        shapes.check_float("flatten", x=x)
        return self._save_for_backward(x.reshape(x.shape[0], prod(x.shape[1:])), x.shape)

    def backward(self, dy):
        """dy (N, D) -> (N, ...)."""
        shape = self._saved()
        shapes.check_float("flatten backward", dy=dy)
        shapes.check_shape("flatten backward", "dy", dy, (shape[0], prod(shape[1:])))
        return dy.reshape(shape)

    def output_shape(self, shape):
        """(C, H, W) -> (C·H·W,)."""
        return (prod(shape),)
