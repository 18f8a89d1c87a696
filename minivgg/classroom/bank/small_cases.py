"""Small geometries for the public checks: each differs from another one in a single factor.

What is right for some of them only shows which factor a function does not handle: the padding, the
stride, images or kernels that are not square, several images, channels or filters.
"""

from typing import NamedTuple

from minivgg.classroom.tasks import array, distinct
from minivgg.utils.files import JsonObject


class Convolution(NamedTuple):
    """A convolution that is small enough to be computed by hand."""

    about: str
    n: int
    c: int
    h: int
    w: int
    f: int
    kh: int
    kw: int
    stride: int
    padding: int

    @property
    def output(self) -> tuple[int, int]:
        """(OH, OW)."""
        sides = ((self.h, self.kh), (self.w, self.kw))
        oh, ow = ((side + 2 * self.padding - k) // self.stride + 1 for side, k in sides)
        return oh, ow


# right and below, outside of the windows
_WITH_LARGE_BORDER = [
    [3.0, -2.0, 5.0, 1.0, 21.0],
    [7.0, 4.0, -6.0, 2.0, 24.0],
    [-1.0, 8.0, 6.0, -3.0, 22.0],
    [9.0, -5.0, -4.0, 10.0, 25.0],
    [23.0, 27.0, 20.0, 26.0, 28.0],
]


class Pooling(NamedTuple):
    """A pooling of windows of size×size that is small enough to be computed by hand."""

    about: str
    n: int
    c: int
    h: int
    w: int
    size: int
    stride: int

    @property
    def output(self) -> tuple[int, int]:
        """(OH, OW)."""
        oh, ow = ((side - self.size) // self.stride + 1 for side in (self.h, self.w))
        return oh, ow

    @property
    def image(self) -> JsonObject:
        """Where rows and columns of a single image are left over, they have the largest numbers."""
        has_remainder = any((side - self.size) % self.stride for side in (self.h, self.w))
        if not has_remainder or self.n * self.c > 1:
            return distinct(self.n, self.c, self.h, self.w)
        return array([[[row[-self.w :] for row in _WITH_LARGE_BORDER[-self.h :]]]])


TWO_FILTERS = Convolution("two filters", 1, 1, 3, 3, 2, 2, 2, 1, 0)  # im2col has no filters

CONVOLUTIONS = (
    #            about                               N  C  H  W  F kh kw stride padding
    Convolution("a 3×3 image, a 2×2 kernel",         1, 1, 3, 3, 1, 2, 2, 1, 0),
    Convolution("two images",                        2, 1, 3, 3, 1, 2, 2, 1, 0),
    Convolution("two channels",                      1, 2, 3, 3, 1, 2, 2, 1, 0),
    Convolution("two images, two channels",          2, 2, 3, 3, 1, 2, 2, 1, 0),
    Convolution("a 4×3 image",                       1, 1, 4, 3, 1, 2, 2, 1, 0),
    Convolution("two 3×4 images",                    2, 1, 3, 4, 1, 2, 2, 1, 0),
    Convolution("two channels, a 2×1 kernel",        1, 2, 3, 3, 1, 2, 1, 1, 0),
    Convolution("a 1×2 kernel",                      1, 1, 3, 3, 2, 1, 2, 1, 0),
    Convolution("two images, a 1×1 kernel",          2, 1, 3, 3, 1, 1, 1, 1, 0),
    Convolution("an image as large as the kernel",   1, 1, 2, 2, 1, 2, 2, 1, 0),
    Convolution("stride 2, one row and column left", 1, 1, 3, 3, 1, 2, 2, 2, 0),
    Convolution("stride 2, a 4×4 image",             1, 1, 4, 4, 1, 2, 2, 2, 0),
    Convolution("a 2×2 kernel, padding 1",           1, 1, 2, 2, 1, 2, 2, 1, 1),
    Convolution("a 3×3 kernel, padding 1",           1, 1, 2, 2, 2, 3, 3, 1, 1),
    Convolution("a 1×2 kernel, padding 1",           1, 1, 2, 2, 2, 1, 2, 1, 1),
    Convolution("a 3×2 image, padding 1",            1, 1, 3, 2, 1, 2, 2, 1, 1),
    Convolution("a 2×3 image, padding 1",            1, 1, 2, 3, 1, 2, 2, 1, 1),
    Convolution("stride 2, padding 1",               1, 1, 2, 2, 1, 2, 2, 2, 1),
    Convolution("two images, stride 2, padding 1",   2, 1, 2, 2, 1, 2, 2, 2, 1),
    Convolution("two channels, stride 2, padding 1", 1, 2, 2, 2, 1, 2, 2, 2, 1),
    Convolution("two of both, stride 2, padding 1",  2, 2, 2, 2, 1, 2, 2, 2, 1),
    Convolution("stride 2, padding 2",               1, 1, 2, 2, 2, 2, 2, 2, 2),
    Convolution("stride 3, padding 2",               1, 1, 2, 2, 2, 2, 2, 3, 2),
)  # fmt: skip

POOLINGS = (
    #        about                                   N  C  H  W size stride
    Pooling("a 4×4 image",                           1, 1, 4, 4, 2, 2),
    Pooling("two images",                            2, 1, 4, 4, 2, 2),
    Pooling("two channels",                          1, 2, 4, 4, 2, 2),
    Pooling("two 4×2 images",                        2, 1, 4, 2, 2, 2),
    Pooling("two channels of 2×4",                   1, 2, 2, 4, 2, 2),
    Pooling("one window",                            1, 1, 2, 2, 2, 2),
    Pooling("one row and column left over",          1, 1, 5, 5, 2, 2),
    Pooling("two rows and columns left over",        1, 1, 5, 5, 3, 3),
    Pooling("2×2, stride 1",                         1, 1, 4, 4, 2, 1),
    Pooling("3×3, stride 1",                         1, 1, 4, 4, 3, 1),
    Pooling("3×3, stride 2, a 5×5 image",            1, 1, 5, 5, 3, 2),
    Pooling("two images, stride 1",                  2, 1, 4, 4, 2, 1),
    Pooling("two 4×3 images, stride 1",              2, 1, 4, 3, 2, 1),
    Pooling("two channels of 2×4, stride 1",         1, 2, 2, 4, 2, 1),
    Pooling("3×3, stride 2, one row and column left over", 1, 1, 4, 4, 3, 2),
    Pooling("2×2, stride 3, a 5×5 image",            1, 1, 5, 5, 2, 3),
    Pooling("two images, 1×1, stride 2",             2, 1, 4, 4, 1, 2),
)  # fmt: skip
