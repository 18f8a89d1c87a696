"""The kernels for the GPU, for CuPy arrays: the functions of ``cpu``, one by one.

CuPy answers to NumPy's calls: products are cuBLAS's, and all arithmetic happens on the GPU. Loops that CuPy's own operations would take
through memory many times are CUDA, in the files ``*.cu`` beside this one. Images lie in memory channels last, as on the CPU.
"""

from minivgg.backend.cuda.convolution import (
    WAYS,
    col2im,
    convolve,
    filter_gradient,
    filters_last,
    im2col,
    input_gradient,
)
from minivgg.backend.cuda.elementwise import dropout, relu_gradient, sgd, stray_label
from minivgg.backend.cuda.linear import sum_of_products, times, times_rows
from minivgg.backend.cuda.normalization import (
    parts_of,
    response_norm,
    response_norm_backward,
    sum_by_channel,
)
from minivgg.backend.cuda.pooling import avg_pool, avg_pool_backward, max_pool, max_pool_backward

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
