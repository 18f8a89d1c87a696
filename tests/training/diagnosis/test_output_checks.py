"""Outputs and losses before anything is learned: numbers, words and bounds of each finding."""

from math import e, log
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import losses
from minivgg.training.diagnosis.findings import Severity
from minivgg.training.diagnosis.output_checks import check_outputs

from .small import CrossEntropy, LogOfOutputs

OK, NOTE, WARNING, PROBLEM = Severity
LABELS = np.array([0, 1, 2, 0])


def of_outputs(outputs, loss=None, labels=LABELS):
    outputs = np.array(outputs, np.float64)
    parts = SimpleNamespace(
        batches=lambda count: iter([(outputs, labels)]), net=lambda x: x, seed=0,
        loss=loss or losses.SoftmaxCrossEntropy(),
    )  # fmt: skip
    return {finding.name: finding for finding in check_outputs(parts)}


def test_ordinary_outputs():
    y = 0.3 * np.array([[1.0, -1, 0], [0, 2, 0], [0, 0, 1], [0, 1, 0]])
    found = of_outputs(y)
    assert list(found) == ["outputs", "direction of the loss", "loss at the start"]
    assert (found["outputs"].value, found["outputs"].severity) == (pytest.approx(y.std()), OK)
    assert found["outputs"].sentence == f"outputs have a standard deviation of {y.std():.2g}"
    assert found["direction of the loss"].value == pytest.approx(1, abs=1e-3)
    assert found["direction of the loss"].sentence == (
        "along its gradient the loss changes by 1 times what the gradient says"
    )
    cross = -np.log(np.exp(y)[range(4), LABELS] / np.exp(y).sum(axis=1)).mean()
    assert found["loss at the start"].value == pytest.approx(cross)
    assert found["loss at the start"].sentence == (
        f"the cross-entropy at the start is {cross:.3g}, that of guessing ln 3 = 1.1"
    )


@pytest.mark.parametrize(
    ("excess", "severity"), [(6.9, OK), (7.1, WARNING), (14.9, WARNING), (15.1, PROBLEM)]
)
def test_a_loss_far_above_that_of_guessing(excess, severity):
    wrong = np.full((4, 3), -1.0)
    wrong[range(4), LABELS - 1] = log(3) + excess - 1
    found = of_outputs(wrong)["loss at the start"]
    assert found.value == pytest.approx(log(3) + excess, abs=0.01)
    assert (found.severity, bool(found.advice)) == (severity, severity > OK)


@pytest.mark.parametrize(("share", "severity"), [(0.69, NOTE), (0.71, OK)])
def test_a_net_that_has_learned_something(share, severity):
    p = 3**-share  # the loss is share · ln 3
    y = np.full((4, 3), log((1 - p) / 2))
    y[range(4), LABELS] = log(p)
    found = of_outputs(y)["loss at the start"]
    assert found.value == pytest.approx(share * log(3))
    assert found.severity is severity
    assert ("already learned" in found.sentence) == (severity is NOTE)


def probabilities(noise=0.0):
    p = np.full((4, 3), 0.1) + np.array([0.0, 0.2, 0.5])
    p[:, 0] += noise
    return p


def test_probabilities_before_a_softmax():
    found = of_outputs(probabilities())["outputs"]
    assert (found.severity, found.value) == (PROBLEM, pytest.approx(probabilities().std()))
    assert found.sentence == (
        "the net's outputs are already probabilities, and the loss applies the softmax again: it "
        f"cannot fall below {log(1 + 2 / e):.2f}"
    )
    assert of_outputs(probabilities(0.9e-4))["outputs"].severity is PROBLEM
    assert "as after a sigmoid" in of_outputs(probabilities(1.1e-4))["outputs"].sentence
    # a loss that takes them is right
    assert of_outputs(probabilities(), LogOfOutputs())["outputs"].severity is OK
    assert "loss at the start" not in of_outputs(probabilities(), LogOfOutputs())


@pytest.mark.parametrize(
    ("y", "is_sigmoid"),
    [
        ([0.1, 0.6, 0.9], True), ([0.1, 0.5, 0.4], False), ([0.1, 0.51, 0.5], True),
        ([0.1, 1.0, 0.9], False), ([0.0, 0.6, 0.9], False), ([0.6, 0.61, 0.60], False),
        ([0.6, 0.63, 0.60], True),
    ],
)  # fmt: skip
def test_outputs_between_0_and_1(y, is_sigmoid):
    found = of_outputs([y] * 4)["outputs"]
    assert ("as after a sigmoid" in found.sentence) == is_sigmoid
    if is_sigmoid:
        assert (found.severity, found.value) == (PROBLEM, pytest.approx(np.std(y)))
        assert f"below {log(1 + 2 / e):.2f}" in found.sentence
        # a loss that is not the cross-entropy may expect them
        assert of_outputs([y] * 4, CrossEntropy(2, 2))["outputs"].severity is OK


