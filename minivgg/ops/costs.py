"""What each way of convolution costs, from a table that was measured beforehand (``benchmarks/costs.py`` measures it again).

Choosing by a table and never by a stopwatch means that the same shapes take the same way in every run, so results repeat to the bit.
Only the comparison matters, so the numbers are nanoseconds on one thread of one machine.
"""

MULTIPLY = 0.011  # one multiplication and addition inside a large product
READ = 0.5  # one number of the filters, read for a product, however few rows that product has
GATHER = 0.15  # one number copied into im2col's matrix
ADD = 0.3  # one output number touched again by the direct way
CUT = {2: 5.5, 4: 12.0}  # Winograd: one tile of one input channel taken to where the products are, by m
PASTE = {2: 4.5, 4: 14.0}  # and one tile of one output channel taken back


def cost(way, n, c, o, g):
    """Nanoseconds for n images, c -> o channels, and the geometry ``g`` (kernel, groups, out); ``way`` as in ``kernels``."""
    (kh, kw), (oh, ow) = g.kernel, g.out
    pixels, filters = n * oh * ow, kh * kw * (c // g.groups) * o
    if isinstance(way, int):
        tiles = n * -(-oh // way) * -(-ow // way)
        transformed = (way + 2) ** 2 * c * o
        return transformed * (tiles * MULTIPLY + READ) + tiles * (c * CUT[way] + o * PASTE[way])
    if way == "direct":
        if c // g.groups == 1 and o == g.groups:
            return pixels * o * kh * kw * 2 * ADD
        return filters * (pixels * MULTIPLY + READ) + pixels * o * 2 * (kh * kw - 1) * ADD
    return filters * (pixels * MULTIPLY + READ) + pixels * kh * kw * c * GATHER * (1 if g.groups == 1 else 4)
