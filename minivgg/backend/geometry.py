"""The windows of a convolution or a pooling, as the operations pass them to the kernels."""

from typing import NamedTuple


def window_size(kernel: tuple[int, int], dilation: tuple[int, int]) -> tuple[int, int]:
    """The pixels from the first to the last that a kernel sees: dilation · (kernel − 1) + 1.

    Parameters
    ----------
    kernel, dilation : (int, int)
        As (height, width).

    Returns
    -------
    height, width : int
        In pixels.
    """
    (kh, kw), (dh, dw) = kernel, dilation
    return dh * (kh - 1) + 1, dw * (kw - 1) + 1


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
        How many windows there are, (OH, OW). The last ones may reach beyond the padding, where
        there are zeros as well.
    dilation : (int, int)
        The distance in pixels between two neighbouring places of the kernel.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    groups: int
    out: tuple[int, int]
    dilation: tuple[int, int] = (1, 1)

    @property
    def window(self) -> tuple[int, int]:
        """The ``window_size`` of the kernel: height and width in pixels."""
        return window_size(self.kernel, self.dilation)

    @property
    def is_pointwise(self) -> bool:
        """Whether the windows are the pixels: all sizes and steps are 1, and nothing is padded."""
        return self.kernel == self.stride == (1, 1) and self.padding == (0, 0)

    def padded_size(self, height: int, width: int) -> tuple[int, int]:
        """Rows and columns of an image with its padding, and as far as the last window reaches.

        Parameters
        ----------
        height, width : int
            Of the image.

        Returns
        -------
        rows, columns : int
            For an array that holds all windows.
        """
        rows, columns = (
            max(size + 2 * p, (o - 1) * s + k)
            for size, p, o, s, k in zip(
                (height, width), self.padding, self.out, self.stride, self.window, strict=True
            )
        )
        return rows, columns


def pool_by_two(height: int, width: int) -> Geometry:
    """The windows of VGG's max-pool: 2×2 pixels, side by side.

    Parameters
    ----------
    height, width : int
        Of the map; a last row or column that is left over is in no window.

    Returns
    -------
    geometry : Geometry
        Its windows.
    """
    return Geometry((2, 2), (2, 2), (0, 0), 1, (height // 2, width // 2))
