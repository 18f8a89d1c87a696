"""The layers that do one operation of ``ops`` each.

Shapes: N images, C channels in, O channels out, H height, W width, D features. Arguments are PyTorch's, pairs (height, width)
are allowed wherever a number is, and errors are those of the operation.
"""

from math import prod

import numpy as np

from minivgg import backend, ops
from minivgg.layers.base import Layer, new_parameter
from minivgg.ops import shapes


class Conv2d(Layer):
    """Convolution, (N, C, H, W) -> (N, O, OH, OW): see ``ops.conv2d``. Arguments as PyTorch's; weights by ``initializer``, biases 0.

    algorithm: how to compute it, "auto" (the default), "im2col", "winograd" or "direct".
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
        in_channels, out_channels, groups = _sizes(
            "Conv2d", in_channels=in_channels, out_channels=out_channels, groups=groups
        )
        if in_channels % groups or out_channels % groups:
            raise ValueError(
                f"Conv2d: {in_channels} input and {out_channels} output channels cannot both be split into {groups} groups"
            )
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = ops.pair(kernel_size, "Conv2d: kernel_size", least=1)
        self.stride = ops.pair(stride, "Conv2d: stride", least=1)
        self.padding = ops.pair(padding, "Conv2d: padding")
        self.algorithm = algorithm
        self.weight = new_parameter(
            (out_channels, in_channels // groups, *self.kernel_size), initializer
        )
        self.weight.data = ops.filters_channels_last(self.weight.data)
        self.bias = new_parameter((out_channels,), "zeros") if bias else None

    def forward(self, x, relu=False):
        """x (N, C, H, W) -> (N, O, OH, OW); relu: max(·, 0) of it, for a ReLU layer that follows."""
        weight, kept = (self.weight.data, None) if self.training else self.weight.unchanged()
        bias, where = (
            self.bias.data if self.bias else None,
            (self.stride, self.padding, self.groups, self.algorithm),
        )
        return self._remember(*ops.conv2d(x, weight, bias, *where, relu=relu, kept_filters=kept))

    def backward(self, dy, need_dx=True, relu=False):
        """dy (N, O, OH, OW) -> dx (N, C, H, W), or None where it is not needed; relu: back through a ReLU layer before this one as well."""
        dx, dw, db = ops.conv2d_backward(dy, self._recall(), need_dx, relu=relu)
        self.weight.add_grad(dw)
        if self.bias:
            self.bias.add_grad(db)
        return dx

    def backward_parameters(self, dy):
        """As ``backward`` without dx; see ``Layer``."""
        self.backward(dy, need_dx=False)
        self.forget()

    def output_shape(self, shape):
        """(C, H, W) -> (O, OH, OW)."""
        return (
            self.out_channels,
            *shapes.output_sizes(shape, self.kernel_size, self.stride, self.padding),
        )

    def macs(self, shape):
        """OH·OW·O·(C/groups)·kh·kw: each number of the filter is multiplied and added once for each output pixel."""
        return prod(self.output_shape(shape)[1:]) * self.weight.data.size

    def __repr__(self):
        groups = f", groups={self.groups}" if self.groups > 1 else ""
        return f"Conv2d({self.in_channels}, {self.out_channels}, {_short(self.kernel_size)}{_step(self)}{groups})"


class Linear(Layer):
    """Fully connected, (N, D) -> (N, O): y = x·wᵀ + b. Arguments as PyTorch's; weights by ``initializer``, biases 0."""

    def __init__(self, in_features, out_features, bias=True, *, initializer="kaiming_normal"):
        super().__init__()
        self.in_features, self.out_features = _sizes(
            "Linear", in_features=in_features, out_features=out_features
        )
        self.weight = new_parameter((out_features, in_features), initializer)
        self.bias = new_parameter((out_features,), "zeros") if bias else None

    def forward(self, x):
        """x (N, D) -> (N, O)."""
        return self._remember(
            *ops.linear(x, self.weight.data, self.bias.data if self.bias else None)
        )

    def backward(self, dy, need_dx=True):
        """dy (N, O) -> dx (N, D), or None where it is not needed."""
        dx, dw, db = ops.linear_backward(dy, self._recall(), need_dx)
        self.weight.add_grad(dw)
        if self.bias:
            self.bias.add_grad(db)
        return dx

    def backward_parameters(self, dy):
        """As ``backward`` without dx; see ``Layer``."""
        self.backward(dy, need_dx=False)
        self.forget()

    def output_shape(self, shape):
        """(D,) -> (O,)."""
        return (self.out_features,)

    def macs(self, shape):
        """D·O: each weight is used once."""
        return self.weight.data.size

    def __repr__(self):
        return f"Linear({self.in_features}, {self.out_features})"