def test_a_relu_at_the_end():
    found = of_outputs([[0, 2, 0]] * 4)["outputs"]
    assert (found.severity, found.value) == (PROBLEM, pytest.approx(2 / 3))
    assert found.sentence == "no output is below 0, and 67 % are 0: the net ends in a ReLU"
    assert of_outputs([[0, 0, 0]] * 4)["outputs"].severity is OK
    assert of_outputs([[1, 2, 3]] * 4)["outputs"].severity is OK


def test_outputs_that_are_not_finite():
    found = of_outputs([[0, np.nan, 0]] * 4)
    assert list(found) == ["outputs"]
    assert (found["outputs"].severity, found["outputs"].value) == (PROBLEM, None)


@pytest.mark.parametrize(
    ("loss", "severity", "words"),
    [
        (CrossEntropy(1, 0.75), OK, "along its gradient the loss changes by 1.33 times"),
        (CrossEntropy(1, 1.35), OK, "along its gradient the loss changes by 0.741 times"),
        (CrossEntropy(1, 0.68), PROBLEM, "along its gradient the loss changes by 1.47 times"),
        (CrossEntropy(1, 1.5), PROBLEM, "along its gradient the loss changes by 0.667 times"),
        (CrossEntropy(1, -1), PROBLEM, "along its gradient the loss changes by -1 times what the "
         "gradient says: the gradient has the wrong sign"),
        (CrossEntropy(1, 0), PROBLEM, "the gradient of the loss with respect to the net's"),
        (CrossEntropy(-1, -1), PROBLEM, "right answers have a loss of -"),
    ],
)  # fmt: skip
def test_the_slope_of_the_loss(loss, severity, words):
    found = of_outputs([[1.0, -1, 0], [0, 2, 0], [0, 0, 1], [0, 1, 0]], loss)[
        "direction of the loss"
    ]
    assert found.severity is severity
    assert found.sentence.startswith(words)
    assert bool(found.advice) == (severity > OK)


def test_a_loss_that_is_finite_on_a_small_range_alone():
    """Its step is shortened; where the loss is finite nowhere else, that is said."""
    small = np.array([[1e-5, 1e-5, 1.0]] * 4)
    found = of_outputs(small, LogOfOutputs())["direction of the loss"]
    assert found.severity is OK
    assert found.value == pytest.approx(1, abs=0.3)

    class OnlyHere(CrossEntropy):
        """Infinite beside the outputs."""

        def forward(self, outputs, labels):
            loss = super().forward(outputs, labels)
            values = np.unique(np.abs(outputs))
            return loss if len(values) <= 2 else loss * np.nan

    found = of_outputs([[1.0, -1, -1]] * 4, OnlyHere())["direction of the loss"]
    assert (found.value, found.severity) == (None, OK)
    assert found.sentence == "the loss near the net's outputs is not finite"


def test_a_sum_over_the_images():
    y = [[1.0, -1, 0], [0, 2, 0], [0, 0, 1], [0, 1, 0]]
    mean = of_outputs(y)["loss at the start"].value
    found = of_outputs(y, CrossEntropy(4, 4))["sum or mean"]
    assert (found.severity, found.value) == (PROBLEM, pytest.approx(4 * mean))
    assert found.sentence == (
        f"the loss is {4 * mean:.3g}, 4 times the mean cross-entropy: it is a sum over the 4 "
        "images, and so are its gradients"
    )
    assert "sum or mean" not in of_outputs(y, CrossEntropy(3.9, 3.9))
    assert "sum or mean" not in of_outputs(y[:1], labels=LABELS[:1])
    assert "sum or mean" in of_outputs(y[:2], CrossEntropy(2, 2), LABELS[:2])


def test_a_loss_that_is_always_the_same_has_no_wrong_sign():
    loss = SimpleNamespace(forward=lambda y, labels: 1.0, backward=lambda: np.ones((4, 3)))
    found = of_outputs([[1.0, -1, 0]] * 4, loss)["direction of the loss"]
    assert (found.value, found.severity) == (0.0, PROBLEM)
    assert found.sentence == "along its gradient the loss changes by 0 times what the gradient says"
    assert found.advice.endswith("it has the wrong size")


@pytest.mark.parametrize(("largest", "severity"), [(0.5, OK), (0.51, PROBLEM)])
def test_outputs_of_a_sigmoid_are_on_both_sides_of_a_half(largest, severity):
    y = [[0.1, 0.4, 0.2], [0.3, largest, 0.1], [0.2, 0.3, 0.4], [0.4, 0.2, 0.3]]
    assert of_outputs(y)["outputs"].severity == severity


class MapOfLabel:
    """Minus the mean of the map of the label."""

    def forward(self, maps, labels):
        """A float."""
        return -float(maps[range(4), labels].mean())


def test_maps_as_outputs_are_not_compared_with_the_cross_entropy():
    maps = np.linspace(0.1, 0.9, 4 * 3 * 2 * 2).reshape(4, 3, 2, 2)
    found = of_outputs(maps, MapOfLabel())
    assert list(found) == ["outputs"]
    assert found["outputs"].sentence == f"outputs have a standard deviation of {maps.std():.2g}"
