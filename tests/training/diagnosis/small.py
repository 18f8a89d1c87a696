"""A net, a training and a loss as small as they can be, for the tests of single checks."""

import numpy as np

from minivgg import data, layers, losses
from minivgg.training.diagnosis.subject import Subject


class CrossEntropy:
    """The mean cross-entropy of the softmax, times ``scale``; its gradient times ``slope``."""

    def __init__(self, scale=1.0, slope=1.0):
        self.scale, self.slope, self.loss = scale, slope, losses.SoftmaxCrossEntropy()

    def forward(self, outputs, labels):
        """A float."""
        return self.scale * self.loss.forward(outputs, labels)

    def backward(self):
        """The gradient with respect to the outputs."""
        return self.slope * self.loss.backward()


class LogOfOutputs:
    """−log of the output of the label itself, for outputs that are probabilities."""

    def forward(self, p, labels):
        """A float."""
        self.p, self.rows = p, (np.arange(len(p)), labels)
        return -np.log(p[self.rows]).mean()

    def backward(self):
        """The gradient with respect to the outputs."""
        dp = np.zeros_like(self.p)
        dp[self.rows] = -1 / self.p[self.rows] / len(self.p)
        return dp


def tiny(net, loss=None, batch_size=16, **options):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 1, 2, 2), np.uint8)
    dataset = data.ArrayDataset(images, rng.integers(0, 3, 40), list("abc"))
    loader = data.Loader(dataset, batch_size, transforms=[data.Normalize((0.5,), (0.25,))])
    given = {"loss": loss, "optimizer": None, "validation": None, "test": None, "seed": 0} | options
    return Subject.copied(net, loader, **given)


def linear_net(*more, bias=True):
    own = [layers.Flatten(), layers.Linear(4, 5, bias=bias), *more, layers.Linear(5, 3, bias=bias)]
    return layers.Sequential(*own)