class ReLU(Layer):
    """max(x, 0), any shape."""

    def forward(self, x):
        """x -> max(x, 0)."""
        return self._remember(*ops.relu(x))

    def take(self, y):
        """y = max(x, 0), computed by the layer before -> y itself, remembered as if it had been computed here."""
        return self._remember(y, y)

    def backward(self, dy):
        """dy where the output was positive."""
        return ops.relu_backward(dy, self._recall())


class Dropout(Layer):
    """Inverted dropout, any shape: while training drops each element with probability p and scales the rest; see ``ops.dropout``."""

    random = True

    def __init__(self, p=0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"Dropout: p is the probability to drop, between 0 and 1, got {p}")
        self.p = p

    def forward(self, x):
        """x -> x · mask / (1 − p) while training, x itself while testing."""
        return self._remember(*ops.dropout(x, self.p)) if self.training else self._remember(x, None)

    def backward(self, dy):
        """dy · mask / (1 − p), with the mask of the last forward pass."""
        return ops.dropout_backward(dy, self._recall())

    def __repr__(self):
        return f"Dropout({self.p})"


class Flatten(Layer):
    """(N, ...) -> (N, D), for images (N, C, H, W) channel by channel as in PyTorch, whatever the order in memory."""

    def forward(self, x):
        """x (N, ...) -> (N, D), in C order."""
        shapes.check_float("flatten", x=x)
        return self._remember(x.reshape(x.shape[0], prod(x.shape[1:])), x.shape)

    def backward(self, dy):
        """dy (N, D) -> (N, ...)."""
        shape = self._recall()
        shapes.check_float("flatten backward", dy=dy)
        shapes.check_shape("flatten backward", "dy", dy, (shape[0], prod(shape[1:])))
        return dy.reshape(shape)

    def output_shape(self, shape):
        """(C, H, W) -> (C·H·W,)."""
        return (prod(shape),)


class _Pool2d(Layer):
    """What both poolings share: windows of kernel_size pixels at steps of stride (default: kernel_size)."""

    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False):
        super().__init__()
        name = type(self).__name__
        self.kernel_size = ops.pair(kernel_size, f"{name}: kernel_size", least=1)
        self.stride = ops.pair(
            kernel_size if stride is None else stride, f"{name}: stride", least=1
        )
        self.padding = ops.pair(padding, f"{name}: padding")
        shapes.check_pool_padding(name, self.kernel_size, self.padding)
        self.ceil_mode = ceil_mode

    def output_shape(self, shape):
        """(C, H, W) -> (C, OH, OW)."""
        return (
            shape[0],
            *shapes.output_sizes(
                shape, self.kernel_size, self.stride, self.padding, self.ceil_mode
            ),
        )

    def __repr__(self):
        return f"{type(self).__name__}({_short(self.kernel_size)}{_step(self)}{', ceil_mode=True' if self.ceil_mode else ''})"


class MaxPool2d(_Pool2d):
    """The largest pixel of each window, (N, C, H, W) -> (N, C, OH, OW): see ``ops.max_pool2d``. Arguments as PyTorch's."""

    def forward(self, x):
        """x (N, C, H, W) -> (N, C, OH, OW)."""
        return self._remember(
            *ops.max_pool2d(x, self.kernel_size, self.stride, self.padding, self.ceil_mode)
        )

    def backward(self, dy, relu=False):
        """Each dy to the pixel that won its window; relu: back through a ReLU layer before this one as well."""
        return ops.max_pool2d_backward(dy, self._recall(), relu=relu)


