"""Floor 1: what the CPU offers to the operations."""

from minivgg.kernels.convolution import WAYS, convolve, filter_gradient, filters_last, input_gradient
from minivgg.kernels.elementwise import dropout, relu_gradient, sgd, stray_label
from minivgg.kernels.normalization import parts_of, response_norm, response_norm_backward, sum_by_channel
from minivgg.kernels.pooling import avg_pool, avg_pool_backward, max_pool, max_pool_backward
from minivgg.kernels.windows import col2im, im2col

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
]
