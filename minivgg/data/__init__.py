"""Images and labels: datasets in memory, in folders or zips, by name; transforms and the loader.

A dataset has ``len()``, ``classes`` (names), ``shape`` (C, H, W), ``labels`` (N,) and
``batch(indices)`` -> uint8 images (B, C, H, W); ``dataset[i]`` is one (image, label). Where images
keep their own sizes, H and W are None and a batch is a list of (C, H, W).
"""

from minivgg.data.arrays import ArrayDataset, Subset, train_val_split
from minivgg.data.datasets import NAMES, load
from minivgg.data.folder import ImageFolder
from minivgg.data.images import is_image, read_image
from minivgg.data.loader import Loader
from minivgg.data.statistics import Statistics, statistics
from minivgg.data.transforms import (
    CenterCrop,
    Compose,
    Normalize,
    PCAColorShift,
    RandomCrop,
    RandomHorizontalFlip,
    Rescale,
)

__all__ = [
    "NAMES",
    "ArrayDataset",
    "CenterCrop",
    "Compose",
    "ImageFolder",
    "Loader",
    "Normalize",
    "PCAColorShift",
    "RandomCrop",
    "RandomHorizontalFlip",
    "Rescale",
    "Statistics",
    "Subset",
    "is_image",
    "load",
    "read_image",
    "statistics",
    "train_val_split",
]