class AvgPool2d(_Pool2d):
    """The mean of each window, (N, C, H, W) -> (N, C, OH, OW): see ``ops.avg_pool2d``. Arguments as PyTorch's."""

    def __init__(
        self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True
    ):
        super().__init__(kernel_size, stride, padding, ceil_mode)
        self.count_include_pad = count_include_pad

    def forward(self, x):
        """x (N, C, H, W) -> (N, C, OH, OW)."""
        window = (self.kernel_size, self.stride, self.padding, self.ceil_mode)
        return self._remember(*ops.avg_pool2d(x, *window, self.count_include_pad))

    def backward(self, dy):
        """Each dy in equal shares to the pixels of its window."""
        return ops.avg_pool2d_backward(dy, self._recall())


class GlobalAvgPool2d(Layer):
    """The mean of each channel over all pixels, (N, C, H, W) -> (N, C)."""

    def forward(self, x):
        """x (N, C, H, W) -> (N, C)."""
        y, saved = ops.avg_pool2d(x, x.shape[2:])
        return self._remember(y.reshape(x.shape[:2]), saved)

    def backward(self, dy):
        """dy (N, C) in equal shares to all pixels."""
        return ops.avg_pool2d_backward(dy[:, :, None, None], self._recall())

    def output_shape(self, shape):
        """(C, H, W) -> (C,)."""
        return shape[:1]


class GlobalMaxPool2d(Layer):
    """The largest pixel of each channel, (N, C, H, W) -> (N, C)."""

    def forward(self, x):
        """x (N, C, H, W) -> (N, C)."""
        y, saved = ops.max_pool2d(x, x.shape[2:])
        return self._remember(y.reshape(x.shape[:2]), saved)

    def backward(self, dy):
        """dy (N, C) to the largest pixel of each channel."""
        return ops.max_pool2d_backward(dy[:, :, None, None], self._recall())

    def output_shape(self, shape):
        """(C, H, W) -> (C,)."""
        return shape[:1]


