"""Evaluation counts every image once, in eval mode, and gives the mode back."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from minivgg import backend, data, layers
from minivgg.evaluation import metrics
from minivgg.evaluation.metrics import Evaluation, evaluate


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


def test_figures_of_classes_by_hand():
    """Three images of class 0, one of 1, none of 2, which is predicted once; 3 is nowhere."""
    predicted, labels = np.array([0, 0, 2, 0]), np.array([0, 0, 0, 1])
    result = Evaluation.from_probabilities(np.eye(4)[predicted], labels, list("abcd"))
    assert result.confusion.tolist() == [[2, 0, 1, 0], [1, 0, 0, 0], [0] * 4, [0] * 4]
    for name, expected, mean in (
        ("precision", [2 / 3, np.nan, 0, np.nan], 1 / 3),
        ("recall", [2 / 3, 0, np.nan, np.nan], 1 / 3),
        ("f1", [2 / 3, 0, 0, np.nan], 1 / 3),
    ):
        assert getattr(result, name) == pytest.approx(np.array(expected), nan_ok=True)
        assert result.macro(name) == pytest.approx(mean)
    assert (result.wrong, result.accuracy) == (2, 0.5)
    assert result.interval == pytest.approx((0.15003899, 0.84996101))
    assert result.loss == pytest.approx(-np.log(np.finfo(np.float64).tiny) / 2)


def test_the_five_best_are_ranked_in_blocks_and_the_first_of_equal_ones_wins(monkeypatch, rng):
    p = rng.random((7, 6))
    p[3] = 0.5
    whole = np.argsort(-p, axis=1, kind="stable")
    for rows in (1, 3, 7, 100):
        monkeypatch.setattr(metrics, "RANKING_ROWS", rows)
        result = Evaluation.from_probabilities(p, whole[:, 4], list("abcdef"))
        assert (result.predicted.tolist(), result.top5) == (whole[:, 0].tolist(), 1.0)
        assert Evaluation.from_probabilities(p, whole[:, 5], list("abcdef")).top5 == 0


def test_targets_of_a_regression_have_no_right_and_wrong():
    dataset = data.ArrayDataset(np.zeros((2, 1, 2, 2), np.uint8), [0.5, 1.5])
    with pytest.raises(TypeError, match="these labels are float32 targets, which have none"):
        evaluate(Answers(), data.Loader(dataset))


def test_a_loss_that_is_known_is_taken_and_classes_become_a_list():
    p, labels = np.array([[0.25, 0.75], [0.5, 0.5]]), np.array([0, 0])
    known = Evaluation.from_probabilities(p, labels, ("a", "b"), 9.0)
    assert (known.loss, known.classes) == (9.0, ["a", "b"])
    assert (known.accuracy, known.top5, known.wrong) == (0.5, 1.0, 1)
    assert known.confidence.tolist() == [0.75, 0.5]
    assert Evaluation.from_probabilities(p, labels, "ab").loss == pytest.approx(np.log(8) / 2)


@pytest.mark.parametrize("options", [{}, {"progress": False}, {"progress": True}])
def test_batches_have_a_bar_on_demand_and_empty_ones_are_passed_over(monkeypatch, options):
    """A rank's shard of a small last batch may be empty."""
    bars = []

    def bar(batches, title, total, **settings):
        bars.append((title, total, settings))
        return [*batches, (np.zeros((0, 1, 2, 2), np.float32), np.zeros(0, int))]

    monkeypatch.setattr(metrics, "tqdm", bar)
    result = evaluate(Answers(), loader([1, 2, 3, 4, 5], [1, 2, 3, 4, 6]), **options)
    assert (result.accuracy, len(result.labels)) == (0.8, 5)
    disable = not options.get("progress")
    assert bars == [("evaluating", 2, {"leave": False, "disable": disable})]


def test_the_first_of_many_equal_classes_is_the_answer():
    """However many there are: the order of those that are equally probable is kept."""
    p = np.tile([0.0, 1.0], (3, 200)) / 200
    found = Evaluation.from_probabilities(p, np.array([1, 9, 11]), [str(k) for k in range(400)])
    assert found.predicted.tolist() == [1, 1, 1]
    assert found.top5 == pytest.approx(2 / 3)  # the five are 1, 3, 5, 7 and 9


def test_a_result_cannot_be_changed():
    found = Evaluation.from_probabilities(np.eye(2), np.array([0, 1]), ["a", "b"])
    with pytest.raises(FrozenInstanceError):
        found.accuracy = 0.5
