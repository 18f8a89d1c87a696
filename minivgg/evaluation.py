"""Floor 5: how good is a network? Loss, accuracy, and what is confused with what."""

from dataclasses import dataclass

import numpy as np
from tqdm.auto import tqdm

from minivgg import backend, ops


@dataclass(frozen=True)
class Evaluation:
    """What ``evaluate`` found over N images, in the loader's order.

    labels, predicted: (N,) class numbers. confidence: (N,) probability of the predicted class. classes: K names.
    """

    loss: float
    accuracy: float
    top5: float
    labels: np.ndarray
    predicted: np.ndarray
    confidence: np.ndarray
    classes: list

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
    modes, dev = list(_modes(net)), device_of_net(net)
    net.eval()
    loss, top5, labels, predicted, confidence = 0.0, 0, [], [], []
    try:
        for images, y in tqdm(loader.epoch(0), "evaluating", len(loader), leave=False, disable=not progress):
            logits = net(backend.to_device(images, dev))
            if logits.shape[1] != len(loader.dataset.classes):
                raise ValueError(f"the net has {logits.shape[1]} outputs, but the data {len(loader.dataset.classes)} classes")
            device_y = backend.to_device(y, dev)
            loss += float(ops.softmax_cross_entropy(logits, device_y)[0]) * len(y)
            p = backend.to_numpy(ops.softmax(logits))
            top5 += int((np.argsort(-p, axis=1, kind="stable")[:, :5] == y[:, None]).sum())
            labels.append(y)
            predicted.append(p.argmax(axis=1))
            confidence.append(p.max(axis=1))
    finally:
        for layer, training in modes:
            layer.training = training
    labels, predicted, confidence = map(np.concatenate, (labels, predicted, confidence))
    n = len(labels)
    return Evaluation(loss / n, float((predicted == labels).mean()), top5 / n, labels, predicted, confidence, loader.dataset.classes)


def _modes(layer):
    """(layer, whether it is training) for a layer and all inside it."""
    yield layer, layer.training
    for child in layer.children().values():
        yield from _modes(child)


def device_of_net(net):
    """The device that the network's weights are on (the default device for one without any)."""
    parameters = net.parameters()
    return backend.device_of(next(iter(parameters.values())).data) if parameters else backend.device()
