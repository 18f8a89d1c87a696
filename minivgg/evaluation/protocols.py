"""The paper's test protocols: centre crop, dense evaluation, multi-crop, several scales (§3.2).

A test image is rescaled until its smaller side has Q pixels. Then

- "centre": the network is applied to the centre crop, once;
- "dense": the fully connected layers become convolutions and the network is applied to the whole
  image; its class map is averaged over positions, and over the image and its mirror image;
- "multi-crop": the network is applied to a grid of 5×5 crops and their mirror images, 50 in all;
- "both": the average of dense and multi-crop (§4.3).

Several scales are averaged, and so are several networks (fusion, §4.4). Averages are always taken
over class probabilities, that is after softmax. The paper says so for mirror images, scales and
networks, but leaves open whether the class map is averaged before softmax or after. Here: after.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from tqdm.auto import tqdm

from minivgg import backend
from minivgg.data import CenterCrop, Normalize, Rescale
from minivgg.evaluation.inference import (
    class_probabilities,
    group_by_size,
    image_batches,
    infer,
)
from minivgg.evaluation.metrics import Evaluation
from minivgg.layers import Layer, MaxPool2d, eval_mode
from minivgg.models import to_fully_convolutional

PROTOCOLS = ("centre", "dense", "multi-crop", "both")
GRID = 5  # crops in a row and in a column
READ_IMAGES = 256  # images of one size that are read together
READ_IMAGES_OF_ANY_SIZE = 16  # images in their own sizes, which can be large


class ModelUnderTest(NamedTuple):
    """A network to be tested, the image shape (C, H, W) it was trained for, and its normalisation.

    mirror: whether mirror images are tested, too. A network that was trained without them (on
    digits or letters) has not learned to recognise them.
    """

    net: Layer
    shape: tuple
    normalize: Normalize
    mirror: bool = True


def evaluate(
    model: ModelUnderTest,
    dataset,
    protocol: str = "dense",
    scales: Sequence[int] = (256,),
    progress: bool = False,
) -> Evaluation:
    """Test a network on all images of a dataset.

    protocol: one of PROTOCOLS. scales: the Qs, in pixels. progress: show a bar.
    Networks are fused by averaging the ``probabilities`` of their results::

        mean = np.mean([a.probabilities, b.probabilities], axis=0)
        fused = Evaluation.from_probabilities(mean, a.labels, a.classes)

    Raises ``ValueError`` for an unknown protocol, a scale smaller than the network's input, or
    another number of classes than the data's.
    """
    _check(model, dataset, protocol, scales)
    tester, found, n = _Tester(model, protocol), [], len(dataset)
    step = READ_IMAGES if dataset.shape[1] else READ_IMAGES_OF_ANY_SIZE
    title = f"{protocol} at {', '.join(map(str, scales))}"
    with tqdm(total=n, desc=title, unit=" images", leave=False, disable=not progress) as bar:
        for start in range(0, n, step):
            images = dataset.batch(np.arange(start, min(start + step, n)))
            found.append(tester.probabilities(images, scales))
            bar.update(len(images))
    return Evaluation.from_probabilities(np.concatenate(found), dataset.labels, dataset.classes)


def probabilities(
    model: ModelUnderTest, images, protocol: str = "dense", scales: Sequence[int] = (256,)
) -> np.ndarray:
    """(N, K) in float64: the class probabilities of images, averaged over scales.

    images: uint8, (N, C, H, W) or a list of (C, H, W). Raises ``ValueError`` as ``evaluate``.
    """
    _check(model, None, protocol, scales)
    return _Tester(model, protocol).probabilities(images, scales)


def class_map(model: ModelUnderTest, image: np.ndarray, scale: int) -> np.ndarray:
    """(K, H', W') in float64: the class probabilities at each position of one image.

    image: uint8 (C, H, W), which is rescaled to Q = ``scale``.
    """
    _check(model, None, "dense", [scale])
    tester = _Tester(model, "dense")
    return tester.run(tester.fully_convolutional, Rescale(scale)(image[None]))[0]


def paper_scales(scale: int | Sequence[int], side: int, stride: int = 32) -> tuple:
    """The Qs at which the paper tests a network trained at S = ``scale``, in pixels (§4.2).

    Fixed S: S − 32, S, S + 32, but nothing below the crop; 32 is the ``stride`` of the paper's
    networks. S from a range: its ends and its middle. side: of the crops.
    """
    if isinstance(scale, tuple | list):
        return (scale[0], sum(scale) // 2, scale[1])
    return tuple(sorted({max(side, scale - stride), scale, scale + stride}))


def crop_corners(shape: tuple, size: tuple, grid: int = GRID) -> np.ndarray:
    """Upper left corners (grid², 2) of crops, evenly spread over an image from edge to edge.

    shape: (C, H, W) of the image. size: (h, w) of the crops.
    """
    rows, columns = (
        np.rint(np.linspace(0, whole - part, grid)).astype(int)
        for whole, part in zip(shape[1:], size, strict=True)
    )
    return np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)


def border_effect(net: Layer, x, corner: tuple[int, int]) -> dict:
    """How much a crop's features differ from the whole image's: {"pool1": (H', W'), ...}.

    x: a normalised image (1, C, H, W). corner: (top, left) of the crop, multiples of the network's
    stride; the crop has the same distance from the opposite edges. At each position of the crop's
    feature map: Σ|whole − crop| over the channels, divided by the mean of Σ|whole| over the map.
    A convolution with padding sees zeros around the crop, where the whole image has neighbouring
    pixels; layer by layer the difference spreads inward. Dense and multi-crop evaluation see the
    image with different borders, which is why averaging both helps (§3.2).
    """
    top, left = corner
    whole, crop = x, x[:, :, top : x.shape[2] - top, left : x.shape[3] - left]
    stride, found = 1, {}
    with eval_mode(net):
        for layer in net["features"].layers.values():
            whole, crop = layer(whole), layer(crop)
            if isinstance(layer, MaxPool2d):
                stride *= layer.stride[0]
                i, j = top // stride, left // stride
                same = whole[0, :, i : i + crop.shape[2], j : j + crop.shape[3]]
                difference, size = (
                    backend.to_numpy(abs(a).sum(axis=0)) for a in (same - crop[0], same)
                )
                found[f"pool{len(found) + 1}"] = difference / size.mean()
    return found


class _Tester:
    """One model, tested by one protocol."""

    def __init__(self, model, protocol):
        self.model, self.crop_size = model, model.shape[1:]
        self.classes = model.net.output_shape(model.shape)[0]
        self.methods = {
            "centre": [self.centre],
            "dense": [self.dense],
            "multi-crop": [self.multi_crop],
            "both": [self.dense, self.multi_crop],
        }[protocol]
        if self.dense in self.methods:
            self.fully_convolutional = to_fully_convolutional(model.net, model.shape)

    def probabilities(self, images, scales):
        """(N, K), averaged over the scales."""
        return np.mean(
            [method(Rescale(scale)(images)) for scale in scales for method in self.methods], axis=0
        )

    def centre(self, images):
        """(N, K) of the centre crops."""
        return self.run(self.model.net, CenterCrop(self.crop_size)(images))

    def dense(self, images):
        """(N, K): the mean of the class map over its positions, and over the mirror image."""
        found = np.empty((len(images), self.classes))
        for indices, group in group_by_size(images):
            maps = [self.run(self.fully_convolutional, v, _mean_map) for v in self.views(group)]
            found[indices] = np.mean(maps, axis=0)
        return found

    def multi_crop(self, images):
        """(N, K): the mean over the grid of crops and their mirror images, image by image."""
        height, width = self.crop_size
        found = []
        for image in images:
            corners = crop_corners(image.shape, self.crop_size)
            crops = np.stack([image[:, i : i + height, j : j + width] for i, j in corners])
            views = np.concatenate(self.views(crops))
            found.append(self.run(self.model.net, views).mean(axis=0))
        return np.stack(found)

    def views(self, images):
        """The images (N, C, H, W), and their mirror images where the model is tested with them."""
        return [images, images[..., ::-1]] if self.model.mirror else [images]

    def run(self, net, images, reduce: Callable = lambda p: p):
        """``reduce`` of the class probabilities, in float64, for uint8 images (N, C, H, W)."""
        batches = image_batches(images, self.model.normalize)
        return np.concatenate(
            infer(net, batches, lambda y: reduce(class_probabilities(y).astype(np.float64)))
        )


def _mean_map(p):
    """The mean (N, K) of class maps (N, K, H, W) over the positions."""
    return p.mean(axis=(2, 3))


def _check(model, dataset, protocol, scales):
    if protocol not in PROTOCOLS:
        raise ValueError(f"unknown protocol {protocol!r}: there are {', '.join(PROTOCOLS)}")
    if not len(scales):
        raise ValueError("there must be at least one scale to test at")
    least = max(model.shape[1:])
    if min(scales) < least:
        sides = "×".join(map(str, model.shape[1:]))
        raise ValueError(
            f"the scale Q = {min(scales)} is smaller than the net's input of {sides} pixels: "
            f"use {least} or more"
        )
    outputs = model.net.output_shape(model.shape)[0]
    if dataset is not None and outputs != len(dataset.classes):
        raise ValueError(
            f"the net has {outputs} outputs, but the data have {len(dataset.classes)} classes"
        )
