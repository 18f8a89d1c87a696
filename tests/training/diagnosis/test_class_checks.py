"""Labels, classes and order: each finding with its number and its words, at the bounds."""

from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import data
from minivgg.training.diagnosis.class_checks import check_classes, check_order
from minivgg.training.diagnosis.findings import Severity

NAMES = ["a", "b", "c", "d", "e", "f"]
SEVERITIES = {"ok": Severity.OK, "note": Severity.NOTE, "warning": Severity.WARNING}


def found(labels, classes, outputs, weights=None):
    dataset = SimpleNamespace(labels=np.array(labels), classes=NAMES[:classes])
    loss = SimpleNamespace(class_weights=weights)
    return check_classes(SimpleNamespace(dataset=dataset, loss=loss), outputs)


@pytest.mark.parametrize(
    ("labels", "classes", "outputs", "value", "sentence", "advice"),
    [
        ([1, 2, 3], 2, 3, 3, "the labels go up to 3, but the net has 3 outputs, for classes 0 to 2",
         "count the classes from 0: use labels - 1"),
        ([0, 1, 3], 2, 3, 3, "the labels go up to 3, but the net has 3 outputs, for classes 0 to 2",
         "build the net with classes=4"),
        ([1, 2, 4], 2, 3, 4, "the labels go up to 4, but the net has 3 outputs, for classes 0 to 2",
         "build the net with classes=5"),
        ([0, 1], 2, 1, 1, "the labels go up to 1, but the net has one output",
         "build the net with classes=2"),
        ([1, 1, 1], 3, 3, 1, "all images have the same label, 'b': there is nothing to learn",
         "check how the images were divided and how the labels were made"),
        ([0, 2, 3], 4, 4, 1, "1 of 4 classes has no training image: 'b'",
         "check how the images were divided and how the labels were made; labels count from 0"),
        ([0, 3], 4, 4, 2, "2 of 4 classes have no training image: 'b', 'c'",
         "check how the images were divided and how the labels were made; labels count from 0"),
        ([0, 5], 6, 6, 4, "4 of 6 classes have no training image: 'b', 'c', 'd' and 1 more",
         "check how the images were divided and how the labels were made; labels count from 0"),
    ],
)  # fmt: skip
def test_labels_that_cannot_be_learned(labels, classes, outputs, value, sentence, advice):
    (finding,) = found(labels, classes, outputs)
    assert (finding.name, finding.severity) == ("classes", Severity.PROBLEM)
    assert (finding.value, finding.sentence, finding.advice) == (value, sentence, advice)


@pytest.mark.parametrize("outputs", [3, 1000])
def test_another_number_of_outputs(outputs):
    (finding,) = found([0, 1], 2, outputs)
    assert (finding.value, finding.severity) == (outputs, Severity.WARNING)
    assert finding.sentence == f"the net has {outputs} outputs, but the dataset has 2 classes"
    assert finding.advice == "build the net with classes=2, or replace its head"
    assert found([0, 1], 4, 3)[0].severity is Severity.PROBLEM  # a label of the fourth may come


@pytest.mark.parametrize(
    ("weights", "value", "sentence"),
    [
        ([1, 0, 2], 1, "1 of 3 classes has a weight of 0 in the loss, and is not learned: 'b'"),
        ([0, 3, 0], 2,
         "2 of 3 classes have a weight of 0 in the loss, and are not learned: 'a', 'c'"),
    ],
)  # fmt: skip
def test_classes_of_no_weight(weights, value, sentence):
    (finding,) = found([0, 1, 2], 3, 3, weights)
    assert (finding.name, finding.value, finding.sentence) == ("classes", value, sentence)
    assert (finding.severity, finding.advice) == (
        Severity.PROBLEM,
        "give each class a weight above 0",
    )
    assert found([0, 1, 2], 3, 3, weights[:2])[0].severity is Severity.OK  # of another net


@pytest.mark.parametrize(
    ("counts", "weights", "value", "severity", "words"),
    [
        ([3, 3], None, 1.0, "ok", "all classes have 3 images"),
        ([4, 1], None, 4.0, "ok", "the largest class, 'a', has 4 images, the smallest, 'b', 1: "
         "always answering 'a' would be right for 80 %"),
        ([1, 5, 4], None, 5.0, "warning", "the largest class, 'b', has 5 images, the smallest, "
         "'a', 1: always answering 'b' would be right for 50 %"),
        ([1, 5, 4], [1, 1, 1], 5.0, "note", "the largest class, 'b', has 5 images, the smallest, "
         "'a', 1: always answering 'b' would be right for 50 %; the loss weights the classes"),
    ],
)  # fmt: skip
def test_the_balance_of_the_classes(counts, weights, value, severity, words):
    k = len(counts)
    classes, balance = found(np.repeat(range(k), counts), k, k, weights)
    assert (classes.name, classes.value, classes.severity) == ("classes", k, Severity.OK)
    assert classes.sentence == f"all {k} classes have images, and the net has an output for each"
    assert (balance.name, balance.value, balance.sentence) == ("balance", value, words)
    assert balance.severity is SEVERITIES[severity]
    assert bool(balance.advice) == (severity == "warning")


@pytest.mark.parametrize(
    ("labels", "size", "shuffle", "value", "is_trouble"),
    [
        ([0, 0, 1, 1], 2, False, 1.0, False),  # of 1.5 that a random order would give
        ([0] * 8 + [1] * 8 + [2] * 8 + [3] * 8, 8, False, 1.0, True),
        ([0] * 8 + [1] * 8 + [2] * 8 + [3] * 8, 8, True, 3.75, False),
        ([0, 1] * 8, 4, False, 2.0, False),
        # only five batches are counted, and the rest of the images is one too
        ([0] * 10 + [0, 1] * 10, 2, False, 1.0, False), ([0, 1, 0, 1, 1], 2, False, 5 / 3, False),
        ([0, 1, 2], 50, False, 3.0, False),
    ],
)  # fmt: skip
def test_the_classes_of_a_batch(labels, size, shuffle, value, is_trouble):
    images = np.zeros((len(labels), 1, 2, 2), np.uint8)
    loader = data.Loader(data.ArrayDataset(images, labels, NAMES), size, shuffle=True, seed=1)
    (finding,) = check_order(SimpleNamespace(dataset=loader.dataset, loader=loader), shuffle)
    assert (finding.name, finding.value) == (
        "order of the images",
        pytest.approx(value, abs=0.26 * shuffle),
    )
    shares = np.bincount(labels) / len(labels)
    expected = sum(1 - (1 - share) ** min(size, len(labels)) for share in shares)
    assert finding.sentence == (
        f"a batch of {size} holds {finding.value:.1f} different classes, where a random order "
        f"would give {expected:.1f}"
    )
    assert finding.severity is (Severity.PROBLEM if is_trouble else Severity.OK)
    assert ("shuffle=True" in finding.advice) == is_trouble
