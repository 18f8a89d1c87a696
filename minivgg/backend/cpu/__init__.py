"""The kernels for the CPU: NumPy, in blocks that stay in the cache, one thread for each block."""

from minivgg.backend.cpu.convolution import (
    conv2d,
    conv2d_input_grad,
    conv2d_weight_grad,
    filters_channels_last,
)
from minivgg.backend.cpu.elementwise import (
    apply_blockwise,
    dropout,
    dropout_backward,
    find_invalid_label,
    relu,
    relu_backward,
    sgd,
    sum_of_squares,
)
from minivgg.backend.cpu.linear import linear_forward, linear_input_grad, linear_weight_grad
from minivgg.backend.cpu.loss import scores_of_labels, softmax_cross_entropy_grad
from minivgg.backend.cpu.normalization import (
    image_blocks,
    local_response_norm,
    local_response_norm_backward,
    sum_by_channel,
)
from minivgg.backend.cpu.pooling import avg_pool, avg_pool_backward, max_pool, max_pool_backward
from minivgg.backend.cpu.windows import col2im, im2col

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
