"""How good a network is on a dataset: loss, accuracy, and the confusion matrix."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from tqdm.auto import tqdm

from minivgg import backend, ops
from minivgg.backend.types import Array
from minivgg.data import Loader
from minivgg.evaluation.inference import class_probabilities, infer
from minivgg.evaluation.significance import wilson_interval
from minivgg.layers import Layer

RANKING_ROWS = 1000  # images whose classes are sorted together


@dataclass(frozen=True)
class Evaluation:
    """What ``evaluate`` found over N images, in the loader's order.

    Parameters
    ----------
    loss : float
        The mean of −log p of the labels, in nats.
    accuracy, top5 : float
        How often the label is the most probable class, and how often it is among the five most
        probable ones, from 0 to 1.
    labels, predicted : array of shape (N,)
        Class numbers.
    confidence : array of shape (N,)
        The probability of the predicted class.
    classes : list of str
        The names of the K classes.
    probabilities : array of shape (N, K)
        Of each class.
    """

    loss: float
    accuracy: float
    top5: float
    labels: np.ndarray
    predicted: np.ndarray
    confidence: np.ndarray
    classes: list[str]
    probabilities: np.ndarray

    @classmethod
    def from_probabilities(
        cls,
        probabilities: np.ndarray,
        labels: np.ndarray,
        classes: Sequence[str],
        loss: float | None = None,
    ) -> "Evaluation":
        """From the probabilities of the classes.

        Parameters
        ----------
        probabilities : array of shape (N, K)
            Of each class, for each image.
        labels : array of shape (N,)
            Class numbers.
        classes : sequence of str
            The names of the K classes.
        loss : float, optional
            The mean of −log p of the labels, where it is known more exactly.

        Returns
        -------
        Evaluation
            All that follows from the probabilities.

        Examples
        --------
        >>> found = np.array([[0.7, 0.2, 0.1], [0.5, 0.3, 0.2]])
        >>> result = Evaluation.from_probabilities(found, np.array([0, 1]), ["cat", "dog", "owl"])
        >>> result.accuracy, round(result.loss, 4)
        (0.5, 0.7803)
        >>> result.confusion  # a cat was a cat, and a dog was taken for a cat
        array([[1, 0, 0],
               [1, 0, 0],
               [0, 0, 0]])
        """
        if loss is None:
            of_labels = probabilities[np.arange(len(labels)), labels]
            loss = float(-np.log(np.maximum(of_labels, np.finfo(np.float64).tiny)).mean())
        best = _five_best(probabilities)
        return cls(
            loss=loss,
            accuracy=float((best[:, 0] == labels).mean()),
            top5=float((best == labels[:, None]).any(axis=1).mean()),
            labels=labels,
            predicted=best[:, 0],
            confidence=probabilities.max(axis=1),
            classes=list(classes),
            probabilities=probabilities,
        )

    @property
    def wrong(self) -> int:
        """How many images were misclassified."""
        return int((self.predicted != self.labels).sum())

    @cached_property
    def confusion(self) -> np.ndarray:
        """The confusion matrix (K, K): how many images of class row were predicted as column."""
        matrix = np.zeros((len(self.classes),) * 2, np.int64)
        np.add.at(matrix, (self.labels, self.predicted), 1)
        return matrix

    @property
    def interval(self) -> tuple[float, float]:
        """Where the accuracy on all such images is, with a confidence of 95 % (Wilson)."""
        return wilson_interval(len(self.labels) - self.wrong, len(self.labels))

    @cached_property
    def precision(self) -> np.ndarray:
        """(K,): the share of the images predicted as a class that belong to it; NaN for none."""
        return _share(self.confusion, axis=0)

    @cached_property
    def recall(self) -> np.ndarray:
        """(K,): the share of a class's images that are predicted as it; NaN for no images."""
        return _share(self.confusion, axis=1)

    @cached_property
    def f1(self) -> np.ndarray:
        """(K,): the harmonic mean of precision and recall, 2·right / (predicted + images).

        It is 0 where nothing is right, and NaN for a class without images and predictions.
        """
        matrix = self.confusion
        return _divide(2 * np.diag(matrix), matrix.sum(axis=0) + matrix.sum(axis=1))

    def macro(self, name: str) -> float:
        """The mean of a figure over the classes that have images, each class counting the same.

        Parameters
        ----------
        name : {"precision", "recall", "f1"}
            The precision of a class that was never predicted counts as 0.

        Returns
        -------
        mean : float
            From 0 to 1.
        """
        there = self.confusion.sum(axis=1) > 0
        return float(np.nan_to_num(getattr(self, name)[there]).mean())


