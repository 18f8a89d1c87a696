"""Local response normalisation on the GPU: the functions of ``backend.cpu.normalization``."""

from minivgg.backend.blocks import ImageBlock
from minivgg.backend.cuda.launch import launch
from minivgg.backend.cuda.sums import sum_rows
from minivgg.backend.cuda.windows import channels_last
from minivgg.backend.devices import cupy
from minivgg.backend.types import Array

SOURCE = "normalization"


def local_response_norm(
    x: Array, size: int, alpha: float, beta: float, k: float
) -> tuple[Array, Array]:
    """y = x · s^−β and s = k + α · Σ x² over neighbouring channels, both (N, C, H, W)."""
    pixels = channels_last(x)
    s, y = cupy().empty(pixels.shape, x.dtype), cupy().empty(pixels.shape, x.dtype)
    window = x.shape[1], size // 2, (size - 1) // 2
    launch(SOURCE, "local_response_norm", y.size, pixels, s, y, *window, alpha, beta, k)
    return y.transpose(0, 3, 1, 2), s.transpose(0, 3, 1, 2)


def local_response_norm_backward(
    dy: Array, x: Array, s: Array, size: int, alpha: float, beta: float
) -> Array:
    """dx (N, C, H, W)."""
    arrays = channels_last(dy), channels_last(x), channels_last(s)
    dx = cupy().empty(arrays[0].shape, dy.dtype)
    window = x.shape[1], size // 2, (size - 1) // 2
    launch(SOURCE, "local_response_norm_backward", dx.size, *arrays, dx, *window, alpha, beta)
    return dx.transpose(0, 3, 1, 2)


def sum_by_channel(images: Array) -> Array:
    """Σ over images and pixels of (N, C, H, W) -> (C,)."""
    return sum_rows(channels_last(images).reshape(1, -1, images.shape[1]))[0]


def image_blocks(x: Array) -> list[ImageBlock]:
    """Indices of x (N, C, H, W) that cover it: all at once."""
    return [(slice(None),) * 3]
