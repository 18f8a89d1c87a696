"""Pooling: the largest pixel or the mean of each window, or of the whole feature map."""

from minivgg import ops
from minivgg.layers.arguments import pair_repr, window_repr
from minivgg.layers.base import Layer
from minivgg.ops import shapes


class _Pool2d(Layer):
    """Windows of kernel_size pixels, ``stride`` apart (kernel_size by default)."""

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

    def _windows(self):
        return self.kernel_size, self.stride, self.padding, self.ceil_mode

    def output_shape(self, shape):
        """(C, H, W) -> (C, OH, OW)."""
        return (shape[0], *shapes.output_sizes(shape, *self._windows()))

    def __repr__(self):
        window = f"{pair_repr(self.kernel_size)}{window_repr(self, self.kernel_size)}"
        return f"{type(self).__name__}({window}{', ceil_mode=True' if self.ceil_mode else ''})"


class MaxPool2d(_Pool2d):
    """The largest pixel of each window, (N, C, H, W) -> (N, C, OH, OW): see ``ops.max_pool2d``.

    Arguments are PyTorch's.
    """

    def forward(self, x):
        """x (N, C, H, W) -> (N, C, OH, OW)."""
        return self._save_for_backward(*ops.max_pool2d(x, *self._windows()))

    def backward(self, dy, relu=False):
        """Each dy to the pixel that won its window.

        relu: x is the output of a ReLU, and the gradient with respect to its input is wanted.
        """
        return ops.max_pool2d_backward(dy, self._saved(), relu=relu)


class AvgPool2d(_Pool2d):
    """The mean of each window, (N, C, H, W) -> (N, C, OH, OW): see ``ops.avg_pool2d``.

    Arguments are PyTorch's.
    """

    def __init__(
        self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True
    ):
        super().__init__(kernel_size, stride, padding, ceil_mode)
        self.count_include_pad = count_include_pad

    def forward(self, x):
        """x (N, C, H, W) -> (N, C, OH, OW)."""
        return self._save_for_backward(*ops.avg_pool2d(x, *self._windows(), self.count_include_pad))

    def backward(self, dy):
        """Each dy in equal shares to the pixels of its window."""
        return ops.avg_pool2d_backward(dy, self._saved())


class GlobalAvgPool2d(Layer):
    """The mean of each channel over all pixels, (N, C, H, W) -> (N, C)."""

    def forward(self, x):
        """x (N, C, H, W) -> (N, C)."""
        y, saved = ops.avg_pool2d(x, x.shape[2:])
        return self._save_for_backward(y.reshape(x.shape[:2]), saved)

    def backward(self, dy):
        """dy (N, C) in equal shares to all pixels."""
        return ops.avg_pool2d_backward(dy[:, :, None, None], self._saved())

    def output_shape(self, shape):
        """(C, H, W) -> (C,)."""
        return shape[:1]


class GlobalMaxPool2d(Layer):
    """The largest pixel of each channel, (N, C, H, W) -> (N, C)."""

    def forward(self, x):
        """x (N, C, H, W) -> (N, C)."""
        y, saved = ops.max_pool2d(x, x.shape[2:])
        return self._save_for_backward(y.reshape(x.shape[:2]), saved)

    def backward(self, dy):
        """dy (N, C) to the largest pixel of each channel."""
        return ops.max_pool2d_backward(dy[:, :, None, None], self._saved())

    def output_shape(self, shape):
        """(C, H, W) -> (C,)."""
        return shape[:1]
