"""What each way of convolution costs, from a table that was measured beforehand (``python -m benchmarks costs`` shows how well it fits).

Choosing by a table and never by a stopwatch means that the same shapes take the same way in every run, so results repeat to the bit.
Only the comparison matters, so the numbers are nanoseconds on one thread of one machine.
"""

MULTIPLY = 0.011  # one multiplication and addition inside a large product
READ = 0.5  # one number of the filters, read for a product with however few rows; a little more than measured: these also take memory
GATHER = 0.15  # one number copied into im2col's matrix; in groups, where the pieces are shorter, 4 times that
RUN = 3.5  # one run of kw·C numbers begun there
CUT = {
    2: 5.5,
    4: 12.0,
}  # Winograd, by m: one tile of one input channel taken to where the products are,
PASTE = {2: 4.5, 4: 14.0}  # one tile of one output channel taken back,
TILE = 300.0  # and one tile whatever its channels
LINE = 0.12  # direct: one number of the filters, read for each line of the output,
ADD = 0.06  # one output number touched again for each further place of the kernel,
CALL = 80.0  # one product of a line,
DEPTHWISE = 0.4  # and one product of numbers, where each filter sees one channel


def cost(way, n, c, o, g):
    """Nanoseconds for n images, c -> o channels, and the geometry ``g`` of ``ops/conv.py``; ``way`` as in ``kernels``."""
    (kh, kw), (oh, ow) = g.kernel, g.out
    pixels, places, filters = n * oh * ow, kh * kw, kh * kw * (c // g.groups) * o
    if isinstance(way, int):
        tiles, transformed = n * -(-oh // way) * -(-ow // way), (way + 2) ** 2 * c * o
        return transformed * (tiles * MULTIPLY + READ) + tiles * (
            c * CUT[way] + o * PASTE[way] + TILE
        )
    products = filters * (pixels * MULTIPLY + READ)
    if way == "im2col":
        return (
            products
            + pixels * places * c * GATHER * (1 if g.groups == 1 else 4)
            + pixels * kh * RUN
        )
    if c == g.groups == o:
        return pixels * o * places * DEPTHWISE
    pointwise = g.kernel == g.stride == (1, 1) and g.padding == (
        0,
        0,
    )  # then the image itself is the matrix
    lines = n * oh * (filters * LINE + places * CALL)
    return products if pointwise else products + lines + pixels * o * (places - 1) * ADD
