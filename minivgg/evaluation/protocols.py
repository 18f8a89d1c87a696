"""Floor 5: how test images are shown to a net: the middle, the whole image densely, or many crops, at one scale or several (§3.2).

An image is rescaled until its smaller side has Q pixels. Then

- "centre": the net sees the middle, once;
- "dense": the fully connected layers become convolutions and the net sees the whole image; its class map is averaged over space, and
  the image and its mirror are averaged;
- "multi-crop": the net sees a grid of 5×5 crops and their mirrors, 50 in all;
- "both": the average of dense and multi-crop (§4.3).

Several scales are averaged, and so are several nets (fusion, §4.4). What is averaged is always posteriors, that is after softmax; the paper
says so for mirrors, scales and nets, but leaves open whether the class map is averaged before softmax or after. Here: after, too.
"""

from math import prod
from typing import NamedTuple

import numpy as np
from tqdm.auto import tqdm

from minivgg import backend, ops
from minivgg.data import CenterCrop, Normalize, Rescale
from minivgg.evaluation.metrics import Evaluation, device_of_net
from minivgg.layers import Layer, MaxPool2d, eval_mode
from minivgg.models import to_fully_convolutional

PROTOCOLS = ("centre", "dense", "multi-crop", "both")
GRID = 5  # crops a side
PIXELS = 8 * 224 * 224  # that go through a net at once: memory is the same at every scale
CHUNK, FEW = (
    256,
    16,
)  # images that are read at once, of one size and in sizes of their own, which may be large


class Examinee(NamedTuple):
    """A net to be tested: the size (C, H, W) of images that it was made for, and how they are normalised.

    mirror: whether mirrored images are shown, too. A net that was not trained with them (digits, letters) has not learned to read them.
    """

    net: Layer
    shape: tuple
    normalize: Normalize
    mirror: bool = True


def evaluate(examinee, dataset, protocol="dense", scales=(256,), progress=False):
    """Test a net on all images of a dataset -> ``Evaluation``.

    protocol: one of PROTOCOLS. scales: the Qs, numbers of pixels. Nets are fused by averaging the results' ``posteriors``:
    ``Evaluation.of(np.mean([a.posteriors, b.posteriors], axis=0), a.labels, a.classes)``.
    Raises ``ValueError`` for an unknown protocol, a scale smaller than the net's input, or another number of classes than the data's.
    """
    _require(examinee, dataset, protocol, scales)
    found, n, shown = [], len(dataset), _Shown(examinee, protocol)
    chunk = CHUNK if dataset.shape[1] else FEW
    with tqdm(
        total=n,
        desc=f"{protocol} at {', '.join(map(str, scales))}",
        unit=" images",
        leave=False,
        disable=not progress,
    ) as bar:
        for start in range(0, n, chunk):
            images = dataset.batch(np.arange(start, min(start + chunk, n)))
            found.append(shown.posteriors(images, scales))
            bar.update(len(images))
    return Evaluation.of(np.concatenate(found), dataset.labels, dataset.classes)


def posteriors(examinee, images, protocol="dense", scales=(256,)):
    """(N, K) in float64: the probabilities of the classes for uint8 images, (N, C, H, W) or a list of (C, H, W), averaged over scales."""
    _require(examinee, None, protocol, scales)
    return _Shown(examinee, protocol).posteriors(images, scales)


def class_map(examinee, image, scale):
    """(K, H', W') in float64: the probabilities of the classes at each place of one uint8 image (C, H, W) rescaled to Q = ``scale``."""
    _require(examinee, None, "dense", [scale])
    shown = _Shown(examinee, "dense")
    return shown.run(shown.whole, Rescale(scale)(image[None]))[0]


