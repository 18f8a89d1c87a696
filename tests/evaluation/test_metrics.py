"""Evaluation counts every image once, in eval mode, and gives the mode back."""

import numpy as np
import pytest

from minivgg import backend, data, layers
from minivgg.evaluation.metrics import evaluate


class Answers(layers.Layer):
    """Predicts the class given by pixel (0, 0); in training mode it would be wrong."""

    def forward(self, x):
        """(N, 7) logits."""
        xp = backend.namespace(x)
        right = (x[:, 0, 0, 0] if not self.training else 0 * x[:, 0, 0, 0]).astype(np.int64)
        return xp.eye(7, dtype=np.float32)[right] * 10


def loader(pixels, labels, batch_size=4):
    images = np.zeros((len(pixels), 1, 2, 2), np.uint8)
    images[:, 0, 0, 0] = pixels
    dataset = data.ArrayDataset(images, labels, [f"class {k}" for k in range(7)])
    return data.Loader(
        dataset, batch_size, transforms=[lambda images, rng: images.astype(np.float32)]
    )


def test_every_image_counts_once_the_last_partial_batch_too(device):
    result = evaluate(Answers(), loader([0, 1, 2, 3, 4, 5, 6, 6, 6], [0, 1, 2, 3, 4, 5, 6, 0, 1]))
    assert result.accuracy == pytest.approx(7 / 9)
    assert result.wrong == 2
    assert result.confusion.sum() == 9
    assert result.confusion[0].tolist() == [1, 0, 0, 0, 0, 0, 1]
    assert result.predicted.tolist() == [0, 1, 2, 3, 4, 5, 6, 6, 6]
    p = np.exp(10) / (np.exp(10) + 6)
    assert result.confidence == pytest.approx(p)
    assert result.loss == pytest.approx(-(7 * np.log(p) + 2 * np.log((1 - p) / 6)) / 9, rel=1e-5)


def test_top5_of_seven_classes():
    """All other classes are equally probable, so labels 0 to 4 and the predicted one count."""
    result = evaluate(Answers(), loader([6] * 7, range(7)))
    assert result.top5 == pytest.approx(5 / 7)


@pytest.mark.parametrize("training", [True, False])
def test_the_mode_is_given_back(training):
    net = Answers().train(training)
    evaluate(net, loader([1], [1]))
    assert net.training is training


def test_the_mode_is_given_back_after_an_error():
    net = layers.Sequential(Answers(), layers.Linear(7, 3).eval())
    with pytest.raises(ValueError, match="the net has 3 outputs, but the data have 7 classes"):
        evaluate(net, loader([1], [6]))
    assert [net.training, net[0].training, net[1].training] == [True, True, False]
