"""Images and labels: datasets in memory, in folders or zips, by name; transforms and the loader.

``Dataset`` and ``Transform`` say what a dataset and a transform are; any class of yours that has
those methods can be used with all the rest.
"""

from minivgg.data.arrays import ArrayDataset, Subset, train_val_split
from minivgg.data.datasets import NAMES, load
from minivgg.data.folder import ImageFolder
from minivgg.data.image_formats import is_image
from minivgg.data.images import read_image
from minivgg.data.interfaces import Dataset, Images, ImageShape, Indices, Transform
from minivgg.data.loader import Loader
from minivgg.data.pixel_limit import set_max_pixels
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
    "Dataset",
    "ImageFolder",
    "ImageShape",
    "Images",
    "Indices",
    "Loader",
    "Normalize",
    "PCAColorShift",
    "RandomCrop",
    "RandomHorizontalFlip",
    "Rescale",
    "Statistics",
    "Subset",
    "Transform",
    "is_image",
    "load",
    "read_image",
    "set_max_pixels",
    "statistics",
    "train_val_split",
]
