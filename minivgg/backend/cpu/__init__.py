"""The kernels for the CPU: NumPy, in blocks that stay in the cache, one thread a block."""

from minivgg.backend.cpu.convolution import (
    WAYS,
    convolve,
    filter_gradient,
    filters_last,
    input_gradient,
)
from minivgg.backend.cpu.elementwise import dropout, relu_gradient, sgd, stray_label
from minivgg.backend.cpu.linear import sum_of_products, times, times_rows
from minivgg.backend.cpu.normalization import (
    parts_of,
    response_norm,
    response_norm_backward,
    sum_by_channel,
)
from minivgg.backend.cpu.pooling import avg_pool, avg_pool_backward, max_pool, max_pool_backward
from minivgg.backend.windows import col2im, im2col

__all__ = [
    "WAYS",
    "avg_pool",
    "avg_pool_backward",
    "col2im",
    "convolve",
    "dropout",
    "filter_gradient",
    "filters_last",
    "im2col",
    "input_gradient",
    "max_pool",
    "max_pool_backward",
    "parts_of",
    "relu_gradient",
    "response_norm",
    "response_norm_backward",
    "sgd",
    "stray_label",
    "sum_by_channel",
    "sum_of_products",
    "times",
    "times_rows",
]
