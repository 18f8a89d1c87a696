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
from minivgg.backend.types import Array, Shape
from minivgg.data import CenterCrop, Dataset, Images, Normalize, Rescale
from minivgg.evaluation.inference import (
    class_probabilities,
    group_by_size,
    image_batches,
    infer,
)
from minivgg.evaluation.metrics import Evaluation
from minivgg.layers import Layer, MaxPool2d, Sequential, eval_mode
from minivgg.models import to_fully_convolutional

PROTOCOLS = ("centre", "dense", "multi-crop", "both")
GRID = 5  # crops in a row and in a column
READ_IMAGES = 256  # images of one size that are read together
READ_IMAGES_OF_ANY_SIZE = 16  # images in their own sizes, which can be large


class ModelUnderTest(NamedTuple):
    """A network to be tested, and how it expects its images.

    Parameters
    ----------
    net : Sequential
        A net of ``models``.
    shape : (int, int, int)
        (C, H, W) of the images that it was trained for.
    normalize : Normalize
        From pixels to its input.
    mirror : bool
        Whether mirror images are tested, too. A network that was trained without them (on digits or
        letters) has not learned to recognise them.
    """

    net: Sequential
    shape: tuple[int, int, int]
    normalize: Normalize
    mirror: bool = True


def evaluate(
    model: ModelUnderTest,
    dataset: Dataset,
    protocol: str = "dense",
    scales: Sequence[int] = (256,),
    progress: bool = False,
) -> Evaluation:
    """Test a network on all images of a dataset.

    Parameters
    ----------
    model : ModelUnderTest
        The network.
    dataset : Dataset
        Of images in any size.
    protocol : {"dense", "centre", "multi-crop", "both"}
        As at the beginning of this module.
    scales : sequence of int
        The Qs, in pixels; the probabilities at all of them are averaged.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Evaluation
        Networks are fused by averaging the ``probabilities`` of their results::

            mean = np.mean([a.probabilities, b.probabilities], axis=0)
            fused = Evaluation.from_probabilities(mean, a.labels, a.classes)

    Raises
    ------
    ValueError
        If the protocol is unknown, a scale is smaller than the network's input, or the data have
        another number of classes.

    References
    ----------
    Simonyan & Zisserman 2014, §3.2, §4.
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
    model: ModelUnderTest,
    images: Images,
    protocol: str = "dense",
    scales: Sequence[int] = (256,),
) -> np.ndarray:
    """The class probabilities of images, averaged over scales.

    Parameters
    ----------
    model : ModelUnderTest
        The network.
    images : array of shape (N, C, H, W), or list of arrays of shape (C, H, W)
        Pixels from 0 to 255 in uint8.
    protocol : {"dense", "centre", "multi-crop", "both"}
        As for ``evaluate``, whose errors are raised here, too.
    scales : sequence of int
        The Qs, in pixels.

    Returns
    -------
    array of shape (N, K)
        In float64.
    """
    _check(model, None, protocol, scales)
    return _Tester(model, protocol).probabilities(images, scales)


def class_map(model: ModelUnderTest, image: np.ndarray, scale: int) -> np.ndarray:
    """The class probabilities at each position of one image.

    Parameters
    ----------
    model : ModelUnderTest
        The network, which is turned into a fully convolutional one.
    image : array of shape (C, H, W)
        Pixels from 0 to 255 in uint8.
    scale : int
        Q in pixels, to which the image is rescaled.

    Returns
    -------
    array of shape (K, H', W')
        In float64.

    References
    ----------
    Simonyan & Zisserman 2014, §3.2.
    """
    _check(model, None, "dense", [scale])
    tester = _Tester(model, "dense")
    rescaled = np.asarray(Rescale(scale)(image[None]))
    return tester.run(tester.fully_convolutional, rescaled)[0]


def paper_scales(
    scale: int | tuple[int, int] | list[int], side: int, stride: int = 32
) -> tuple[int, ...]:
    """The scales at which the paper tests a network.

    Parameters
    ----------
    scale : int or (int, int)
        S that the network was trained at, or the range that S was drawn from.
    side : int
        Of the crops; no Q is below it.
    stride : int
        Of the network; 32 for those of the paper.

    Returns
    -------
    tuple of int
        The Qs, in pixels: S − 32, S, S + 32 for a fixed S; the ends and the middle of a range.

    References
    ----------
    Simonyan & Zisserman 2014, §4.2.

    Examples
    --------
    >>> paper_scales(256, side=224), paper_scales((256, 512), side=224)
    ((224, 256, 288), (256, 384, 512))
    """
    if isinstance(scale, tuple | list):
        return (scale[0], sum(scale) // 2, scale[1])
    return tuple(sorted({max(side, scale - stride), scale, scale + stride}))


def crop_corners(shape: Shape, size: tuple[int, int], grid: int = GRID) -> np.ndarray:
    """Upper left corners of crops, evenly spread over an image from edge to edge.

    Parameters
    ----------
    shape : (int, int, int)
        (C, H, W) of the image.
    size : (int, int)
        (height, width) of the crops.
    grid : int
        How many crops there are in a row and in a column.

    Returns
    -------
    array of shape (grid², 2)
        (top, left) of each crop.

    Examples
    --------
    >>> crop_corners((3, 256, 300), (224, 224), grid=2)
    array([[ 0,  0],
           [ 0, 76],
           [32,  0],
           [32, 76]])
    """
    rows, columns = (
        np.rint(np.linspace(0, whole - part, grid)).astype(int)
        for whole, part in zip(shape[1:], size, strict=True)
    )
    return np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)


def border_effect(net: Sequential, x: Array, corner: tuple[int, int]) -> dict[str, np.ndarray]:
    """How much a crop's features differ from the whole image's, after each max-pooling.

    A convolution with padding sees zeros around the crop, where the whole image has neighbouring
    pixels; layer by layer the difference spreads inward. Dense and multi-crop evaluation see the
    image with different borders. The paper supposes that they complement each other for this.

    Parameters
    ----------
    net : Sequential
        A net of ``models``.
    x : array of shape (1, C, H, W)
        A normalised image.
    corner : (int, int)
        (top, left) of the crop, multiples of the network's stride; the crop has the same distance
        from the opposite edges.

    Returns
    -------
    dict of str to array of shape (H', W')
        "pool1", ...: at each position of the crop's feature map, Σ|whole − crop| over the channels,
        divided by the mean of Σ|whole| over the map.

    References
    ----------
    Simonyan & Zisserman 2014, §3.2.
    """
    top, left = corner
    whole, crop = x, x[:, :, top : x.shape[2] - top, left : x.shape[3] - left]
    stride = 1
    found: dict[str, np.ndarray] = {}
    with eval_mode(net):
        for layer in net["features"].children().values():
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

    def __init__(self, model: ModelUnderTest, protocol: str) -> None:
        self.model, self.crop_size = model, model.shape[1:]
        self.classes = model.net.output_shape(model.shape)[0]
        methods: dict[str, list[Callable[[Images], np.ndarray]]] = {
            "centre": [self.centre],
            "dense": [self.dense],
            "multi-crop": [self.multi_crop],
            "both": [self.dense, self.multi_crop],
        }
        self.methods = methods[protocol]
        if self.dense in self.methods:
            self.fully_convolutional = to_fully_convolutional(model.net, model.shape)

    def probabilities(self, images: Images, scales: Sequence[int]) -> np.ndarray:
        """(N, K), averaged over the scales."""
        return np.mean(
            [method(Rescale(scale)(images)) for scale in scales for method in self.methods], axis=0
        )

    def centre(self, images: Images) -> np.ndarray:
        """(N, K) of the centre crops."""
        return self.run(self.model.net, CenterCrop(self.crop_size)(images))

    def dense(self, images: Images) -> np.ndarray:
        """(N, K): the mean of the class map over its positions, and over the mirror image."""
        found = np.empty((len(images), self.classes))
        for indices, group in group_by_size(images):
            maps = [self.run(self.fully_convolutional, v, _mean_map) for v in self.views(group)]
            found[indices] = np.mean(maps, axis=0)
        return found

    def multi_crop(self, images: Images) -> np.ndarray:
        """(N, K): the mean over the grid of crops and their mirror images, image by image."""
        height, width = self.crop_size
        found = []
        for image in images:
            corners = crop_corners(image.shape, self.crop_size)
            crops = np.stack([image[:, i : i + height, j : j + width] for i, j in corners])
            views = np.concatenate(self.views(crops))
            found.append(self.run(self.model.net, views).mean(axis=0))
        return np.stack(found)

    def views(self, images: np.ndarray) -> list[np.ndarray]:
        """The images (N, C, H, W), and their mirror images where the model is tested with them."""
        return [images, images[..., ::-1]] if self.model.mirror else [images]

    def run(
        self,
        net: Layer,
        images: np.ndarray,
        reduce: Callable[[np.ndarray], np.ndarray] = lambda p: p,
    ) -> np.ndarray:
        """``reduce`` of the class probabilities, in float64, for uint8 images (N, C, H, W)."""
        batches = image_batches(images, self.model.normalize)
        return np.concatenate(
            infer(net, batches, lambda y: reduce(class_probabilities(y).astype(np.float64)))
        )


def _mean_map(p: np.ndarray) -> np.ndarray:
    """The mean (N, K) of class maps (N, K, H, W) over the positions."""
    return p.mean(axis=(2, 3))


def _check(
    model: ModelUnderTest, dataset: Dataset | None, protocol: str, scales: Sequence[int]
) -> None:
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