def at_once(shape):
    """How many images of ``shape`` (C, H, W) go through a net at once when it is tested: PIXELS in all, or one image."""
    return max(1, min(CHUNK, PIXELS // prod(shape[1:])))


def paper_scales(scale, side, stride=32):
    """The Qs that the paper tests a net with that was trained at S = ``scale`` on crops of ``side`` pixels (§4.2).

    Fixed S: S − 32, S, S + 32, where 32 is the paper's net's ``stride``, but nothing below the crop. S from a range: its ends and middle.
    """
    if isinstance(scale, tuple | list):
        return (scale[0], sum(scale) // 2, scale[1])
    return tuple(sorted({max(side, scale - stride), scale, scale + stride}))


def crop_corners(shape, size, grid=GRID):
    """Upper left corners (grid², 2) of crops of ``size`` (h, w), evenly spread over an image of ``shape`` (C, H, W), edge to edge."""
    rows, columns = (
        np.rint(np.linspace(0, whole - part, grid)).astype(int)
        for whole, part in zip(shape[1:], size, strict=True)
    )
    return np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)


def border_effect(net, x, corner):
    """How far a crop's features are from the whole image's, after each max-pool: {"pool1": (H', W'), ...}.

    x: a normalised image (1, C, H, W). corner: (top, left) of the crop, multiples of the net's stride; the crop is as far from the other
    edges as from these. At each place of the crop's map: Σ|whole − crop| over the channels, divided by the mean of Σ|whole| over the map.
    A convolution with padding puts zeros around the crop where the whole image has neighbouring pixels; layer by layer the difference
    creeps inward. Dense and multi-crop testing see the image with different borders, which is why averaging both helps (§3.2).
    """
    top, left = corner
    whole, part, jump, found = x, x[:, :, top : x.shape[2] - top, left : x.shape[3] - left], 1, {}
    with eval_mode(net):
        for layer in net["features"].layers.values():
            whole, part = layer(whole), layer(part)
            if isinstance(layer, MaxPool2d):
                jump *= layer.stride[0]
                i, j = top // jump, left // jump
                same = whole[0, :, i : i + part.shape[2], j : j + part.shape[3]]
                difference, size = (
                    backend.to_numpy(abs(a).sum(axis=0)) for a in (same - part[0], same)
                )
                found[f"pool{len(found) + 1}"] = difference / size.mean()
    return found


class _Shown:
    """One net, ready to be shown images by a protocol."""

    def __init__(self, examinee, protocol):
        self.examinee, self.protocol, self.size = examinee, protocol, examinee.shape[1:]
        self.device, self.classes = (
            device_of_net(examinee.net),
            examinee.net.output_shape(examinee.shape)[0],
        )
        dense = protocol in ("dense", "both")
        self.whole = to_fully_convolutional(examinee.net, examinee.shape) if dense else None

    def posteriors(self, images, scales):
        """(N, K), averaged over the scales."""
        ways = {
            "centre": [self.centre],
            "dense": [self.dense],
            "multi-crop": [self.crops],
            "both": [self.dense, self.crops],
        }
        return np.mean(
            [way(Rescale(scale)(images)) for scale in scales for way in ways[self.protocol]], axis=0
        )

    def centre(self, images):
        """Of the middle of each image."""
        return self.run(self.examinee.net, CenterCrop(self.size)(images))

    def dense(self, images):
        """Of the class map, averaged over its places, and of the mirrored image's."""
        by_shape, found = (
            {},
            np.empty((len(images), self.classes)),
        )  # images of one size go through the net together
        for i, image in enumerate(images):
            by_shape.setdefault(image.shape, []).append(i)
        for indices in by_shape.values():
            alike = np.stack([images[i] for i in indices])
            views = [alike, alike[..., ::-1]] if self.examinee.mirror else [alike]
            found[indices] = np.mean(
                [self.run(self.whole, view, of=lambda p: p.mean(axis=(2, 3))) for view in views],
                axis=0,
            )
        return found

    def crops(self, images):
        """Averaged over the grid and the mirrors, image by image: fifty crops are a batch."""
        found = []
        for image in images:
            corners = crop_corners(image.shape, self.size)
            cut = np.stack(
                [image[:, i : i + self.size[0], j : j + self.size[1]] for i, j in corners]
            )
            views = [cut, cut[..., ::-1]] if self.examinee.mirror else [cut]
            found.append(self.run(self.examinee.net, np.concatenate(views)).mean(axis=0))
        return np.stack(found)

    def run(self, net, images, of=lambda p: p):
        """``of`` the softmax of the net's output for uint8 images (N, C, H, W), in eval mode and in parts that fit into memory."""
        step, found = at_once(images.shape[1:]), []
        with eval_mode(net):
            for start in range(0, len(images), step):
                x = self.examinee.normalize(images[start : start + step])
                p = ops.softmax(net(backend.to_device(x, self.device)))
                found.append(of(backend.to_numpy(p).astype(np.float64)))
        return np.concatenate(found)


def _require(examinee, dataset, protocol, scales):
    if protocol not in PROTOCOLS:
        raise ValueError(f"unknown protocol {protocol!r}: there are {', '.join(PROTOCOLS)}")
    if not len(scales):
        raise ValueError("there must be at least one scale to test at")
    least = max(examinee.shape[1:])
    if min(scales) < least:
        sides = "×".join(map(str, examinee.shape[1:]))
        raise ValueError(
            f"the scale Q = {min(scales)} is smaller than the net's input of {sides} pixels: use {least} or more"
        )
    outputs = examinee.net.output_shape(examinee.shape)[0]
    if dataset is not None and outputs != len(dataset.classes):
        raise ValueError(
            f"the net has {outputs} outputs, but the data {len(dataset.classes)} classes"
        )
