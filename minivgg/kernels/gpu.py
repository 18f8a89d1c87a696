"""Floor 1: the hot loops for CuPy arrays.

CuPy answers to NumPy's calls, so the CPU's loops, which ask the array for its library, also run on the GPU: all
arithmetic happens there and nothing is copied back. Loops that deserve CUDA code of their own take their place here, one by one.
"""

from minivgg.kernels.cpu import channels_last, col2im, im2col, shifted_views

__all__ = ["channels_last", "col2im", "im2col", "shifted_views"]
