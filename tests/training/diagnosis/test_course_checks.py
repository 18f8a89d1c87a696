"""The length and the history of a training: the words and the bounds of each finding."""

import pytest

from minivgg.training.diagnosis.course_checks import check_history, check_length
from minivgg.training.diagnosis.findings import Severity


@pytest.mark.parametrize(
    ("per_epoch", "epochs", "sentence", "severity"),
    [
        (30, 1, "the training has 30 steps in all (1 epoch of 30)", Severity.OK),
        (1000, 2, "the training has 2,000 steps in all (2 epochs of 1,000)", Severity.OK),
        (29, 1, "the training has 29 steps in all (1 epoch of 29): too few to learn from",
         Severity.PROBLEM),
    ],
)  # fmt: skip
def test_the_number_of_steps(per_epoch, epochs, sentence, severity):
    (found,) = check_length(per_epoch, epochs)
    assert (found.name, found.value) == ("number of steps", per_epoch * epochs)
    assert (found.sentence, found.severity) == (sentence, severity)
    assert bool(found.advice) == (severity > Severity.OK)


@pytest.mark.parametrize(
    ("epochs", "warmup", "severity", "advice"),
    [
        (30, 15, Severity.OK, ""), (1, 1, Severity.WARNING, "at most 1 of 1 epochs"),
        (30, 16, Severity.WARNING, "use a warm-up of at most 3 of 30 epochs"),
        (9, 5, Severity.WARNING, "use a warm-up of at most 1 of 9 epochs"),
    ],
)  # fmt: skip
def test_the_length_of_the_warm_up(epochs, warmup, severity, advice):
    _, found = check_length(100, epochs, warmup)
    assert (found.name, found.value, found.severity) == ("warm-up", warmup, severity)
    assert found.sentence == f"the learning rate rises in the first {warmup} of {epochs} epochs"
    assert found.advice.endswith(advice)
    assert bool(found.advice) == bool(advice)


def row(epoch, loss, accuracy=None, held_out=None, train_accuracy=None):
    return {
        "epoch": epoch, "loss": loss, "train_accuracy": train_accuracy,
        "validation_accuracy": accuracy, "validation_loss": held_out,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("history", "finding"),
    [
        ([row(1, 2.0, 0.125)], ("history", 0.125, Severity.WARNING,
         "after 1 epoch the accuracy is 12 % at best, as by chance (the largest class has 10 % of "
         "the images)", "the training has learned nothing: see the other findings")),
        ([row(1, 2.0, 0.129), row(2, 2.0, 0.11)], ("history", 0.129, Severity.WARNING,
         "after 2 epochs the accuracy is 13 % at best, as by chance (the largest class has 10 % "
         "of the images)", "the training has learned nothing: see the other findings")),
        ([row(1, 2.0, 0.14), row(2, 2.0, 0.125)],
         ("history", 0.125, Severity.OK, "after 2 epochs the accuracy is 12 %", "")),
        ([row(1, 2.0, train_accuracy=0.75)],
         ("history", 0.75, Severity.OK, "after 1 epoch the accuracy is 75 %", "")),
        # the validation loss has risen by more than a tenth, two epochs ago or more
        ([row(1, 2.0, 0.5, 1.0), row(2, 1.0, 0.6, 0.5), row(3, 0.9, 0.6, 0.5),
          row(4, 0.8, 0.6, 0.6)],
         ("history", 2, Severity.NOTE, "the net overfits since epoch 2: its validation loss has "
          "risen from 0.5 to 0.6, while the training loss has fallen from 1 to 0.8", "use more "
          "images, augmentation, dropout or weight decay, or early stopping")),
        ([row(1, 2.0, 0.5, 0.5), row(2, 1.0, 0.6, 0.6)],
         ("history", 0.6, Severity.OK, "after 2 epochs the accuracy is 60 %", "")),
        ([row(1, 2.0, 0.5, 1.0), row(2, 1.5, 0.5, 1.05), row(3, 1.0, 0.6, 1.1)],
         ("history", 0.6, Severity.OK, "after 3 epochs the accuracy is 60 %", "")),
        ([row(1, 2.0, 0.5, 1.0), row(2, 1.0, 0.6, 1.1), row(3, 2.0, 0.6, 1.2)],
         ("history", 0.6, Severity.OK, "after 3 epochs the accuracy is 60 %", "")),
    ],
)  # fmt: skip
def test_what_a_history_says(history, finding):
    (found,) = check_history(history, 0.1)
    assert (found.name, found.value, found.severity, found.sentence, found.advice) == finding


def test_a_history_without_accuracies_says_nothing_unless_it_overfits():
    assert check_history([row(1, 1.0)], 0.1) == []
    overfits = [row(1, 3.0, None, 1.0), row(2, 2.0, None, 2.0), row(3, 1.0, None, 3.0)]
    assert [f.severity for f in check_history(overfits, 0.1)] == [Severity.NOTE]
    assert check_history(overfits[:2], 0.1) == []
