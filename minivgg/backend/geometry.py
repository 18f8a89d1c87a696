"""The windows of a convolution or a pooling, as the operations pass them to the kernels."""

from typing import NamedTuple


class Geometry(NamedTuple):
    """The windows over images, as pairs (height, width) in pixels.

    kernel, stride, padding: as in ``ops.conv2d``; windows of a pooling may also reach beyond the
        end of the padding (``ceil_mode``).
    groups: into how many independent groups the channels are split.
    out: how many windows there are, (OH, OW).
    """

    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    groups: int
    out: tuple[int, int]
