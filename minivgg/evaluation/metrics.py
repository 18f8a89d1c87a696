"""Floor 5: how good is a network? Loss, accuracy, and what is confused with what."""

from dataclasses import dataclass

import numpy as np
from tqdm.auto import tqdm

from minivgg import backend, ops
from minivgg.layers import eval_mode

ROWS = 1000  # images that are ranked at once


@dataclass(frozen=True)
class Evaluation:
    """What ``evaluate`` found over N images, in the loader's order.

    labels, predicted: (N,) class numbers. confidence: (N,) probability of the predicted class. classes: K names. posteriors: (N, K).
    """

    loss: float
    accuracy: float
    top5: float
    labels: np.ndarray
    predicted: np.ndarray
    confidence: np.ndarray
    classes: list
    posteriors: np.ndarray

    @classmethod
    def of(cls, posteriors, labels, classes, loss=None):
        """From the probabilities (N, K) of the classes; loss: the mean −log p of the labels, where it is known more exactly."""
        if loss is None:
            loss = float(
                -np.log(
                    np.maximum(
                        posteriors[np.arange(len(labels)), labels], np.finfo(np.float64).tiny
                    )
                ).mean()
            )
        rows = [
            slice(start, start + ROWS) for start in range(0, len(labels), ROWS)
        ]  # a ranking is larger than what it ranks
        best = np.concatenate(
            [np.argsort(-posteriors[some], axis=1, kind="stable")[:, :5] for some in rows]
        )
        top5 = float((best == labels[:, None]).any(axis=1).mean())
        return cls(
            loss,
            float((best[:, 0] == labels).mean()),
            top5,
            labels,
            best[:, 0],
            posteriors.max(axis=1),
            list(classes),
            posteriors,
        )

    @property
    def wrong(self):
        """How many images were misclassified."""
        return int((self.predicted != self.labels).sum())

    @property
    def confusion(self):
        """(K, K): how many images of class row were taken for class column."""
        matrix = np.zeros((len(self.classes),) * 2, np.int64)
        np.add.at(matrix, (self.labels, self.predicted), 1)
        return matrix


def evaluate(net, loader, progress=False):
    """Run ``net`` over all images of ``loader`` in eval mode (each layer's mode is restored) -> ``Evaluation``.

    loss in nats; accuracy and top5 (the label is among the five most probable classes; 1 with five classes or fewer) from 0 to 1.
    Raises ``ValueError`` when the net has not as many outputs as the data has classes.
    """
    dev, classes, loss, labels, posteriors = device_of_net(net), loader.dataset.classes, 0.0, [], []
    with eval_mode(net):
        for images, y in tqdm(
            loader.epoch(0), "evaluating", len(loader), leave=False, disable=not progress
        ):
            if not len(images):
                continue  # of a small last batch, shared out among several
            logits = net(backend.to_device(images, dev))
            if logits.shape[1] != len(classes):
                raise ValueError(
                    f"the net has {logits.shape[1]} outputs, but the data {len(classes)} classes"
                )
            loss += float(ops.softmax_cross_entropy(logits, backend.to_device(y, dev))[0]) * len(y)
            posteriors.append(backend.to_numpy(ops.softmax(logits)))
            labels.append(y)
    labels = np.concatenate(labels)
    return Evaluation.of(np.concatenate(posteriors), labels, classes, loss / len(labels))


def device_of_net(net):
    """The device that the network's weights are on (the default device for one without any)."""
    parameters = net.parameters()
    return (
        backend.device_of(next(iter(parameters.values())).data) if parameters else backend.device()
    )
