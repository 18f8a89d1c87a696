"""Datasets in memory, subsets of datasets, and the split into training and validation images."""

from collections.abc import Sequence

import numpy as np

from minivgg.data.checks import require_dataset
from minivgg.data.interfaces import Dataset, Images, ImageShape, Indices
from minivgg.data.streams import TRAIN_VAL_SPLIT, generator
from minivgg.utils.notices import notify

MAX_CHANNELS = 4  # of images whose channels are recognised when they come last


class ArrayDataset:
    """A dataset in memory.

    Parameters
    ----------
    images : array of shape (N, C, H, W), (N, H, W, C) or (N, H, W)
        Pixels from 0 to 255 in uint8. Channels that come last, as in Keras, are put first, with a
        notice, where the shape leaves no doubt: at most 4 channels, and sides of more than 4
        pixels. Images (N, H, W) are grey.
    labels : array of shape (N,) or (N, 1)
        The class number of each image, integers from 0 to K − 1. Without classes, these are the
        targets of a regression: floats of shape (N,) or (N, D), which are kept as float32.
    classes : sequence of str
        The names of the K classes; none for a regression.

    Raises
    ------
    TypeError
        If the images are not uint8, or the labels are not integers (without classes: not floats).
    ValueError
        If the shapes do not match, or a label has no class.

    Examples
    --------
    >>> from minivgg import data
    >>> images = np.zeros((6, 3, 32, 32), np.uint8)
    >>> dataset = data.ArrayDataset(images, [0, 1, 1, 0, 1, 0], ["cat", "dog"])
    >>> len(dataset), dataset.shape
    (6, (3, 32, 32))
    >>> image, label = dataset[1]
    >>> dataset.classes[label]
    'dog'

    Images with a number to predict, such as an age:

    >>> ages = np.array([[31.5], [8.0], [64.0], [17.0], [40.0], [22.5]])
    >>> faces = data.ArrayDataset(images, ages)
    >>> faces[0][1], faces.classes
    (array([31.5], dtype=float32), [])
    """

    def __init__(
        self, images: np.ndarray, labels: Sequence[float] | np.ndarray, classes: Sequence[str] = ()
    ) -> None:
        images = _channels_first(_require_uint8(np.asarray(images)))
        if images.ndim != 4 or len(images) != len(labels):
            raise ValueError(
                f"a dataset needs images (N, C, H, W) and N labels, got {images.shape} and "
                f"{len(labels)} labels"
            )
        self.images, self.classes = images, list(classes)
        self.shape: ImageShape = images.shape[1:]
        if not self.classes:
            self.labels = _targets(np.asarray(labels))
            return
        self.labels = _class_numbers(np.asarray(labels)).astype(np.int64)
        if len(labels) and not 0 <= self.labels.min() <= self.labels.max() < len(self.classes):
            raise ValueError(
                f"labels must lie in 0..{len(self.classes) - 1} for {len(self.classes)} classes, "
                f"got {self.labels.min()}..{self.labels.max()}"
            )

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, i: int) -> tuple[np.ndarray, int | np.ndarray]:
        return self.images[i], int(self.labels[i]) if self.classes else self.labels[i]

    def batch(self, indices: Indices) -> np.ndarray:
        """Read several images.

        Parameters
        ----------
        indices : array of shape (B,)
            The numbers of the images.

        Returns
        -------
        images : array of shape (B, C, H, W)
            Pixels from 0 to 255 in uint8.
        """
        return self.images[indices]


def _require_uint8(images: np.ndarray) -> np.ndarray:
    if images.dtype == np.uint8:
        return images
    remedy = ""
    if images.dtype.kind == "f" and images.size:
        is_unit = images.min() >= 0 and images.max() <= 1
        make = "(255 * images).round()" if is_unit else "images.round()"
        remedy = (
            f": bring floats from 0 to {1 if is_unit else 255} there by {make}.astype(np.uint8)"
        )
    elif images.dtype.kind in "iub":
        remedy = ": if all values are from 0 to 255, use images.astype(np.uint8)"
    raise TypeError(f"a dataset holds images as uint8 from 0 to 255, got {images.dtype}{remedy}")


