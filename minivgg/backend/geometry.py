"""The windows of a convolution or a pooling, as the operations pass them to the kernels."""

from typing import NamedTuple


class Geometry(NamedTuple):
    """The windows over images.

    Parameters
    ----------
    kernel, stride, padding : (int, int)
        As in ``ops.conv2d``: height and width in pixels. Windows of a pooling may also reach beyond
        the end of the padding (``ceil_mode``).
    groups : int
        Into how many independent groups the channels are split.
    out : (int, int)
        How many windows there are, (OH, OW).
    """

    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    groups: int
    out: tuple[int, int]
