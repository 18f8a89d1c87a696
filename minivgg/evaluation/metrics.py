"""How good a network is on a dataset: loss, accuracy, and the confusion matrix."""

from dataclasses import dataclass

import numpy as np
from tqdm.auto import tqdm

from minivgg import backend, ops
from minivgg.evaluation.inference import class_probabilities, infer

RANKING_ROWS = 1000  # images whose classes are sorted together


@dataclass(frozen=True)
class Evaluation:
    """What ``evaluate`` found over N images, in the loader's order.

    loss: mean −log p of the labels, in nats. accuracy, top5: from 0 to 1.
    labels, predicted: (N,) class numbers. confidence: (N,) probability of the predicted class.
    classes: K names. probabilities: (N, K).
    """

    loss: float
    accuracy: float
    top5: float
    labels: np.ndarray
    predicted: np.ndarray
    confidence: np.ndarray
    classes: list
    probabilities: np.ndarray

    @classmethod
    def from_probabilities(
        cls,
        probabilities: np.ndarray,
        labels: np.ndarray,
        classes: list,
        loss: float | None = None,
    ) -> "Evaluation":
        """From the probabilities (N, K) of the classes and the labels (N,).

        loss: the mean −log p of the labels, where it is known more exactly.
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

    @property
    def confusion(self) -> np.ndarray:
        """The confusion matrix (K, K): how many images of class row were predicted as column."""
        matrix = np.zeros((len(self.classes),) * 2, np.int64)
        np.add.at(matrix, (self.labels, self.predicted), 1)
        return matrix


def _five_best(probabilities):
    """(N, 5): the most probable classes of each image, or all where there are fewer than five.

    In blocks of rows, because a full ranking takes more memory than the probabilities.
    """
    blocks = [
        probabilities[start : start + RANKING_ROWS]
        for start in range(0, len(probabilities), RANKING_ROWS)
    ]
    return np.concatenate([np.argsort(-block, axis=1, kind="stable")[:, :5] for block in blocks])


def evaluate(net, loader, progress: bool = False) -> Evaluation:
    """Evaluate ``net`` on all images of ``loader``, in eval mode; its layers keep their modes.

    The loss is in nats. accuracy and top5 (whether the label is among the five most probable
    classes; 1 with five classes or fewer) go from 0 to 1. progress: show a bar.
    Raises ``ValueError`` when the number of outputs is not the number of classes of the data.
    """
    classes = loader.dataset.classes

    def measure(logits, labels):
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
    losses, probabilities, labels = zip(*infer(net, nonempty, measure), strict=True)
    labels = np.concatenate(labels)
    total = 0.0
    for loss in losses:  # from Python 3.12 on, sum() rounds differently
        total += loss
    return Evaluation.from_probabilities(
        np.concatenate(probabilities), labels, classes, total / len(labels)
    )
