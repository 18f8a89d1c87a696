"""What ``diagnose`` refuses, and the classifier by which labels are judged."""

from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import data, losses
from minivgg.training.diagnosis.arguments import check_arguments
from minivgg.training.diagnosis.findings import Severity
from minivgg.training.diagnosis.probe import Probe, coarse_pixels

from .small import linear_net

OK, NOTE, WARNING, PROBLEM = Severity


def test_pixels_are_averaged_over_the_cells_of_a_grid(rng):
    images = rng.integers(0, 256, (3, 2, 16, 24), np.uint8)
    cells = images.reshape(3, 2, 8, 2, 8, 3).mean(axis=(3, 5)).reshape(3, 128)
    assert coarse_pixels(images) == pytest.approx(cells)
    assert coarse_pixels(list(images)) == pytest.approx(cells)
    small = rng.integers(0, 256, (2, 1, 5, 9), np.uint8)  # cells of one or two pixels
    found = coarse_pixels(small).reshape(2, 1, 5, 8)
    assert found[..., :7] == pytest.approx(small[..., :7])
    assert found[..., 7] == pytest.approx(small[..., 7:].mean(axis=3))


def test_the_probe_is_ridge_regression_tested_on_what_it_has_not_seen(rng):
    """Leaving out each image in turn and solving anew gives the same answers."""
    x, labels = rng.standard_normal((14, 3)), np.arange(14) % 3
    x[labels == 1] += 1.0
    squares = ((x[:, None] - x) ** 2).sum(axis=2)
    kernel = np.exp(-squares / np.median(squares[~np.eye(14, dtype=bool)]))
    shares = np.bincount(labels) / 14
    targets = np.eye(3)[labels] - shares
    right = []
    for i in range(14):
        others = np.arange(14) != i
        solved = np.linalg.solve(kernel[np.ix_(others, others)] + 0.3 * np.eye(13), targets[others])
        right.append((kernel[i, others] @ solved / shares).argmax() == labels[i])
    right = np.array(right)
    probe = Probe(x)
    expected = np.mean([right[labels == k].mean() for k in range(3)])
    assert 0 < expected < 1
    assert probe.accuracy(labels) == pytest.approx(expected)
    assert probe.accuracy(labels + 5) == probe.accuracy(labels)
    found = probe.agreement(labels, 2)
    shuffled = np.random.default_rng(2)
    chance = [probe.accuracy(shuffled.permutation(labels)) for _ in range(30)]
    assert (found.accuracy, found.chance) == (
        probe.accuracy(labels),
        pytest.approx(np.mean(chance)),
    )
    assert found.spread == pytest.approx(np.std(chance, ddof=1))
    assert Probe(np.ones((4, 2))).agreement(np.array([0, 0, 1, 1]), 0).spread >= 1e-6


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ({"net": 3}, TypeError, "diagnose: net must be a Layer, such as models.vgg"),
        ({"loader": 3}, TypeError, "the second argument must be a Loader, got int: use"),
        ({"loss": losses.MSELoss()}, TypeError, "MSELoss is a loss for regression"),
        ({"loss": losses.SoftmaxCrossEntropy}, TypeError,
         "loss is the class SoftmaxCrossEntropy: make an object of it"),
        ({"loss": SimpleNamespace(forward=1)}, TypeError,
         "the loss SimpleNamespace lacks backward"),
        ({"optimizer": SimpleNamespace(lr=1)}, TypeError,
         "the optimizer SimpleNamespace lacks parameters and step"),
        ({"max_gradient_norm": 0}, ValueError, "a finite number above 0, or None, got 0"),
        ({"max_gradient_norm": float("inf")}, ValueError,
         "a finite number above 0, or None, got inf"),
        ({"max_gradient_norm": "1"}, ValueError, "a finite number above 0, or None, got '1'"),
        ({"labels": [0.5] * 4}, TypeError, "integers of shape (N,), got float32 of shape (4,)"),
        ({"labels": [-1, 0, 0, 0]}, ValueError, "labels must be class numbers from 0 on, got -1"),
        ({"labels": []}, ValueError, "there are no training images"),
        ({"others": "loader"}, TypeError,
         "validation must be a Dataset, got a Loader: pass its .dataset"),
        ({"others": 3}, TypeError, "diagnose: the dataset int lacks"),
    ],
)  # fmt: skip
def test_what_cannot_be_examined(given, kind, words):
    labels = np.array(given.get("labels", [0, 1, 0, 1]))
    images = np.zeros((len(labels), 1, 2, 2), np.uint8)
    is_float = labels.dtype.kind == "f" and len(labels) > 0
    dataset = data.ArrayDataset(images, np.maximum(labels, 0), () if is_float else ["a", "b"])
    dataset.labels = dataset.labels if is_float else labels.astype(int)
    loader = SimpleNamespace(dataset=dataset, epoch=None)
    other = {"loader": data.Loader(data.load("digits"))}.get(
        given.get("others"), given.get("others")
    )
    arguments = {"net": linear_net(), "loader": loader, "loss": None, "optimizer": None} | given
    arguments.pop("labels", None)
    arguments |= {"others": {"validation": other, "test": None}}
    with pytest.raises(kind) as refused:
        check_arguments(**{"max_gradient_norm": None} | arguments)
    assert words in str(refused.value)


def test_what_can_be_examined():
    loader = data.Loader(data.load("digits"))
    for norm in (None, 1, 0.5, np.float32(2)):
        check_arguments(linear_net(), loader, None, None, {"test": loader.dataset}, norm)
