"""Floor 1: what the CPU offers to the operations."""

from minivgg.kernels.convolution import WAYS, convolve, filter_gradient, filters_last, input_gradient
from minivgg.kernels.windows import channels_last, col2im, im2col, shifted_views

__all__ = ["WAYS", "channels_last", "col2im", "convolve", "filter_gradient", "filters_last", "im2col", "input_gradient", "shifted_views"]
