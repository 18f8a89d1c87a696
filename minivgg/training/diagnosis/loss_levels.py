"""Two losses to compare with: of answers that ignore the image, and the smallest that there is."""

from dataclasses import dataclass
from math import log

import numpy as np

from minivgg import backend
from minivgg.training.diagnosis.subject import Subject

FITTED = 0.5  # share of what there is to learn that must be learned
LEAST = log(2) / 2  # there is always this much to learn: a batch may hold one class alone
TINY = 1e-9  # instead of a probability of 0, which has no logarithm


@dataclass(frozen=True)
class Levels:
    """What a loss of some images can be.

    Parameters
    ----------
    guess : float
        The smallest loss of answers that do not depend on the image.
    floor : float
        The smallest of all: above 0 with label smoothing.
    """

    guess: float
    floor: float = 0.0

    def is_fitted(self, loss: float) -> bool:
        """Whether the images have been learned.

        Parameters
        ----------
        loss : float
            Of a net for them.

        Returns
        -------
        bool
            True if at least half of what there is to learn has been learned.
        """
        return loss - self.floor < FITTED * max(self.guess - self.floor, LEAST)


def levels(subject: Subject, labels: np.ndarray, classes: int) -> Levels:
    """The levels of the loss of some images.

    With label smoothing ε the targets are t = 1 − ε for the label, plus ε/K for each class. The
    cross-entropy Σ w·t·(−log p) is smallest for p in proportion to w·t.

    Parameters
    ----------
    subject : Subject
        What is examined.
    labels : array of shape (N,)
        Class numbers.
    classes : int
        K.

    Returns
    -------
    Levels
        For a loss without label smoothing and class weights, those of the cross-entropy.
    """
    smoothing = float(getattr(subject.loss, "label_smoothing", 0.0))
    weights = getattr(subject.loss, "class_weights", None)
    if not smoothing and weights is None:
        return Levels(guessing(labels))
    targets = (1 - smoothing) * np.eye(classes)[labels] + smoothing / classes
    best = targets * (np.ones(classes) if weights is None else np.asarray(weights))
    same = np.broadcast_to(best.mean(axis=0), best.shape)
    return Levels(_loss(subject, same, labels), _loss(subject, best, labels))


def _loss(subject: Subject, shares: np.ndarray, labels: np.ndarray) -> float:
    parameters = subject.net.parameters().values()
    device = backend.device_of(next(iter(parameters)).array)
    logits = backend.to_device(np.log(np.maximum(shares, TINY)), device)
    return float(subject.loss.forward(logits, backend.to_device(labels, device)))


def guessing(labels: np.ndarray) -> float:
    """The smallest loss of answers that do not depend on the image: the entropy of the labels.

    Parameters
    ----------
    labels : array of shape (N,)
        Class numbers.

    Returns
    -------
    float
        ln K if the K classes have equally many images.
    """
    counts = np.unique(labels, return_counts=True)[1]
    shares = counts / counts.sum()
    return float(-(shares * np.log(shares)).sum())
