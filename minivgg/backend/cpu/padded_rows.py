"""The rows of images (N, H, W, C) that a block of outputs sees, with their border of zeros."""

import numpy as np

from minivgg.backend import memory_pool
from minivgg.backend.blocks import Block, block_size
from minivgg.backend.types import Array


class PaddedRowReader:
    """For one thread: copies the input rows that a block needs into memory used for all blocks.

    Output row p sees ``window`` rows, from p·step − top on.

    Parameters
    ----------
    x : array of shape (N, H, W, C)
        Images.
    max_size : (int, int)
        Images and rows of the largest block.
    window, step, top : int
        In rows: the height of a window, the distance from one to the next, and the padding above.
    left, width : int
        In columns: the padding at the left, and what the windows see in all.
    in_planes : bool
        Whether the copy lies in memory as (n, C, rows, width), not channels last.
    """

    def __init__(
        self,
        x: Array,
        max_size: tuple[int, int],
        window: int,
        step: int,
        top: int,
        left: int,
        width: int,
        in_planes: bool = False,
    ) -> None:
        images, rows = max_size
        _, _, w, c = x.shape
        self.x, self.window, self.step, self.top, self.left = x, window, step, top, left
        self.end = max(0, min(w, width - left))  # columns beyond the last window are left out
        height = step * (rows - 1) + window
        if in_planes:
            planes = memory_pool.empty((images, c, height, width), x.dtype)
            self.padded = planes.transpose(0, 2, 3, 1)
        else:
            self.padded = memory_pool.empty((images, height, width, c), x.dtype)
        self.padded[:, :, :left] = self.padded[:, :, left + self.end :] = 0
        self.filled = 0, height  # the rows that may hold something else than zeros

    def windows(self, n: int, q: int) -> Array:
        """A view for blocks of n images and q rows, (n, q, window, width·C): what each row sees.

        The windows of neighbouring rows overlap.
        """
        image, row, _, item = self.padded.strides
        strides = image, self.step * row, row, item
        shape = n, q, self.window, row // item
        return np.ndarray(shape, self.padded.dtype, self.padded, 0, strides)

    def read(self, block: Block) -> Array:
        """(images, input rows, width, C): what the block's rows see, valid until the next call."""
        images, rows = block
        first = self.step * rows.start - self.top  # in the image's rows; outside of it is zero
        last = self.step * (rows.stop - 1) - self.top + self.window
        begin, stop = max(0, first), min(last, self.x.shape[1])
        filled = begin - first, max(begin, stop) - first
        if filled != self.filled:  # blocks of whole images leave the border as it is
            self.padded[:, : filled[0]] = self.padded[:, filled[1] :] = 0
            self.filled = filled
        n, _ = block_size(block)
        if begin < stop:
            columns = slice(self.left, self.left + self.end)
            self.padded[:n, filled[0] : filled[1], columns] = self.x[images, begin:stop, : self.end]
        return self.padded[:n, : last - first]
