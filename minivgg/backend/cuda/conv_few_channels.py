"""Convolution of images with few channels on the GPU: im2col without its matrix.

im2col would write each window of the first layer of a net to memory, for a product of few rows, and
go through y once more for bias and ReLU. A kernel that reads its windows directly writes y once,
and another one reads dy once for the gradients of filters and bias.
"""

from functools import cache
from math import prod

from minivgg.backend.cuda.launch import Constants, launch
from minivgg.backend.cuda.sums import sum_rows
from minivgg.backend.cuda.windows import window_constants
from minivgg.backend.devices import cupy
from minivgg.backend.geometry import Geometry
from minivgg.backend.types import Array, GPUArray

MAX_WINDOW_NUMBERS = 32  # C·kh·kw: more are unrolled into too many instructions
PIXELS, FILTERS = 4, 4  # that a thread computes
GRAD_PIXELS, GRAD_FILTERS = 8, 2  # that a thread of the gradient reads at a time, and sums up
MAX_GRAD_THREADS = 1 << 16  # about what the registers of a large card hold
MIN_RUN_PIECES = 4  # of GRAD_PIXELS pixels: a thread that reads fewer mostly writes its sums
ALIGNMENT = 16  # bytes that the kernel reads at once


def fits(c: int, geometry: Geometry) -> bool:
    """Whether images of c channels are convolved here."""
    plain = geometry.groups == 1 and geometry.dilation == (1, 1)
    return plain and c * prod(geometry.kernel) <= MAX_WINDOW_NUMBERS


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


def weight_grad(x: Array, dy: GPUArray, geometry: Geometry) -> tuple[Array, Array]:
    """dw (kh, kw, C, O) and db (O,) from x (N, H, W, C) and dy (N, OH, OW, O)."""
    _, h, w, c = x.shape
    n, oh, ow, o = dy.shape
    defines = constants(c, o, geometry)
    filters = defines["GRAD_FILTERS"]
    if dy.data.ptr % (filters * dy.itemsize):
        dy = dy.copy()
    tiles = -(-ow // GRAD_PIXELS)
    pieces, threads = n * oh * tiles, o // filters
    runs = max(1, min(-(-pieces // MIN_RUN_PIECES), MAX_GRAD_THREADS // threads))
    places = c * prod(geometry.kernel)
    parts = cupy().empty((1, runs, (places + 1) * o), x.dtype)
    sizes = h, w, oh, ow, tiles, pieces, runs
    launch(
        "few_channels",
        "few_channels_grad",
        runs * threads,
        x,
        dy,
        parts,
        *sizes,
        constants=defines,
    )
    total = sum_rows(parts).reshape(places + 1, o)
    return total[:places].reshape(*geometry.kernel, c, o), total[places]


def constants(c: int, o: int, geometry: Geometry) -> Constants:
    """The ``#define`` lines that few_channels.cu needs: one object for images of every size."""
    return _constants(c, o, window_constants(geometry))


@cache
def _constants(c: int, o: int, window: Constants) -> Constants:
    return Constants(
        CHANNELS=c,
        OUT_CHANNELS=o,
        PIXELS=PIXELS,
        FILTERS=1 if o % FILTERS else FILTERS,
        GRAD_PIXELS=GRAD_PIXELS,
        GRAD_FILTERS=1 if o % GRAD_FILTERS else GRAD_FILTERS,
        **window,
    )
