"""The convolutional layer."""

from math import prod

from minivgg import ops
from minivgg.backend import Array, Shape, Size
from minivgg.backend.geometry import window_size
from minivgg.layers.arguments import pair_repr, positive_integers, window_repr
from minivgg.layers.base import Layer
from minivgg.layers.initializers import Initializer
from minivgg.layers.parameter import new_parameter
from minivgg.ops import shapes
from minivgg.ops.conv import AlgorithmName, Padding, checked_padding


class Conv2d(Layer):
    """Convolution, (N, C, H, W) -> (N, O, OH, OW): see ``ops.conv2d``.

    Arguments are PyTorch's, with ``dilation`` by name. The filters have the shape
    (O, C/groups, kh, kw) and lie in memory as (kh, kw, C/groups, O), the order that convolution
    reads them in.

    Parameters
    ----------
    in_channels, out_channels : int
        C and O.
    kernel_size, stride, padding : int or (int, int)
        In pixels; a pair is (height, width). The border is zeros. The padding "same", for stride 1,
        keeps the size of the images.
    groups : int
        Into how many independent convolutions the channels are split.
    bias : bool
        Whether to add a bias, which begins at 0.
    dilation : int or (int, int)
        The distance in pixels between what neighbouring weights of a filter see.
    initializer : str or callable
        Draws the filters, see ``initializers.get``.
    algorithm : {"auto", "im2col", "winograd", "direct", "textbook"}
        How it is computed, see ``ops.conv2d``.

    Raises
    ------
    ValueError
        If a number is too small, the channels cannot be split into the groups, or the padding is
        "same" with a stride.
    TypeError
        If a number is not an integer.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import layers
    >>> conv = layers.Conv2d(3, 64, kernel_size=3, padding=1)
    >>> conv(np.zeros((2, 3, 32, 32), np.float32)).shape
    (2, 64, 32, 32)
    >>> conv.parameters()
    {'weight': Parameter(64, 3, 3, 3), 'bias': Parameter(64,)}

    A 3×3 kernel that spans 5×5 pixels:

    >>> layers.Conv2d(3, 8, 3, padding="same", dilation=2).output_shape((3, 32, 32))
    (8, 32, 32)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Padding = 0,
        groups: int = 1,
        bias: bool = True,
        *,
        dilation: Size = 1,
        initializer: str | Initializer = "kaiming_normal",
        algorithm: AlgorithmName = "auto",
    ) -> None:
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
        self.dilation = ops.pair(dilation, "Conv2d: dilation", least=1)
        self.padding = checked_padding(padding, "Conv2d")
        if self.padding == "same":
            shapes.same_padding(self._window(), self.stride, "Conv2d")  # raises if it cannot be
        self.algorithm: AlgorithmName = algorithm
        shape = (self.out_channels, self.in_channels // self.groups, *self.kernel_size)
        self.weight = new_parameter(shape, initializer)
        self.weight.data = ops.filters_channels_last(self.weight.array)
        self.bias = new_parameter((self.out_channels,), "zeros") if bias else None

    def forward(self, x: Array, relu: bool = False, pool: bool = False) -> Array:
        """x (N, C, H, W) -> y (N, O, OH, OW), or max(y, 0) with ``relu``.

        pool: whether to return the largest of each 2×2 pixels of that, in eval mode.
        """
        y, saved = ops.conv2d(
            x,
            self.weight.array,
            self.bias.array if self.bias else None,
            self.stride,
            self.padding,
            self.groups,
            self.algorithm,
            dilation=self.dilation,
            relu=relu,
            pool=pool,
            filter_cache=self.weight.cache,
        )
        return self.save_for_backward(y, saved)

    def backward(self, dy: Array, need_dx: bool = True, relu: bool = False) -> Array | None:
        """dy (N, O, OH, OW) -> dx (N, C, H, W), or None without ``need_dx``.

        relu: x is the output of a ReLU, and the gradient with respect to its input is wanted.
        """
        need_dw = not (self.weight.frozen and (self.bias is None or self.bias.frozen))
        dx, dw, db = ops.conv2d_backward(
            dy, self.saved_for_backward(), need_dx, need_dw=need_dw, relu=relu
        )
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
        """(C, H, W) -> (O, OH, OW)."""
        if self.padding == "same":
            return (self.out_channels, *shape[-2:])
        sides = shapes.output_sizes(shape, self._window(), self.stride, self.padding)
        return (self.out_channels, *sides)

    def macs(self, shape: Shape) -> int:
        """OH·OW·O·(C/groups)·kh·kw: every weight is used once for each output pixel."""
        return prod(self.output_shape(shape)[1:]) * self.weight.array.size

    def border(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The padding at the beginning and at the end, which can differ with "same".

        Returns
        -------
        begin, end : (int, int)
            ((top, left), (bottom, right)), in pixels.
        """
        if self.padding != "same":
            return self.padding, self.padding
        rows, columns = self._window()
        top, left = shapes.same_padding(self._window(), self.stride, "Conv2d")
        return (top, left), (rows - 1 - top, columns - 1 - left)

    def _window(self) -> tuple[int, int]:
        return window_size(self.kernel_size, self.dilation)

    def __repr__(self) -> str:
        groups = f", groups={self.groups}" if self.groups > 1 else ""
        dilation = f", dilation={pair_repr(self.dilation)}" if self.dilation != (1, 1) else ""
        window = f"{pair_repr(self.kernel_size)}{window_repr(self, default_stride=(1, 1))}"
        return f"Conv2d({self.in_channels}, {self.out_channels}, {window}{dilation}{groups})"
