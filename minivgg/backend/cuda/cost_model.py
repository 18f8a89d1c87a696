"""What each algorithm for convolution costs on a GPU: estimates from the rates of one card.

Operations and bytes, divided by the rates of an H100 (80 GB, HBM3), which ``benchmarks/gpu``
measured: 51.5 TFLOP/s of a large product in float32, 394.5 in TF32, and 2.97 TB/s of a copy. A
kernel takes the longer of its two times. In float32 operations decide, so Winograd's algorithm is
ahead; in TF32 they cost little, and its transforms move as many bytes as before, so im2col is ahead
for small maps of many channels. Every array counts as float32: only the comparison matters.
"""

from functools import partial

from minivgg.backend.conv_algorithms import Algorithm, CostModel
from minivgg.backend.cuda.conv_few_channels import fits as fits_few_channels
from minivgg.backend.cuda.conv_im2col import needs_no_copy
from minivgg.backend.geometry import Geometry

MULTIPLY_ADDS_PER_NS = {"float32": 51.5e12 / 2 / 1e9, "tf32": 394.5e12 / 2 / 1e9}  # of cuBLAS
BYTES_PER_NS = 2970.0
FLOAT32_BYTES = 4
LAUNCH_NS = 5_000.0  # between the starts of two kernels: an estimate


def nanoseconds(
    algorithm: Algorithm, n: int, c: int, o: int, geometry: Geometry, precision: str = "float32"
) -> float:
    """The cost of convolving n images, c -> o channels, with a ``Geometry``.

    precision: of cuBLAS's products, one of ``MULTIPLY_ADDS_PER_NS``.
    """
    if algorithm.tile_size:
        return _winograd(algorithm.tile_size, n, c, o, geometry, precision)
    if fits_few_channels(c, geometry):
        return _few_channels(n, c, o, geometry)
    return _im2col(n, c, o, geometry, precision)


def _im2col(n: int, c: int, o: int, geometry: Geometry, precision: str) -> float:
    """The matrix is written and read; y is written, and once more with bias and ReLU."""
    (kh, kw), (oh, ow) = geometry.kernel, geometry.out
    rows, places = n * oh * ow, kh * kw
    cols, y, filters = rows * places * c, rows * o, places * c * o // geometry.groups
    gather = 0.0 if needs_no_copy(geometry) else _kernel(cols + rows * c)
    product = _kernel(cols + filters + y, rows * filters, precision)
    return gather + product + _kernel(2 * y)


def _few_channels(n: int, c: int, o: int, geometry: Geometry) -> float:
    """One kernel reads x and writes y, by float32's multiplications in any precision."""
    (kh, kw), (oh, ow) = geometry.kernel, geometry.out
    rows = n * oh * ow
    return _kernel(rows * (c + o), rows * kh * kw * c * o)


def _winograd(m: int, n: int, c: int, o: int, geometry: Geometry, precision: str) -> float:
    """Tiles are written by the input transform, multiplied, and read by the output transform."""
    oh, ow = geometry.out
    tiles, positions = n * -(-oh // m) * -(-ow // m), (m + 2) ** 2
    v, u, p = positions * tiles * c, positions * c * o, positions * tiles * o
    transforms = _kernel(9 * c * o + u) + _kernel(v + v) + _kernel(p + n * oh * ow * o)
    return transforms + _kernel(v + u + p, positions * tiles * c * o, precision)


def _kernel(numbers: int, multiply_adds: int = 0, precision: str = "float32") -> float:
    """A kernel that moves ``numbers`` values between memory and the processors."""
    moving = numbers * FLOAT32_BYTES / BYTES_PER_NS
    return LAUNCH_NS + max(moving, multiply_adds / MULTIPLY_ADDS_PER_NS[precision])


ALGORITHMS = Algorithm.IM2COL, Algorithm.WINOGRAD_2, Algorithm.WINOGRAD_4
COST_MODELS = {
    precision: CostModel(
        "gpu",
        ALGORITHMS,
        partial(nanoseconds, precision=precision),
        f"estimates for {precision}, ms",
    )
    for precision in MULTIPLY_ADDS_PER_NS
}
