"""What each algorithm for convolution costs on the CPU: a table of rates that were measured.

``python -m benchmarks costs`` shows how well it fits. Choosing by a table and never by a stopwatch
means that the same shapes take the same algorithm in every run, so results repeat bit for bit. Only
the comparison matters, so the rates are nanoseconds on one thread of one machine.
"""

from minivgg.backend.conv_algorithms import Algorithm, CostModel
from minivgg.backend.geometry import Geometry

MULTIPLY_NS = 0.011  # one multiplication and addition inside a large product
READ_NS = 0.5  # one number of the filters, read (and stored) regardless of the number of rows
GATHER_NS = 0.15  # one number copied into im2col's matrix
GROUPED_GATHER_FACTOR = 4  # in groups the pieces that are copied are shorter
RUN_NS = 3.5  # one run of kw·C numbers begun there
INPUT_TRANSFORM_NS = {2: 5.5, 4: 12.0}  # Winograd, by m: one tile of one input channel,
OUTPUT_TRANSFORM_NS = {2: 4.5, 4: 14.0}  # one tile of one output channel,
TILE_NS = 300.0  # and one tile whatever its channels
LINE_NS = 0.12  # direct: one number of the filters, read for each line of the output,
ADD_NS = 0.06  # one output number read and written again for each further place of the kernel,
CALL_NS = 80.0  # one product of a line,
DEPTHWISE_NS = 0.4  # and one product of numbers, where each filter sees one channel


def nanoseconds(algorithm: Algorithm, n: int, c: int, o: int, geometry: Geometry) -> float:
    """The cost of convolving n images, c -> o channels, with a ``Geometry``."""
    if algorithm.tile_size:
        return _winograd(algorithm.tile_size, n, c, o, geometry)
    return (_im2col if algorithm is Algorithm.IM2COL else _direct)(n, c, o, geometry)


def _winograd(m: int, n: int, c: int, o: int, geometry: Geometry) -> float:
    oh, ow = geometry.out
    tiles, transformed = n * -(-oh // m) * -(-ow // m), (m + 2) ** 2 * c * o
    per_tile = c * INPUT_TRANSFORM_NS[m] + o * OUTPUT_TRANSFORM_NS[m] + TILE_NS
    return transformed * (tiles * MULTIPLY_NS + READ_NS) + tiles * per_tile


def _im2col(n: int, c: int, o: int, geometry: Geometry) -> float:
    (kh, kw), (oh, ow) = geometry.kernel, geometry.out
    pixels = n * oh * ow
    gather = pixels * kh * kw * c * GATHER_NS
    if geometry.groups > 1:
        gather *= GROUPED_GATHER_FACTOR
    runs = kh if geometry.dilation[1] == 1 else kh * kw  # the numbers of a row are apart
    return _products(n, c, o, geometry) + gather + pixels * runs * RUN_NS


def _direct(n: int, c: int, o: int, geometry: Geometry) -> float:
    (kh, kw), (oh, ow) = geometry.kernel, geometry.out
    pixels, places = n * oh * ow, kh * kw
    if c == geometry.groups == o:
        return pixels * o * places * DEPTHWISE_NS
    products = _products(n, c, o, geometry)
    if geometry.is_pointwise:
        return products  # the image itself is the matrix
    filters = places * (c // geometry.groups) * o
    lines = n * oh * (filters * LINE_NS + places * CALL_NS)
    return products + lines + pixels * o * (places - 1) * ADD_NS


def _products(n: int, c: int, o: int, geometry: Geometry) -> float:
    (kh, kw), (oh, ow) = geometry.kernel, geometry.out
    return kh * kw * (c // geometry.groups) * o * (n * oh * ow * MULTIPLY_NS + READ_NS)


COST_MODEL = CostModel(
    "cpu",
    (Algorithm.IM2COL, Algorithm.DIRECT, Algorithm.WINOGRAD_2, Algorithm.WINOGRAD_4),
    nanoseconds,
    "cost table, ms on one thread",
)
