"""The shortcut without parameters of residual nets."""

from types import EllipsisType

from minivgg import backend, ops
from minivgg.backend import Array, Shape, Size
from minivgg.layers.arguments import pair_repr, positive_integers
from minivgg.layers.base import Layer
from minivgg.ops import shapes


class SubsamplePad(Layer):
    """Every ``stride``-th pixel, and channels of zeros after those of the input.

    (N, C, H, W) -> (N, out_channels, ⌈H/stride⌉, ⌈W/stride⌉): the shortcut where a residual net
    halves its feature maps and has more filters.

    Parameters
    ----------
    in_channels, out_channels : int
        Out is at least in.
    stride : int or (int, int)
        In pixels; a pair is (height, width).

    Raises
    ------
    ValueError
        If there are fewer output than input channels.

    References
    ----------
    He et al. 2015, "Deep Residual Learning for Image Recognition", §3.3: option A.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: Size = 2) -> None:
        super().__init__()
        self.in_channels, self.out_channels = positive_integers(
            "SubsamplePad", in_channels=in_channels, out_channels=out_channels
        )
        self.stride = ops.pair(stride, "SubsamplePad: stride", least=1)
        if self.out_channels < self.in_channels:
            raise ValueError(
                f"SubsamplePad: channels can be added, not removed: {in_channels} to {out_channels}"
            )

    def forward(self, x: Array) -> Array:
        """x (N, C, H, W) -> (N, out_channels, ⌈H/stride⌉, ⌈W/stride⌉)."""
        shapes.check_float("SubsamplePad", x=x)
        shapes.check_images("SubsamplePad", x, self.in_channels)
        y = backend.namespace(x).zeros((x.shape[0], *self.output_shape(x.shape[1:])), x.dtype)
        y[:, : self.in_channels] = x[self._sampled()]
        return self.save_for_backward(y, (x.shape, y[:0]))

    def backward(self, dy: Array) -> Array:
        """dy at the pixels that were taken, 0 at the others."""
        shape, like = self.saved_for_backward()
        shapes.check_float("SubsamplePad backward", dy=dy, y=like)
        shapes.check_shape("SubsamplePad backward", "dy", dy, (shape[0], *like.shape[1:]))
        dx = backend.namespace(dy).zeros(shape, dy.dtype)
        dx[self._sampled()] = dy[:, : self.in_channels]
        return dx

    def _sampled(self) -> tuple[EllipsisType | slice, ...]:
        """The index of the pixels that are taken."""
        return (..., *(slice(None, None, step) for step in self.stride))

    def output_shape(self, shape: Shape) -> Shape:
        """(C, H, W) -> (out_channels, ⌈H/stride⌉, ⌈W/stride⌉)."""
        sides = zip(shape[1:], self.stride, strict=True)
        return self.out_channels, *(-(-side // step) for side, step in sides)

    def __repr__(self) -> str:
        stride = pair_repr(self.stride)
        return f"SubsamplePad({self.in_channels}, {self.out_channels}, stride={stride})"
