"""The sizes and limits by which operations divide their work: found by measuring, in one place.

Results depend on them only in the order of sums, and not at all on the number of threads.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Tuning:
    """What each number is, and why it has its value.

    Parameters
    ----------
    block_bytes : int
        Scratch memory of one thread for one block: what the cache of a core holds.
    elementwise_chunk_numbers : int
        Numbers in one chunk of an elementwise pass: what several arrays can have in that cache at
        once.
    max_accumulators : tuple of int
        How many partial sums a sum over blocks has, which most numbers of threads can share evenly:
        the first number with which they take no more than ``max_accumulator_bytes``, else the last.
    max_accumulator_bytes : int
        Memory that these partial sums may take.
    min_im2col_rows : int
        Rows of a block's matrix, at least: a product with fewer rows spends more time on reading
        the filters than on multiplying.
    max_few_channels : int
        Input channels up to which im2col takes the form of ``cpu/conv_im2col_few_channels.py``.
    col2im_channel_ratio : int
        Output channels per input channel up to which dx is computed as a convolution with the
        filters rotated by 180°; beyond, col2im is cheaper.
    max_unpacked_multiplications : int
        Up to so many multiplications OpenBLAS computes a product without packing (copying) its
        factors first.
    min_shared_filters : int
        Pairs of channels, C·O, from which threads share Winograd's products: the transformed
        filters are then too large to be read by each thread.
    min_shared_sum_filters : int
        The same for dw, where each partial sum would be as large as the transformed filters.
    shared_tile_bytes : int
        Transformed tiles at a time when all threads share them: what the cache that cores share
        holds.
    min_parallel_copy_numbers : int
        Fewer are copied sooner than a second thread is woken up.
    max_thin_batch_rows : int
        Rows of a batch up to which a fully connected layer spends its time on reading the weights.
    single_row_numbers : int
        Weights in one product of a batch of one row, at least: fewer are read more slowly.
    thin_batch_features : int
        Numbers of the summed axis in one product of such a batch.
    gpu_block_bytes : int
        Size of im2col's matrix or Winograd's tiles at a time on the GPU: far less than its memory,
        enough to keep it busy. An H100 needs 4 % less time for large maps with 1 GiB than with a
        quarter of it, and no less with 4 GiB.
    gpu_product_blocks : int
        Blocks of 128×128 results up to which a sum of products on the GPU is cut into pieces: a few
        for each of its multiprocessors. On an H100, 256 and 1024 are as good.
    max_idle_requests : int
        Requests for memory after which a free buffer that none of them could use is given up.
    """

    block_bytes: int = 2 << 20
    elementwise_chunk_numbers: int = 1 << 16
    max_accumulators: tuple[int, ...] = (16, 8, 4)
    max_accumulator_bytes: int = 32 << 20
    min_im2col_rows: int = 256
    max_few_channels: int = 4
    col2im_channel_ratio: int = 24
    max_unpacked_multiplications: int = 1_000_000
    min_shared_filters: int = 256 * 256
    min_shared_sum_filters: int = 128 * 256
    shared_tile_bytes: int = 32 << 20
    min_parallel_copy_numbers: int = 1 << 16
    max_thin_batch_rows: int = 30
    single_row_numbers: int = 400_000
    thin_batch_features: int = 512
    gpu_block_bytes: int = 1 << 30
    gpu_product_blocks: int = 512
    max_idle_requests: int = 2000


DEFAULT = Tuning()
_active: ContextVar[Tuning] = ContextVar("minivgg.backend.tuning", default=DEFAULT)

get_tuning = _active.get  # the Tuning of this context, for kernels, which ask once an operation


@contextmanager
def tuned(**changes: int | tuple[int, ...]) -> Iterator[Tuning]:
    """Inside the block some numbers have other values, for the operations of this thread.

    Parameters
    ----------
    **changes : int or tuple of int
        Fields of ``Tuning``, and their values.

    Yields
    ------
    tuning : Tuning
        All numbers as they are inside the block.

    Examples
    --------
    >>> with tuned(block_bytes=1 << 16):
    ...     get_tuning().block_bytes
    65536
    """
    token = _active.set(replace(_active.get(), **changes))  # type: ignore[arg-type]  # two types
    try:
        yield _active.get()
    finally:
        _active.reset(token)
