"""Floor 1: the rows of images (N, H, W, C) that a block of outputs sees, with their border of zeros."""

import numpy as np

from minivgg.backend import memory_pool
from minivgg.backend.blocks import largest, length


class Rows:
    """For one thread: the input rows that a block needs, with a border of zeros, in memory that is used for all blocks.

    x: (N, H, W, C). An output row p sees the ``side`` rows from p·step − top on; columns begin at −left, ``width`` in all.
    in_planes: what is fetched lies in memory as (n, C, rows, width), not channels last.
    """

    def __init__(self, x, blocks, side, step, top, left, width, in_planes=False):
        images, rows, _ = largest(blocks)
        _, _, w, c = x.shape
        self.x, self.side, self.step, self.top, self.left = x, side, step, top, left
        self.end = max(0, min(w, width - left))  # columns beyond the last window are left out
        high = step * (rows - 1) + side
        if in_planes:
            self.padded = memory_pool.new(x, (images, c, high, width)).transpose(0, 2, 3, 1)
        else:
            self.padded = memory_pool.new(x, (images, high, width, c))
        self.padded[:, :, :left] = self.padded[:, :, left + self.end :] = 0
        self.inside = 0, high  # the rows that may hold something else than zeros

    def stacked(self, n, q):
        """A view for blocks of n images and q rows, (n, q, side, width·C): for each row what it sees, overlapping the next row's."""
        image, row, _, item = self.padded.strides
        return np.ndarray(
            (n, q, self.side, row // item),
            self.padded.dtype,
            self.padded,
            0,
            (image, self.step * row, row, item),
        )

    def fetch(self, block):
        """(images, input rows, width, C): what the block's rows see. Valid until the next ``fetch``."""
        images, rows = block
        first = (
            self.step * rows.start - self.top
        )  # in the image's own numbers; what lies outside of it is zero
        last = self.step * (rows.stop - 1) - self.top + self.side
        begin, stop = max(0, first), min(last, self.x.shape[1])
        inside = begin - first, max(begin, stop) - first
        if inside != self.inside:  # blocks of whole images leave the border as it is
            self.padded[:, : inside[0]] = self.padded[:, inside[1] :] = 0
            self.inside = inside
        if begin < stop:
            self.padded[
                : length(images), inside[0] : inside[1], self.left : self.left + self.end
            ] = self.x[images, begin:stop, : self.end]
        return self.padded[: length(images), : last - first]
