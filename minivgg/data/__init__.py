"""Floor 3: images and labels, from arrays, folders, zips and named sets, and the loader that makes batches of them.

A dataset has ``len()``, ``classes`` (names), ``shape`` (C, H, W), ``labels`` (N,) and ``batch(indices)`` -> uint8 images (B, C, H, W);
``dataset[i]`` is one (image, label). Where images keep sizes of their own, H and W are None and a batch is a list of (C, H, W).
"""

from minivgg.data.arrays import ArrayDataset, Subset, hold_out
from minivgg.data.datasets import NAMES, load
from minivgg.data.folder import ImageFolder
from minivgg.data.images import is_image, read_image
from minivgg.data.loader import Loader
from minivgg.data.statistics import Statistics, statistics
from minivgg.data.transforms import (
    CenterCrop,
    ColorShift,
    Compose,
    Normalize,
    RandomCrop,
    RandomHorizontalFlip,
    Rescale,
)

__all__ = [
    "NAMES",
    "ArrayDataset",
    "CenterCrop",
    "ColorShift",
    "Compose",
    "ImageFolder",
    "Loader",
    "Normalize",
    "RandomCrop",
    "RandomHorizontalFlip",
    "Rescale",
    "Statistics",
    "Subset",
    "hold_out",
    "is_image",
    "load",
    "read_image",
    "statistics",
]