def _channels_first(images: np.ndarray) -> np.ndarray:
    """(N, H, W) and what is (N, H, W, C) without doubt as (N, C, H, W); others as they are."""
    if images.ndim == 3:
        return images[:, None]
    # a side of 4 pixels or less is no photograph's: then 32×32×3 is not 32 channels of 32×3
    if images.ndim == 4 and images.shape[3] <= MAX_CHANNELS < min(images.shape[1:3]):
        n, height, width, channels = images.shape
        notify(
            f"images of shape {images.shape} are taken as {n:,} images of {height}×{width} pixels "
            f"and {channels} channel{'s' if channels > 1 else ''}, channels last"
        )
        return images.transpose(0, 3, 1, 2)
    return images


def _class_numbers(labels: np.ndarray) -> np.ndarray:
    if labels.ndim == 2 and labels.shape[1] == 1:  # Keras' cifar10.load_data()
        labels = labels[:, 0]
    if labels.ndim != 1 or (labels.dtype.kind not in "iu" and len(labels)):
        is_floats = labels.ndim == 1 and labels.dtype.kind == "f"
        is_table = labels.ndim == 2 and labels.dtype.kind in "iufb"
        raise TypeError(
            "labels must be integer class indices of shape (N,), got "
            f"{labels.dtype} of shape {labels.shape}"
            f"{': for one column a class (one-hot) use labels.argmax(axis=1)' if is_table else ''}"
            f"{': leave out the classes for the targets of a regression' if is_floats else ''}"
        )
    return labels


def _targets(targets: np.ndarray) -> np.ndarray:
    if targets.dtype.kind != "f" and len(targets):
        raise TypeError(
            f"a dataset without classes needs float targets, got {targets.dtype}: name the classes "
            "of class numbers, or bring other numbers to floats by .astype(np.float32)"
        )
    if not np.isfinite(targets).all():
        raise ValueError("the targets of a dataset must be finite numbers")
    return targets.astype(np.float32)


class Subset:
    """Some of the images of another dataset.

    Parameters
    ----------
    dataset : Dataset
        Where the images are read from.
    indices : array of shape (B,), or bool array of shape (N,)
        The numbers of the images, or a mask that is true for each of them.
    """

    def __init__(self, dataset: Dataset, indices: Indices) -> None:
        indices = np.asarray(indices)
        indices = np.flatnonzero(indices) if indices.dtype == bool else indices.astype(np.int64)
        self.dataset, self.indices = dataset, indices
        self.classes, self.shape = dataset.classes, dataset.shape
        self.labels = dataset.labels[indices]

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, i: int) -> tuple[np.ndarray, int | np.ndarray]:
        return self.batch([i])[0], int(self.labels[i]) if len(self.classes) else self.labels[i]

    def batch(self, indices: Indices) -> Images:
        """Read several images.

        Parameters
        ----------
        indices : array of shape (B,)
            The numbers of the images, counted within the subset.

        Returns
        -------
        images : array of shape (B, C, H, W), or list of arrays of shape (C, H, W)
            As the dataset returns them.
        """
        return self.dataset.batch(self.indices[indices])


def train_val_split(dataset: Dataset, fraction: float, seed: int = 0) -> tuple[Subset, Subset]:
    """Split a dataset into training and validation images, at random.

    The split is stratified: each class gives the same fraction of its images. Images with float
    targets, which have no classes, are split as a whole.

    Parameters
    ----------
    dataset : Dataset
        The images to split.
    fraction : float
        How many images of each class are validation images, at least 0 and below 1.
    seed : int
        The same seed makes the same split.

    Returns
    -------
    training, validation : Subset
        Each image is in one of them; both keep the order of the dataset.

    Raises
    ------
    ValueError
        If the fraction is not in [0, 1), or there are not as many labels as images.
    TypeError
        If the dataset lacks something.

    Examples
    --------
    >>> from minivgg import data
    >>> training, validation = data.train_val_split(data.load("digits"), 0.1)
    >>> len(training), len(validation)
    (1294, 144)
    """
    if not 0 <= fraction < 1:
        raise ValueError(
            f"the fraction kept for validation must be at least 0 and below 1, got {fraction}"
        )
    require_dataset("train_val_split", dataset)
    rng = generator(TRAIN_VAL_SPLIT, seed)
    held_out_by_class = []
    groups = [np.flatnonzero(dataset.labels == k) for k in range(len(dataset.classes))]
    for members in groups or [np.arange(len(dataset))]:
        held_out_by_class.append(rng.permutation(members)[: round(fraction * len(members))])
    held_out = np.sort(np.concatenate(held_out_by_class))
    return Subset(dataset, np.setdiff1d(np.arange(len(dataset)), held_out)), Subset(
        dataset, held_out
    )
