"""Can labels be predicted from images? A small classifier, tested on images that it has not seen.

Kernel ridge regression on coarse pixels: each class is a column of zeros and ones, and a new image
gets the values of similar images. Two properties make it the right probe here. The prediction for
each image by all *others* is a formula (leave-one-out: Allen 1974, PRESS; Rasmussen & Williams
2006, eq. 5.12), so that no image is wasted. And it is linear in the labels: other labels, such as
shuffled ones, cost one matrix product. How often the classifier is right with shuffled labels is
what "chance" is, with its spread (a permutation test: Ojala & Garriga 2010, "Permutation Tests for
Studying Classifier Performance").
"""

from dataclasses import dataclass

import numpy as np

from minivgg.data import Images

GRID = 8  # cells along each side that an image is averaged to: coarse, so that shifts matter little
RIDGE = 0.3  # added to the diagonal of a kernel whose diagonal is 1
PERMUTATIONS = 30
# A true accuracy of chance lies beyond this many standard deviations once in 30,000 datasets.
CERTAIN = 4.0


@dataclass(frozen=True)
class Agreement:
    """How well labels can be told from images.

    Parameters
    ----------
    accuracy : float
        The mean over the classes of the share of their images that are recognised.
    chance, spread : float
        Mean and standard deviation of the same number for shuffled labels.
    """

    accuracy: float
    chance: float
    spread: float

    @property
    def z(self) -> float:
        """By how many standard deviations the accuracy is above chance."""
        return (self.accuracy - self.chance) / self.spread

    @property
    def is_certain(self) -> bool:
        """Whether the labels have to do with the images."""
        return self.z > CERTAIN

    @property
    def smallest_visible(self) -> float:
        """The accuracy from which on it would have been certain."""
        return self.chance + CERTAIN * self.spread


class Probe:
    """The classifier for some images, whatever their labels.

    Parameters
    ----------
    features : array of shape (N, D)
        Of the images.
    """

    def __init__(self, features: np.ndarray) -> None:
        x = features.astype(np.float64)
        x = x - x.mean(axis=0)
        squares = (x * x).sum(axis=1)
        distances = np.maximum(squares[:, None] + squares - 2 * x @ x.T, 0)
        scale = np.median(distances[~np.eye(len(x), dtype=bool)]) or 1.0
        kernel = np.exp(-distances / scale)
        self.inverse = np.linalg.inv(kernel + RIDGE * np.eye(len(x)))

    def accuracy(self, labels: np.ndarray) -> float:
        """The share of images that the others classify correctly, as a mean over the classes.

        Parameters
        ----------
        labels : array of shape (N,)
            Class numbers.

        Returns
        -------
        float
            About 1/K if the labels have nothing to do with the images.
        """
        classes, numbers = np.unique(labels, return_inverse=True)
        targets = np.eye(len(classes))[numbers]
        shares = targets.mean(axis=0)
        targets = targets - shares
        # ŷ₋ᵢ = yᵢ − (K⁻¹y)ᵢ / (K⁻¹)ᵢᵢ: the prediction for image i by all others
        predicted = targets - (self.inverse @ targets) / self.inverse.diagonal()[:, None]
        right = (predicted / shares).argmax(axis=1) == numbers  # each class counts the same
        return float(np.mean([right[numbers == k].mean() for k in range(len(classes))]))

    def agreement(self, labels: np.ndarray, seed: int) -> Agreement:
        """The accuracy, and what it would be by chance.

        Parameters
        ----------
        labels : array of shape (N,)
            Class numbers.
        seed : int
            Of the shuffled labels.

        Returns
        -------
        Agreement
            With both.
        """
        rng = np.random.default_rng(seed)
        by_chance = [self.accuracy(rng.permutation(labels)) for _ in range(PERMUTATIONS)]
        spread = max(float(np.std(by_chance, ddof=1)), 1e-6)
        return Agreement(self.accuracy(labels), float(np.mean(by_chance)), spread)


def coarse_pixels(images: Images) -> np.ndarray:
    """Images averaged to a grid of a few cells, each image with a contrast of 1.

    Parameters
    ----------
    images : array of shape (N, C, H, W), or list of arrays of shape (C, H, W)
        Of any sizes.

    Returns
    -------
    features : array of shape (N, D)
        The cells of all channels.
    """
    if isinstance(images, np.ndarray):
        return _cells(images)
    return np.concatenate([_cells(image[None]) for image in images])


def _cells(images: np.ndarray) -> np.ndarray:
    x = images.astype(np.float64)
    for axis in (2, 3):
        side = x.shape[axis]
        edges = np.unique(np.arange(GRID) * side // GRID)
        widths = np.diff([*edges, side]).reshape([-1 if a == axis else 1 for a in range(4)])
        x = np.add.reduceat(x, edges, axis) / widths
    return x.reshape(len(x), -1)
