"""The arithmetic: pure functions, forward and backward of each operation side by side in one file::

    y, saved = conv2d(x, w, b, stride=1, padding=1)     # saved: what backward needs
    dx, dw, db = conv2d_backward(dy, saved)

No function writes into its arguments. float32 in gives float32 out, float64 in gives float64 out,
in the byte order of this machine. All raise ``TypeError`` for arrays that are not all float32 or
all float64, for None, lists and other objects, masked arrays and matrices (a mask would be
ignored); ``ValueError`` for shapes that do not fit, ``RuntimeError`` for arrays on two devices.
NaN and infinity go where the formulas put them, with every algorithm on the CPU. Arguments are
checked here; the arithmetic of large arrays is in the kernels, ``backend/cpu`` and
``backend/cuda``. ``textbook`` has the same operations in their plainest form.
"""

from minivgg.ops.activation import relu, relu_backward
from minivgg.ops.conv import (
    ALGORITHMS,
    col2im,
    conv2d,
    conv2d_backward,
    filters_channels_last,
    im2col,
)
from minivgg.ops.dropout import dropout, dropout_backward
from minivgg.ops.linear import linear, linear_backward
from minivgg.ops.loss import (
    mse_loss,
    mse_loss_backward,
    softmax,
    softmax_cross_entropy,
    softmax_cross_entropy_backward,
)
from minivgg.ops.normalization import (
    batch_norm2d,
    batch_norm2d_backward,
    local_response_norm,
    local_response_norm_backward,
)
from minivgg.ops.pooling import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from minivgg.ops.shapes import FLOATS, output_size, pair

__all__ = [
    "ALGORITHMS",
    "FLOATS",
    "avg_pool2d",
    "avg_pool2d_backward",
    "batch_norm2d",
    "batch_norm2d_backward",
    "col2im",
    "conv2d",
    "conv2d_backward",
    "dropout",
    "dropout_backward",
    "filters_channels_last",
    "im2col",
    "linear",
    "linear_backward",
    "local_response_norm",
    "local_response_norm_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "mse_loss",
    "mse_loss_backward",
    "output_size",
    "pair",
    "relu",
    "relu_backward",
    "softmax",
    "softmax_cross_entropy",
    "softmax_cross_entropy_backward",
]
