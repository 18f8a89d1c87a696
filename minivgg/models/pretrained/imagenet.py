"""From photographs to a net's input, and from its logits to ImageNet's names."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from minivgg import backend, ops
from minivgg.data import CenterCrop, Compose, Normalize, Rescale, read_image
from minivgg.models.pretrained.registry import PREPROCESSING, classes_file
from minivgg.utils import files

RESCALED, CROP = (
    256,
    224,
)  # smaller side, then the middle: the paper's Q = S = 256 (§4.1), and torchvision's


class Prediction(NamedTuple):
    """One guess: the class's index, WordNet's number ("n01530575"), its name and its probability."""

    index: int
    synset: str
    name: str
    probability: float


def preprocess(images, weights):
    """What a net with such weights expects: float32 (N, 3, 224, 224), RGB, from photographs of any size.

    Each is rescaled until its smaller side has 256 pixels, and the middle 224×224 are cut out (for nets made for another size, both in
    proportion). images: one or several: uint8 arrays (3, H, W) or (H, W, 3), an array (N, 3, H, W), or paths of image files.
    weights: a net whose weights were loaded or trained, "imagenet", "torchvision", "timm", "keras" or "frossard", or a ``data.Normalize``.
    Raises ``ValueError`` for weights whose preprocessing is not known or pictures of another shape, ``TypeError`` for other numbers.
    """
    normalize, sides = _preprocessing(weights)
    steps = Compose([Rescale(round(max(sides) * RESCALED / CROP)), CenterCrop(sides)])
    shown = [
        steps([picture])[0] for picture in pictures(images)
    ]  # one photograph at a time in its full size
    if not shown:
        raise ValueError("preprocess: there are no images")
    return normalize(np.stack(shown))


def class_names():
    """ImageNet's 1000 (synset, name), by index, from the file that Keras publishes: in ``$MINIVGG_DATA``, the cache, or downloaded.

    Two names occur twice (crane: the bird and the machine; maillot); these end with their synset, so that all names differ.
    Raises ``OSError`` when the file cannot be had or read.
    """
    path = classes_file()
    found = files.read_json(path, needs=map(str, range(1000)))
    try:
        pairs = [
            (str(synset), str(name).replace("_", " "))
            for synset, name in (found[str(k)] for k in range(1000))
        ]
    except (TypeError, ValueError) as error:
        raise OSError(f"{path} is damaged: its entries are no pairs of synset and name") from error
    names = [name for _, name in pairs]
    return [
        (synset, name if names.count(name) == 1 else f"{name} ({synset})") for synset, name in pairs
    ]


def decode_predictions(logits, top=5):
    """For each row of logits (N, 1000) the ``top`` most probable ``Prediction``s of ImageNet's classes, best first.

    Logits, not probabilities: Keras' function of this name takes what its nets give, which has gone through softmax already.
    Raises ``ValueError`` for logits of another shape, ``OSError`` as ``class_names``.
    """
    logits = np.atleast_2d(backend.to_numpy(logits))
    if logits.ndim != 2 or logits.shape[1] != 1000:
        raise ValueError(f"decode_predictions: expects logits (N, 1000), got shape {logits.shape}")
    names, probabilities = class_names(), ops.softmax(logits)
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :top]
    return [
        [Prediction(int(k), *names[k], float(p[k])) for k in row]
        for row, p in zip(best, probabilities, strict=True)
    ]


def _preprocessing(weights):
    """(``Normalize``, (height, width) of the net's input)."""
    if isinstance(weights, Normalize):
        return weights, (CROP, CROP)
    if isinstance(weights, str) and weights in PREPROCESSING:
        return PREPROCESSING[weights], (CROP, CROP)
    if getattr(weights, "preprocessing", None) is not None:
        return weights.preprocessing, weights.input_shape[1:]
    known = ", ".join(map(repr, PREPROCESSING))
    raise ValueError(
        f"preprocess: weights are a net with loaded or trained weights, a Normalize, or one of {known}, got {weights!r:.60}"
    )


def pictures(images, channels=3):
    """uint8 (C, H, W) of each of one or several images, one after the other: arrays (C, H, W) or (H, W, C), Pillow's images, or paths.

    A sequence that reads a file when it is asked for it. Raises ``TypeError`` for other numbers, ``ValueError`` for other shapes.
    """
    if (
        isinstance(images, str | Path)
        or hasattr(images, "convert")
        or (isinstance(images, np.ndarray) and images.ndim == 3)
    ):
        images = [images]
    return _Pictures(images, channels)


class _Pictures:
    def __init__(self, images, channels):
        self.images, self.channels = (
            images if isinstance(images, np.ndarray) else list(images),
            channels,
        )

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        image, c = self.images[i], self.channels
        if isinstance(image, str | Path):
            return read_image(image, c)
        image = np.asarray(image)  # Pillow's images become (H, W, C)
        if image.dtype != np.uint8:
            raise TypeError(f"pictures hold whole numbers from 0 to 255 (uint8), got {image.dtype}")
        if image.ndim == 3 and image.shape[0] != c and image.shape[2] == c:
            image = image.transpose(2, 0, 1)
        if image.ndim != 3 or image.shape[0] != c:
            raise ValueError(
                f"a picture is ({c}, H, W) or (H, W, {c}){', RGB' if c == 3 else ''}, got shape {image.shape}"
            )
        return image
