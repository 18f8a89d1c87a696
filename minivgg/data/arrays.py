"""Datasets in memory, subsets of datasets, and the split into training and validation images."""

import numpy as np

from minivgg.data.streams import TRAIN_VAL_SPLIT, generator


class ArrayDataset:
    """A dataset in memory.

    images: uint8 (N, C, H, W). labels: (N,), integers in 0..K−1. classes: K names.
    Raises ``TypeError`` for images that are not uint8 or labels that are not integers,
    ``ValueError`` for shapes or labels that do not fit.
    """

    def __init__(self, images, labels, classes):
        if images.dtype != np.uint8:
            raise TypeError(f"a dataset holds images as uint8 from 0 to 255, got {images.dtype}")
        if images.ndim != 4 or len(images) != len(labels):
            raise ValueError(
                f"a dataset needs images (N, C, H, W) and N labels, got {images.shape} and "
                f"{len(labels)} labels"
            )
        labels = np.asarray(labels)
        if labels.ndim != 1 or (labels.dtype.kind not in "iu" and len(labels)):
            raise TypeError(
                "labels must be integer class indices of shape (N,), got "
                f"{labels.dtype} of shape {labels.shape}"
            )
        self.images, self.labels, self.classes = images, labels.astype(np.int64), list(classes)
        if len(labels) and not 0 <= self.labels.min() <= self.labels.max() < len(self.classes):
            raise ValueError(
                f"labels must lie in 0..{len(self.classes) - 1} for {len(self.classes)} classes, "
                f"got {self.labels.min()}..{self.labels.max()}"
            )
        self.shape = images.shape[1:]

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return self.images[i], int(self.labels[i])

    def batch(self, indices):
        """Images (B, C, H, W) in uint8 at these indices."""
        return self.images[indices]


class Subset:
    """The images of another dataset at some indices (integers, or a boolean mask)."""

    def __init__(self, dataset, indices):
        indices = np.asarray(indices)
        indices = np.flatnonzero(indices) if indices.dtype == bool else indices.astype(np.int64)
        self.dataset, self.indices = dataset, indices
        self.classes, self.shape = dataset.classes, dataset.shape
        self.labels = dataset.labels[indices]

    def __len__(self):
        return len(self.indices)

    def __getitem__(self, i):
        return self.dataset[self.indices[i]]

    def batch(self, indices):
        """Images (B, C, H, W) in uint8 at these indices."""
        return self.dataset.batch(self.indices[indices])


def train_val_split(dataset, fraction, seed=0):
    """Split a dataset into a training and a validation ``Subset``, at random by ``seed``.

    fraction: the share of each class that goes to the validation images (a stratified split).
    Raises ``ValueError`` when the fraction is not in [0, 1).
    """
    if not 0 <= fraction < 1:
        raise ValueError(
            f"the fraction kept for validation must be at least 0 and below 1, got {fraction}"
        )
    rng = generator(TRAIN_VAL_SPLIT, seed)
    held_out = []
    for k in range(len(dataset.classes)):
        members = np.flatnonzero(dataset.labels == k)
        held_out.append(rng.permutation(members)[: round(fraction * len(members))])
    held_out = np.sort(np.concatenate(held_out))
    return Subset(dataset, np.setdiff1d(np.arange(len(dataset)), held_out)), Subset(
        dataset, held_out
    )
