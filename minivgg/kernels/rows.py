"""Floor 1: the rows of images (N, H, W, C) that a block of outputs sees, with their border of zeros."""

from numpy.lib.stride_tricks import as_strided

from minivgg import memory
from minivgg.kernels.blocks import largest, length


class Rows:
    """For one thread: the input rows that a block needs, with a border of zeros, in memory that is used for all blocks.

    x: (N, H, W, C) contiguous. An output row p sees the ``side`` rows from p·step − top on; columns begin at −left, ``width`` in all.
    """

    def __init__(self, x, blocks, side, step, top, left, width):
        images, rows, _ = largest(blocks)
        _, _, w, c = x.shape
        self.x, self.side, self.step, self.top, self.left = x, side, step, top, left
        self.end = max(0, min(w, width - left))  # columns beyond the last window are left out
        self.padded = memory.new(x, (images, step * (rows - 1) + side, width, c))
        self.padded[:, :, :left] = self.padded[:, :, left + self.end :] = 0

    def stacked(self, n, q):
        """A view for blocks of n images and q rows, (n, q, side, width·C): for each row what it sees, overlapping the next row's."""
        image, row, _, item = self.padded.strides
        return as_strided(self.padded, (n, q, self.side, row // item), (image, self.step * row, row, item))

    def fetch(self, block):
        """(images, input rows, width, C): what the block's rows see. Valid until the next ``fetch``."""
        images, rows = block
        first = self.step * rows.start - self.top  # in the image's own numbers; what lies outside of it is zero
        last = self.step * (rows.stop - 1) - self.top + self.side
        inside = self.padded[: length(images), : last - first]
        begin, stop = max(0, first), min(last, self.x.shape[1])
        if begin > first:
            inside[:, : begin - first] = 0
        if stop < last:
            inside[:, max(0, stop - first) :] = 0
        if begin < stop:
            inside[:, begin - first : stop - first, self.left : self.left + self.end] = self.x[images, begin:stop, : self.end]
        return inside