class SubsamplePad(Layer):
    """Every ``stride``-th pixel, and channels of zeros behind those that there are: (N, C, H, W) -> (N, out_channels, OH, OW).

    The shortcut without parameters where a residual net halves its maps and has more filters (option A of He et al. 2015, §3.3).
    """

    def __init__(self, in_channels, out_channels, stride=2):
        super().__init__()
        self.in_channels, self.out_channels = _sizes(
            "SubsamplePad", in_channels=in_channels, out_channels=out_channels
        )
        self.stride = ops.pair(stride, "SubsamplePad: stride", least=1)
        if self.out_channels < self.in_channels:
            raise ValueError(
                f"SubsamplePad: channels can be added, not removed: {in_channels} to {out_channels}"
            )

    def forward(self, x):
        """x (N, C, H, W) -> (N, out_channels, ⌈H/stride⌉, ⌈W/stride⌉)."""
        shapes.check_float("SubsamplePad", x=x)
        shapes.check_images("SubsamplePad", x, self.in_channels)
        y = backend.namespace(x).zeros((x.shape[0], *self.output_shape(x.shape[1:])), x.dtype)
        y[:, : self.in_channels] = x[self._kept()]
        return self._remember(y, (x.shape, y[:0]))

    def backward(self, dy):
        """dy of the kept pixels, 0 for the others."""
        shape, like = self._recall()
        shapes.check_float("SubsamplePad backward", dy=dy, y=like)
        shapes.check_shape("SubsamplePad backward", "dy", dy, (shape[0], *like.shape[1:]))
        dx = backend.namespace(dy).zeros(shape, dy.dtype)
        dx[self._kept()] = dy[:, : self.in_channels]
        return dx

    def _kept(self):
        return (..., *(slice(None, None, step) for step in self.stride))

    def output_shape(self, shape):
        """(C, H, W) -> (out_channels, ⌈H/stride⌉, ⌈W/stride⌉)."""
        return self.out_channels, *(
            -(-side // step) for side, step in zip(shape[1:], self.stride, strict=True)
        )

    def __repr__(self):
        return (
            f"SubsamplePad({self.in_channels}, {self.out_channels}, stride={_short(self.stride)})"
        )


class LocalResponseNorm(Layer):
    """Divides by the activity of neighbouring channels: see ``ops.local_response_norm``.

    alpha is the paper's (AlexNet §3.3) and multiplies the sum of squares itself. PyTorch multiplies their mean, so
    ``LocalResponseNorm(5, alpha=1e-4)`` here is ``torch.nn.LocalResponseNorm(5, alpha=5e-4, k=2.0)`` there.
    """

    def __init__(self, size=5, alpha=1e-4, beta=0.75, k=2.0):
        super().__init__()
        (self.size,) = _sizes("LocalResponseNorm", size=size)
        self.alpha, self.beta, self.k = float(alpha), float(beta), float(k)

    def forward(self, x):
        """x (N, C, H, W) -> the same shape."""
        return self._remember(*ops.local_response_norm(x, self.size, self.alpha, self.beta, self.k))

    def backward(self, dy):
        """dy (N, C, H, W) -> dx of the same shape."""
        return ops.local_response_norm_backward(dy, self._recall())

    def __repr__(self):
        return f"LocalResponseNorm({self.size}, alpha={self.alpha:g}, beta={self.beta:g}, k={self.k:g})"


class BatchNorm2d(Layer):
    """Normalises each channel to mean 0 and variance 1, then scales and shifts: see ``ops.batch_norm2d``. Arguments as PyTorch's.

    While training, statistics are the batch's, and the running ones move towards them by ``momentum`` (None: plain average over all
    batches so far); the running variance takes the unbiased estimate. While testing, the running statistics are used.
    """

    buffers = ("running_mean", "running_var", "num_batches_tracked")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        (self.num_features,) = _sizes("BatchNorm2d", num_features=num_features)
        self.eps, self.momentum = eps, momentum
        self.weight = new_parameter((self.num_features,), "ones")
        self.bias = new_parameter((self.num_features,), "zeros")
        self.running_mean = self.bias.data.copy()
        self.running_var = self.weight.data.copy()
        self.num_batches_tracked = backend.namespace().zeros((), np.int64)

    def forward(self, x):
        """x (N, C, H, W) -> the same shape."""
        learning = self.training and not self.weight.frozen
        fixed = () if learning else (self.running_mean, self.running_var)
        y, saved = ops.batch_norm2d(x, self.weight.data, self.bias.data, self.eps, *fixed)
        if learning:
            self._track(*saved[:2], count=x.size // x.shape[1])
        return self._remember(y, saved)

    def backward(self, dy):
        """dy (N, C, H, W) -> dx of the same shape."""
        dx, dweight, dbias = ops.batch_norm2d_backward(dy, self._recall())
        self.weight.add_grad(dweight)
        self.bias.add_grad(dbias)
        return dx

    def _track(self, mean, var, count):
        self.num_batches_tracked += 1
        move = (
            (1 / self.num_batches_tracked).astype(mean.dtype)
            if self.momentum is None
            else float(self.momentum)
        )
        self.running_mean += move * (mean - self.running_mean)
        self.running_var += move * (var * (count / (count - 1)) - self.running_var)

    def __repr__(self):
        return f"BatchNorm2d({self.num_features})"


def _sizes(layer, **sizes):
    """The sizes as plain integers, each at least 1."""
    for name, value in sizes.items():
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise TypeError(f"{layer}: {name} is a whole number, got {value!r}")
        if value < 1:
            raise ValueError(f"{layer}: {name} is at least 1, got {value}")
    return [value.__index__() for value in sizes.values()]


def _short(pair):
    return str(pair[0] if pair[0] == pair[1] else pair)


def _step(layer):
    """The stride and padding of a layer, as far as they are not the usual ones."""
    usual = layer.kernel_size if isinstance(layer, _Pool2d) else (1, 1)
    stride = f", stride={_short(layer.stride)}" if layer.stride != usual else ""
    return stride + (f", padding={_short(layer.padding)}" if layer.padding != (0, 0) else "")
