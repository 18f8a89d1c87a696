"""What must stay the same when a training goes on, and how a difference is named."""

import json

import numpy as np
import pytest

from minivgg import data, losses, optim
from minivgg.layers import Parameter
from minivgg.training.fingerprint import fingerprint, require_same


def marks(**changed):
    images = np.zeros((6, 1, 2, 2), np.uint8)
    labels = changed.pop("labels", [0, 1] * 3)
    classes = () if isinstance(labels[0], float) else ["a", "b"]
    loader = data.Loader(
        data.ArrayDataset(images, labels, classes), changed.pop("batch_size", 2),
        shuffle=changed.pop("shuffle", False), seed=changed.pop("loader_seed", 0),
        transforms=changed.pop("transforms", ()),
    )  # fmt: skip
    optimizer = changed.pop("optimizer", optim.SGD([Parameter(np.ones(1))], 0.1))
    loss = changed.pop("loss", losses.SoftmaxCrossEntropy())
    schedule = changed.pop("schedule", None)
    return json.loads(
        json.dumps(
            fingerprint(loader, optimizer, schedule, loss, changed.pop("seed", 3), **changed)
        )
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"seed": 4}, "seed 3 (now 4)"), ({"batch_size": 3}, "batch_size 2 (now 3)"),
        ({"shuffle": True}, "shuffle False (now True)"),
        ({"loader_seed": 1}, "loader_seed 0 (now 1)"),
        ({"max_gradient_norm": 2.0}, "max_gradient_norm none (now 2.0)"),
        ({"labels": [0, 1, 0, 1, 1, 0]}, "labels 2"),
        ({"optimizer": optim.SGD([Parameter(np.ones(1))], 0.1, 0.5)}, "momentum 0.9 (now 0.5)"),
        ({"loss": losses.SoftmaxCrossEntropy(label_smoothing=0.1)},
         "label_smoothing of loss 0.0 (now 0.1)"),
        ({"transforms": [data.RandomHorizontalFlip(0.25)]}, "transforms [] (now ['RandomHor"),
    ],
)  # fmt: skip
def test_what_must_stay_the_same_is_named_with_both_values(changed, words):
    then, now = marks(), marks(**changed)
    require_same("c", then, marks())
    with pytest.raises(
        ValueError, match=r"^c was trained with other data or settings: "
    ) as refused:
        require_same("c", then, now)
    assert words in str(refused.value)
    assert str(refused.value).count("(now") == 1


def test_what_earlier_versions_did_not_write_is_taken_for_the_defaults():
    then, now = marks(), marks()
    for name in ("optimizer", "loss", "schedule_settings", "loss_settings", "max_gradient_norm"):
        then.pop(name)
    require_same("c", then, now)
    then = marks()
    then["loss_settings"] = {}
    require_same("c", then, now)
    with pytest.raises(ValueError, match=r"label_smoothing of loss 0.0 \(now 0.1\)"):
        require_same("c", then, marks(loss=losses.SoftmaxCrossEntropy(label_smoothing=0.1)))
    then.pop("max_gradient_norm")
    with pytest.raises(ValueError, match=r"max_gradient_norm none \(now 1.0\)"):
        require_same("c", then, marks(max_gradient_norm=1.0))


def test_labels_and_targets_have_a_number_that_depends_on_each():
    assert marks()["labels"] == marks(labels=[0, 1] * 3)["labels"]
    assert marks(labels=[0.5, 1.0] * 3)["labels"] != marks(labels=[0.25, 1.0] * 3)["labels"]

    def flip(images, rng):
        return images

    (shown,) = marks(transforms=[flip])["transforms"]
    assert "flip" in shown
    assert " at 0x" not in shown


class OtherSGD(optim.SGD):
    """The same steps under another name."""


class OtherLoss(losses.SoftmaxCrossEntropy):
    """The same loss."""


class OtherStepLR(optim.StepLR):
    """The same rates."""


def sgd(kind=optim.SGD):
    return kind([Parameter(np.ones(1))], 0.1)


def step_lr(kind=optim.StepLR):
    return kind(sgd(), 2)


def warm_up(epochs=2, start_factor=0.5):
    return optim.WarmUp(sgd(), epochs, start_factor=start_factor)


@pytest.mark.parametrize(
    ("before", "changed", "words"),
    [
        ({"optimizer": sgd()}, {"optimizer": sgd(OtherSGD)}, "optimizer SGD (now OtherSGD)"),
        ({}, {"loss": OtherLoss()}, "loss SoftmaxCrossEntropy (now OtherLoss)"),
        ({"schedule": step_lr()}, {"schedule": step_lr(OtherStepLR)},
         "schedule StepLR (now OtherStepLR)"),
        ({"schedule": warm_up()}, {"schedule": warm_up(3)}, "epochs of schedule 2 (now 3)"),
        ({"schedule": warm_up()}, {"schedule": warm_up(3, 0.25)},
         "epochs of schedule 2 (now 3), start_factor of schedule 0.5 (now 0.25)"),
        ({}, {"seed": 4, "batch_size": 3}, "batch_size 2 (now 3), seed 3 (now 4)"),
        ({"loss": losses.SoftmaxCrossEntropy(ignore_index=1)}, {},
         "ignore_index of loss 1 (now none)"),
    ],
)  # fmt: skip
def test_differences_are_told_in_full(before, changed, words):
    then = marks(**before)
    require_same("c", then, marks(**before))
    with pytest.raises(ValueError, match="other data") as refused:
        require_same("c", then, marks(**changed))
    assert str(refused.value) == f"c was trained with other data or settings: {words}"


def test_what_a_checkpoint_says_of_its_data():
    found = marks(transforms=[data.RandomHorizontalFlip(0.25)])
    assert (found["images"], found["shape"], found["classes"]) == (6, [1, 2, 2], ["a", "b"])
    assert found["labels"] == 272843883  # the CRC-32 of the labels as int64
    assert found["transforms"] == ["RandomHorizontalFlip(p=0.25)"]
    assert (found["batch_size"], found["shuffle"], found["loader_seed"]) == (2, False, 0)
    assert (found["seed"], found["max_gradient_norm"]) == (3, None)
    kinds = [found[name] for name in ("optimizer", "schedule", "loss")]
    assert kinds == ["SGD", "NoneType", "SoftmaxCrossEntropy"]