def _share(matrix: np.ndarray, axis: int) -> np.ndarray:
    return _divide(np.diag(matrix), matrix.sum(axis=axis))


def _divide(counts: np.ndarray, of: np.ndarray) -> np.ndarray:
    """counts / of, NaN where there is nothing to divide by."""
    found = np.full(len(counts), np.nan)
    np.divide(counts, of, out=found, where=of > 0)
    return found


def _five_best(probabilities: np.ndarray) -> np.ndarray:
    """(N, 5): the most probable classes of each image, or all where there are fewer than five.

    In blocks of rows, because a full ranking takes more memory than the probabilities.
    """
    blocks = [
        probabilities[start : start + RANKING_ROWS]
        for start in range(0, len(probabilities), RANKING_ROWS)
    ]
    return np.concatenate([np.argsort(-block, axis=1, kind="stable")[:, :5] for block in blocks])


def evaluate(net: Layer, loader: Loader, progress: bool = False) -> Evaluation:
    """Evaluate a network on all images of a loader.

    Parameters
    ----------
    net : Layer
        From normalised images to logits. It is evaluated in eval mode; its layers keep their modes.
    loader : Loader
        Yields the images, as the network expects them, and their labels.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Evaluation
        The loss is in nats. accuracy and top5 (whether the label is among the five most probable
        classes; 1 with five classes or fewer) go from 0 to 1.

    Raises
    ------
    ValueError
        If the number of outputs is not the number of classes of the data.
    TypeError
        If the labels are not class numbers, but the targets of a regression.

    Examples
    --------
    >>> from minivgg import data, layers
    >>> test = data.load("digits", "test")
    >>> loader = data.Loader(test, transforms=[data.Normalize.from_dataset(test)])
    >>> untrained = layers.Sequential(layers.Flatten(), layers.Linear(64, 10, initializer="zeros"))
    >>> result = evaluate(untrained, loader)
    >>> round(result.loss, 4)  # all classes are equally probable: log 10
    2.3026
    """
    classes = loader.dataset.classes
    if loader.dataset.labels.dtype.kind not in "iu":
        raise TypeError(
            "evaluate counts right and wrong classes, but these labels are "
            f"{loader.dataset.labels.dtype} targets, which have none: use the metric of their "
            "loss, as in losses.MSELoss().metric(net(images), targets)"
        )

    def measure(logits: Array, labels: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        if logits.shape[1] != len(classes):
            raise ValueError(
                f"the net has {logits.shape[1]} outputs, but the data have {len(classes)} classes"
            )
        there = backend.to_device(labels, backend.device_of(logits))
        loss, _ = ops.softmax_cross_entropy(logits, there)
        return float(loss) * len(labels), class_probabilities(logits), labels

    batches = tqdm(
        loader.epoch(0), "evaluating", len(loader), leave=False, disable=not progress
    )  # a rank's shard of a small last batch can be empty
    nonempty = (batch for batch in batches if len(batch[0]))
    losses, probabilities, labels_by_batch = zip(*infer(net, nonempty, measure), strict=True)
    labels = np.concatenate(labels_by_batch)
    total = 0.0
    for loss in losses:  # from Python 3.12 on, sum() rounds differently
        total += loss
    return Evaluation.from_probabilities(
        np.concatenate(probabilities), labels, classes, total / len(labels)
    )
