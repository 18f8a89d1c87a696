"""Local response normalisation on the GPU: the functions of ``backend.cpu.normalization``."""

from minivgg.backend import memory_pool
from minivgg.backend.cuda.launch import launch
from minivgg.backend.windows import channels_last


def response_norm(x, size, alpha, beta, k):
    """y = x · s^−β and s = k + α · Σ x² over neighbouring channels, both (N, C, H, W)."""
    pixels = channels_last(x)
    s, y = memory_pool.new(x, pixels.shape), memory_pool.new(x, pixels.shape)
    launch(
        "normalization",
        "response_norm",
        y.size,
        pixels,
        s,
        y,
        pixels.shape[3],
        size // 2,
        (size - 1) // 2,
        alpha,
        beta,
        k,
    )
    return y.transpose(0, 3, 1, 2), s.transpose(0, 3, 1, 2)


def response_norm_backward(dy, x, s, size, alpha, beta):
    """dx (N, C, H, W)."""
    grads, dx = channels_last(dy), memory_pool.new(dy, (x.shape[0], *x.shape[2:], x.shape[1]))
    arrays = grads, channels_last(x), channels_last(s), dx
    launch(
        "normalization",
        "response_norm_backward",
        dx.size,
        *arrays,
        x.shape[1],
        size // 2,
        (size - 1) // 2,
        alpha,
        beta,
    )
    return dx.transpose(0, 3, 1, 2)


def sum_by_channel(images):
    """Σ over images and pixels of (N, C, H, W) -> (C,). In two stages: CuPy's sum down to few numbers keeps few threads busy."""
    return channels_last(images).sum(axis=2).sum(axis=(0, 1))


def parts_of(x):
    """Indices of x (N, C, H, W) that cover it: all at once."""
    return [(slice(None),) * 3]
