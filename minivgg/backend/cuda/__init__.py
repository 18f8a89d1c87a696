"""The kernels for the GPU, for CuPy's arrays: the functions of ``cpu``, one by one.

CuPy has NumPy's functions: products are cuBLAS's, and all arithmetic happens on the GPU. Loops for
which CuPy's own operations would go through memory many times are CUDA, in the files ``*.cu`` of
this folder. Images lie in memory channels last, as on the CPU.
"""

from minivgg.backend.cuda.convolution import (
    conv2d,
    conv2d_input_grad,
    conv2d_weight_grad,
    filters_channels_last,
)
from minivgg.backend.cuda.elementwise import (
    apply_blockwise,
    dropout,
    dropout_backward,
    find_invalid_label,
    relu,
    relu_backward,
    sgd,
    sum_of_squares,
)
from minivgg.backend.cuda.linear import linear_forward, linear_input_grad, linear_weight_grad
from minivgg.backend.cuda.loss import scores_of_labels, softmax_cross_entropy_grad
from minivgg.backend.cuda.normalization import (
    image_blocks,
    local_response_norm,
    local_response_norm_backward,
    sum_by_channel,
)
from minivgg.backend.cuda.pooling import avg_pool, avg_pool_backward, max_pool, max_pool_backward
from minivgg.backend.cuda.windows import col2im, im2col

__all__ = [
    "apply_blockwise",
    "avg_pool",
    "avg_pool_backward",
    "col2im",
    "conv2d",
    "conv2d_input_grad",
    "conv2d_weight_grad",
    "dropout",
    "dropout_backward",
    "filters_channels_last",
    "find_invalid_label",
    "im2col",
    "image_blocks",
    "linear_forward",
    "linear_input_grad",
    "linear_weight_grad",
    "local_response_norm",
    "local_response_norm_backward",
    "max_pool",
    "max_pool_backward",
    "relu",
    "relu_backward",
    "scores_of_labels",
    "sgd",
    "softmax_cross_entropy_grad",
    "sum_by_channel",
    "sum_of_squares",
]
