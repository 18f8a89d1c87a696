"""The convolutional layer."""

from math import prod

from minivgg import ops
from minivgg.layers.arguments import pair_repr, positive_integers, window_repr
from minivgg.layers.base import Layer
from minivgg.layers.parameter import new_parameter
from minivgg.ops import shapes


class Conv2d(Layer):
    """Convolution, (N, C, H, W) -> (N, O, OH, OW): see ``ops.conv2d``.

    Arguments are PyTorch's; weights are drawn by ``initializer``, biases are 0. algorithm: how it
    is computed, as in ``ops.conv2d``. The filters have the shape (O, C/groups, kh, kw) and lie in
    memory as (kh, kw, C/groups, O), the order that convolution reads them in.
    """

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        groups=1,
        bias=True,
        *,
        initializer="kaiming_normal",
        algorithm="auto",
    ):
        super().__init__()
        self.in_channels, self.out_channels, self.groups = positive_integers(
            "Conv2d", in_channels=in_channels, out_channels=out_channels, groups=groups
        )
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise ValueError(
                f"Conv2d: {in_channels} input and {out_channels} output channels cannot both be "
                f"split into {groups} groups"
            )
        self.kernel_size = ops.pair(kernel_size, "Conv2d: kernel_size", least=1)
        self.stride = ops.pair(stride, "Conv2d: stride", least=1)
        self.padding = ops.pair(padding, "Conv2d: padding")
        self.algorithm = algorithm
        shape = (self.out_channels, self.in_channels // self.groups, *self.kernel_size)
        self.weight = new_parameter(shape, initializer)
        self.weight.data = ops.filters_channels_last(self.weight.array)
        self.bias = new_parameter((self.out_channels,), "zeros") if bias else None

    def forward(self, x, relu=False):
        """x (N, C, H, W) -> y (N, O, OH, OW), or max(y, 0) with ``relu``."""
        y, saved = ops.conv2d(
            x,
            self.weight.array,
            self.bias.array if self.bias else None,
            self.stride,
            self.padding,
            self.groups,
            self.algorithm,
            relu=relu,
            filter_cache=self.weight.cache,
        )
        return self._save_for_backward(y, saved)

    def backward(self, dy, need_dx=True, relu=False):
        """dy (N, O, OH, OW) -> dx (N, C, H, W), or None without ``need_dx``.

        relu: x is the output of a ReLU, and the gradient with respect to its input is wanted.
        """
        dx, dw, db = ops.conv2d_backward(dy, self._saved(), need_dx, relu=relu)
        self.weight.add_grad(dw)
        if self.bias:
            self.bias.add_grad(db)
        return dx

    def backward_parameters(self, dy):
        """As ``backward`` without dx; see ``Layer``."""
        self.backward(dy, need_dx=False)
        self.clear_saved()

    def output_shape(self, shape):
        """(C, H, W) -> (O, OH, OW)."""
        sides = shapes.output_sizes(shape, self.kernel_size, self.stride, self.padding)
        return (self.out_channels, *sides)

    def macs(self, shape):
        """OH·OW·O·(C/groups)·kh·kw: every weight is used once for each output pixel."""
        return prod(self.output_shape(shape)[1:]) * self.weight.array.size

    def __repr__(self):
        groups = f", groups={self.groups}" if self.groups > 1 else ""
        window = f"{pair_repr(self.kernel_size)}{window_repr(self, default_stride=(1, 1))}"
        return f"Conv2d({self.in_channels}, {self.out_channels}, {window}{groups})"
