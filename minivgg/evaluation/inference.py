"""Inference: the network's outputs in eval mode, on its device, in batches that fit into memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import prod

import numpy as np

from minivgg import backend, ops
from minivgg.layers import Layer, eval_mode

MAX_BATCH_PIXELS = 8 * 224 * 224  # so that a batch takes the same memory at every scale
MAX_BATCH_IMAGES = 256


def infer(net: Layer, batches: Iterable[tuple], process: Callable) -> list:
    """``process(net(x), *rest)`` for each batch (x, *rest), computed in eval mode.

    net: each x (N, C, H, W) is moved to its device; its layers keep their modes.
    process: what to keep of an output, such as ``class_probabilities``.
    """
    device = device_of_net(net)
    with eval_mode(net):
        return [process(net(backend.to_device(x, device)), *rest) for x, *rest in batches]


def image_batches(images: Sequence[np.ndarray], normalize: Callable) -> Iterator[tuple]:
    """uint8 images of one size, (N, C, H, W) or a list of (C, H, W), as normalised batches (x,)."""
    size = inference_batch_size(images[0].shape)
    for start in range(0, len(images), size):
        yield (normalize(np.asarray(images[start : start + size])),)


def inference_batch_size(shape: tuple[int, int, int]) -> int:
    """How many images of ``shape`` (C, H, W) make a batch: MAX_BATCH_PIXELS in all, or one image.

    Never more than MAX_BATCH_IMAGES.
    """
    return max(1, min(MAX_BATCH_IMAGES, MAX_BATCH_PIXELS // prod(shape[1:])))


def group_by_size(images: Sequence[np.ndarray]) -> Iterator[tuple[list[int], np.ndarray]]:
    """(indices, uint8 array (n, C, H, W)) of the images of each size, which can form a batch."""
    groups = {}
    for i, image in enumerate(images):
        groups.setdefault(image.shape, []).append(i)
    for indices in groups.values():
        yield indices, np.stack([images[i] for i in indices])


def class_probabilities(logits) -> np.ndarray:
    """The softmax of logits (N, K) or (N, K, H, W) on any device, as a NumPy array."""
    return backend.to_numpy(ops.softmax(logits))


def device_of_net(net: Layer) -> str:
    """The device of the network's weights; the default device for a network without weights."""
    for parameter in net.parameters().values():
        return backend.device_of(parameter.data)
    return backend.device()
