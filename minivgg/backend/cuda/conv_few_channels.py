"""Convolution of images with few channels on the GPU: im2col without its matrix.

im2col would write each window of the first layer of a net to memory, for a product of few rows, and
go through y once more for bias and ReLU. A kernel that reads its windows directly writes y once.
"""

from math import prod

from minivgg.backend.cuda.launch import launch
from minivgg.backend.geometry import Geometry
from minivgg.backend.types import Array, GPUArray

MAX_WINDOW_NUMBERS = 32  # C·kh·kw: more are unrolled into too many instructions
PIXELS, FILTERS = 4, 4  # that a thread computes
ALIGNMENT = 16  # bytes that the kernel reads at once


def fits(c: int, geometry: Geometry) -> bool:
    """Whether images of c channels are convolved here."""
    return geometry.groups == 1 and c * prod(geometry.kernel) <= MAX_WINDOW_NUMBERS


def forward(
    x: Array, filters: GPUArray, b: Array | None, geometry: Geometry, relu: bool, y: Array
) -> None:
    """Fill y (N, OH, OW, O) with the convolution of x (N, H, W, C) and filters (kh, kw, C, O).

    b: (O,) or None. relu: whether to take max(y, 0).
    """
    _, h, w, _ = x.shape
    n, oh, ow, o = y.shape
    defines = constants(x.shape[3], o, geometry)
    if filters.data.ptr % ALIGNMENT:
        filters = filters.copy()
    tiles = -(-ow // PIXELS)
    size = n * oh * tiles * (o // defines["FILTERS"])
    sizes = h, w, oh, ow, tiles, relu
    launch("few_channels", "few_channels", size, x, filters, b, y, *sizes, constants=defines)


def constants(c: int, o: int, geometry: Geometry) -> dict[str, int]:
    """The ``#define`` lines that few_channels.cu needs."""
    filters = 1 if o % FILTERS else FILTERS
    names = "KH", "KW", "SH", "SW", "PH", "PW"
    window = zip(names, (*geometry.kernel, *geometry.stride, *geometry.padding), strict=True)
    sizes = {"CHANNELS": c, "OUT_CHANNELS": o, "PIXELS": PIXELS, "FILTERS": filters}
    return sizes | dict(window)
