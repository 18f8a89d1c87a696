"""Inference: the network's outputs in eval mode, on its device, in batches that fit into memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import prod
from typing import TypeAlias, TypeVar

import numpy as np

from minivgg import backend, ops
from minivgg.backend.types import Array, Shape
from minivgg.layers import Layer, eval_mode

MAX_BATCH_PIXELS = 8 * 224 * 224  # so that a batch takes the same memory at every scale
MAX_BATCH_IMAGES = 256
Normalization: TypeAlias = Callable[[np.ndarray], np.ndarray]  # of uint8 images, to float32
Kept = TypeVar("Kept")


def infer(
    net: Layer, batches: Iterable[tuple[Array, ...]], process: Callable[..., Kept]
) -> list[Kept]:
    """``process(net(x), *rest)`` for each batch (x, *rest), computed in eval mode.

    Parameters
    ----------
    net : Layer
        Each x is moved to its device; its layers keep their modes.
    batches : iterable of tuples
        x, an array of shape (N, C, H, W), and what else ``process`` is to get.
    process : function
        What to keep of an output, such as ``class_probabilities``.

    Returns
    -------
    list
        What ``process`` returns, for each batch.
    """
    device = device_of_net(net)
    with eval_mode(net):
        return [process(net(backend.to_device(x, device)), *rest) for x, *rest in batches]


def image_batches(
    images: np.ndarray | Sequence[np.ndarray], normalize: Normalization
) -> Iterator[tuple[np.ndarray]]:
    """Normalised batches for ``infer``, of images of one size.

    Parameters
    ----------
    images : array of shape (N, C, H, W), or sequence of arrays of shape (C, H, W)
        Pixels from 0 to 255 in uint8.
    normalize : function
        Such as a ``data.Normalize``.

    Yields
    ------
    batch : tuple of one array
        (x,), with as many images as fit into memory.
    """
    size = inference_batch_size(images[0].shape)
    for start in range(0, len(images), size):
        yield (normalize(np.asarray(images[start : start + size])),)


def inference_batch_size(shape: Shape) -> int:
    """How many images make a batch: MAX_BATCH_PIXELS in all, or one image.

    Parameters
    ----------
    shape : (int, int, int)
        (C, H, W) of the images.

    Returns
    -------
    int
        Never more than MAX_BATCH_IMAGES.

    Examples
    --------
    >>> inference_batch_size((3, 224, 224)), inference_batch_size((3, 32, 32))
    (8, 256)
    """
    return max(1, min(MAX_BATCH_IMAGES, MAX_BATCH_PIXELS // prod(shape[1:])))


def group_by_size(
    images: np.ndarray | Sequence[np.ndarray],
) -> Iterator[tuple[list[int], np.ndarray]]:
    """The images of each size, which can form a batch.

    Parameters
    ----------
    images : array of shape (N, C, H, W), or sequence of arrays of shape (C, H, W)
        Of any sizes.

    Yields
    ------
    indices : list of int
        Which images have this size.
    group : array of shape (n, C, H, W)
        These images.
    """
    groups: dict[Shape, list[int]] = {}
    for i, image in enumerate(images):
        groups.setdefault(image.shape, []).append(i)
    for indices in groups.values():
        yield indices, np.stack([images[i] for i in indices])


def class_probabilities(logits: Array) -> np.ndarray:
    """The softmax of logits, as a NumPy array.

    Parameters
    ----------
    logits : array of shape (N, K) or (N, K, H, W)
        On any device.

    Returns
    -------
    probabilities : array of the same shape
        Their sum over K is 1.
    """
    return backend.to_numpy(ops.softmax(logits))


def device_of_net(net: Layer) -> str:
    """The device of a network's weights.

    Parameters
    ----------
    net : Layer
        Its weights are on one device.

    Returns
    -------
    str
        "cpu", "gpu:0", ...; the default device for a network without weights.
    """
    for parameter in net.parameters().values():
        return backend.device_of(parameter.data)
    return backend.device()
