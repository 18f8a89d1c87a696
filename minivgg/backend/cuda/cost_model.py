"""What each algorithm for convolution costs on a GPU: estimates from the rates of one card.

Multiplications and bytes moved, divided by the rates of an H100 (80 GB, HBM3): 51.5 TFLOP/s of a
large product in float32 and 2.97 TB/s of a copy, both measured by ``benchmarks/gpu``. A product
takes the longer of the two times; passes over memory, of im2col and of Winograd's transforms, take
that of memory. Every array counts as float32, since only the comparison of algorithms matters.
In TF32 products are several times as fast; for the layers of VGG that would change no choice here,
as F(4×4) moves the fewest bytes. Of four layers measured on the card it was the fastest in float32
for all, in TF32 for all but perhaps the maps of 14×14.
"""

from minivgg.backend.conv_algorithms import Algorithm, CostModel
from minivgg.backend.geometry import Geometry

MULTIPLY_ADDS_PER_NS = 51.5e12 / 2 / 1e9
BYTES_PER_NS = 2970.0
FLOAT32_BYTES = 4
LAUNCH_NS = 5_000.0  # between the starts of two kernels: an estimate


def nanoseconds(algorithm: Algorithm, n: int, c: int, o: int, geometry: Geometry) -> float:
    """The cost of convolving n images, c -> o channels, with a ``Geometry``."""
    if algorithm.tile_size:
        return _winograd(algorithm.tile_size, n, c, o, geometry)
    return _im2col(n, c, o, geometry)


def _im2col(n: int, c: int, o: int, geometry: Geometry) -> float:
    """The matrix is written and read; y is written, and once more with bias and ReLU."""
    (kh, kw), (oh, ow) = geometry.kernel, geometry.out
    rows, places = n * oh * ow, kh * kw
    cols, y, filters = rows * places * c, rows * o, places * c * o // geometry.groups
    gather = _pass(cols + rows * c)
    product = _product(rows * filters, cols + filters + y)
    return gather + product + _pass(2 * y)


def _winograd(m: int, n: int, c: int, o: int, geometry: Geometry) -> float:
    """Tiles are written by the input transform, multiplied, and read by the output transform."""
    oh, ow = geometry.out
    tiles, positions = n * -(-oh // m) * -(-ow // m), (m + 2) ** 2
    v, u, p = positions * tiles * c, positions * c * o, positions * tiles * o
    transforms = _pass(9 * c * o + u) + _pass(v + v) + _pass(p + n * oh * ow * o)
    return transforms + _product(positions * tiles * c * o, v + u + p)


def _pass(numbers: int) -> float:
    """A kernel that moves ``numbers`` values between memory and the processors."""
    return LAUNCH_NS + numbers * FLOAT32_BYTES / BYTES_PER_NS


def _product(multiply_adds: int, numbers: int) -> float:
    """A product that reads and writes this many numbers."""
    return LAUNCH_NS + max(
        multiply_adds / MULTIPLY_ADDS_PER_NS, numbers * FLOAT32_BYTES / BYTES_PER_NS
    )


COST_MODEL = CostModel(
    "gpu",
    (Algorithm.IM2COL, Algorithm.WINOGRAD_2, Algorithm.WINOGRAD_4),
    nanoseconds,
    "estimates, ms",
)
