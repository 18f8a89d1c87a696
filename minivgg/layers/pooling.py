"""Pooling: the largest pixel or the mean of each window, or of the whole feature map."""

from minivgg import ops
from minivgg.backend import Array, Shape, Size
from minivgg.layers.arguments import pair_repr, window_repr
from minivgg.layers.base import Layer
from minivgg.ops import shapes


class _Pool2d(Layer):
    """Windows of kernel_size pixels, ``stride`` apart (kernel_size by default)."""

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        self.kernel_size = ops.pair(kernel_size, f"{name}: kernel_size", least=1)
        self.stride = ops.pair(
            kernel_size if stride is None else stride, f"{name}: stride", least=1
        )
        self.padding = ops.pair(padding, f"{name}: padding")
        shapes.check_pool_padding(name, self.kernel_size, self.padding)
        self.ceil_mode = ceil_mode

    def _windows(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int], bool]:
        return self.kernel_size, self.stride, self.padding, self.ceil_mode

    def output_shape(self, shape: Shape) -> Shape:
        """(C, H, W) -> (C, OH, OW)."""
        return (shape[0], *shapes.output_sizes(shape, *self._windows()))

    def __repr__(self) -> str:
        window = f"{pair_repr(self.kernel_size)}{window_repr(self, self.kernel_size)}"
        return f"{type(self).__name__}({window}{', ceil_mode=True' if self.ceil_mode else ''})"


class MaxPool2d(_Pool2d):
    """The largest pixel of each window, (N, C, H, W) -> (N, C, OH, OW): see ``ops.max_pool2d``.

    Parameters
    ----------
    kernel_size : int or (int, int)
        In pixels; a pair is (height, width).
    stride : int or (int, int), optional
        The kernel size by default: windows lie side by side.
    padding : int or (int, int)
        Smaller than the kernel. The border never wins.
    ceil_mode : bool
        Whether to keep a last window that reaches beyond the end.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import layers
    >>> pool = layers.MaxPool2d(2)
    >>> pool(np.array([[[[1.0, 5, 2, 0], [4, 3, 9, 6]]]]))
    array([[[[5., 9.]]]])
    >>> pool.output_shape((64, 224, 224))
    (64, 112, 112)
    """

    def forward(self, x: Array) -> Array:
        """x (N, C, H, W) -> (N, C, OH, OW)."""
        return self.save_for_backward(*ops.max_pool2d(x, *self._windows()))

    def backward(self, dy: Array, relu: bool = False) -> Array:
        """Each dy to the pixel that won its window.

        relu: x is the output of a ReLU, and the gradient with respect to its input is wanted.
        """
        return ops.max_pool2d_backward(dy, self.saved_for_backward(), relu=relu)

    def is_by_two(self) -> bool:
        """Whether this is VGG's pooling: 2×2 pixels, side by side, without a border.

        Returns
        -------
        by_two : bool
            Then ``ops.conv2d`` can do it too, with ``pool=True``.
        """
        return self._windows() == ((2, 2), (2, 2), (0, 0), False)


class AvgPool2d(_Pool2d):
    """The mean of each window, (N, C, H, W) -> (N, C, OH, OW): see ``ops.avg_pool2d``.

    Parameters
    ----------
    kernel_size : int or (int, int)
        In pixels; a pair is (height, width).
    stride : int or (int, int), optional
        The kernel size by default: windows lie side by side.
    padding : int or (int, int)
        Smaller than the kernel. The border is zeros.
    ceil_mode : bool
        Whether to keep a last window that reaches beyond the end.
    count_include_pad : bool
        Whether to divide by the area of the window, border included, or by the number of real
        pixels.
    """

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode)
        self.count_include_pad = count_include_pad

    def forward(self, x: Array) -> Array:
        """x (N, C, H, W) -> (N, C, OH, OW)."""
        return self.save_for_backward(*ops.avg_pool2d(x, *self._windows(), self.count_include_pad))

    def backward(self, dy: Array) -> Array:
        """Each dy in equal shares to the pixels of its window."""
        return ops.avg_pool2d_backward(dy, self.saved_for_backward())


class GlobalAvgPool2d(Layer):
    """The mean of each channel over all pixels, (N, C, H, W) -> (N, C)."""

    def forward(self, x: Array) -> Array:
        """x (N, C, H, W) -> (N, C)."""
        y, saved = ops.avg_pool2d(x, x.shape[2:])
        return self.save_for_backward(y.reshape(x.shape[:2]), saved)

    def backward(self, dy: Array) -> Array:
        """dy (N, C) in equal shares to all pixels."""
        return ops.avg_pool2d_backward(dy[:, :, None, None], self.saved_for_backward())

    def output_shape(self, shape: Shape) -> Shape:
        """(C, H, W) -> (C,)."""
        return shape[:1]


class GlobalMaxPool2d(Layer):
    """The largest pixel of each channel, (N, C, H, W) -> (N, C)."""

    def forward(self, x: Array) -> Array:
        """x (N, C, H, W) -> (N, C)."""
        y, saved = ops.max_pool2d(x, x.shape[2:])
        return self.save_for_backward(y.reshape(x.shape[:2]), saved)

    def backward(self, dy: Array) -> Array:
        """dy (N, C) to the largest pixel of each channel."""
        return ops.max_pool2d_backward(dy[:, :, None, None], self.saved_for_backward())

    def output_shape(self, shape: Shape) -> Shape:
        """(C, H, W) -> (C,)."""
        return shape[:1]
