"""The model card says what config and results say, to the letter."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg.cli.model_card import model_card
from minivgg.evaluation.metrics import Evaluation

CONFIG = {
    "net": [4, "M"], "batch_norm": False, "classes": ["cat", "dog", "owl", "e*l"],
    "data": "/home/ada/my photos", "batch_size": 32, "seed": 3, "optimizer": "sgd", "lr": 0.01,
    "schedule": "step", "warmup": 0, "init": None, "freeze": None, "mean": [0.5, 0.25, 1 / 3],
    "std": [1, 0.123456, 2], "class_weights": None, "label_smoothing": 0.0, "test": None,
    "validation": 0.1, "minivgg": "1.2.3",
}  # fmt: skip
ROW = {"loss": 1.25, "validation_loss": 1.5}
# recalls: cat 1/2, dog 1, owl 0, e*l not tested
LABELS, PREDICTED = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 1, 0])


def card(history=(ROW, ROW), shape=(3, 8, 9), classes=None, trained_on=1234, **changes):
    config = CONFIG | changes
    names = config["classes"] if classes is None else classes
    run = SimpleNamespace(config=config | {"classes": names}, shape=shape, folder=Path("runs/a*b"))
    probabilities = np.full((5, len(names)), 0.01)
    probabilities[np.arange(5), PREDICTED] = 0.9
    result = Evaluation.from_probabilities(probabilities, LABELS, names, loss=0.75)
    return model_card(run, list(history), result, trained_on)


def test_the_whole_card():
    assert card() == (
        "# a\\*b\n\n"
        "**Net.** `4,M`, for one of 4 classes: cat, dog, owl, e\\*l.\n\n"
        "**Training data.** 1,234 images of `my photos`.\n\n"
        "**Training.** 2 epochs, batches of 32, SGD with learning rate 0.01 (step), seed 3; all "
        "settings are in `config.json`. It was trained from scratch.\n\n"
        "**Accuracy.** 60.00 % of 5 test images are classified correctly (95 % interval 23.1 to "
        "88.2 %). Lowest recalls: owl (0 %), cat (50 %), dog (100 %).\n\n"
        "**Loss.** 0.7500 on the test images, 1.2500 on the training images of the last epoch, "
        "1.5000 on the validation images after it.\n\n"
        "**Input.** RGB images of 8×9 pixels, values 0 to 1 minus (0.5, 0.25, 0.3333), divided by "
        "(1, 0.1235, 2).\n\n"
        "**Limits.** It names one of its classes for any image. It was tested only on images of "
        "the same source, and its probabilities are not calibrated.\n\n"
        "**Intended use.** To be filled in.\n\n"
        "**Licence.** To be filled in: that of the images, and of the weights that the training "
        "started from, may matter.\n\n"
        "Written by minivgg 1.2.3 at the end of training.\n"
    )


PLAIN = "0.7500 on the test images, 1.2500 on the training images of the last epoch."


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"batch_norm": True}, "`4,M` with batch norm, for one of"),
        ({"history": [ROW]}, "**Training.** 1 epoch, batches of 32"),
        ({"history": []}, "**Loss.** 0.7500 on the test images.\n"),
        ({"history": [ROW | {"validation_loss": None}]}, f"**Loss.** {PLAIN}\n"),
        ({"history": [{"loss": 9, "validation_loss": 9}, ROW]}, ", 1.2500 on the training"),
        ({"warmup": 3}, "(step, after 3 epochs of warm-up), seed"),
        ({"optimizer": "adamw", "lr": 1e-3, "schedule": "cosine"},
         "AdamW with learning rate 0.001 (cosine), seed"),
        ({"data": "digits"}, "images of `digits`."),
        ({"init": "/x/cifar_10"}, "It started from the weights of `cifar_10`.\n"),
        ({"init": "/x/c", "freeze": ""}, "from the weights of `c`, frozen but the last.\n"),
        ({"init": "/x/c", "freeze": "pool*3"}, "of `c`, frozen up to pool\\*3.\n"),
        ({"shape": (1, 8, 9)}, "**Input.** Grey images of 8×9"),
        ({"shape": (4, 8, 9)}, "**Input.** 4-channel images of 8×9"),
        ({"label_smoothing": 0.1},
         "it. The first is plain cross-entropy; the others include label smoothing 0.1.\n"),
        ({"class_weights": "balanced"}, "cross-entropy; the others include class weights.\n"),
        ({"class_weights": "balanced", "label_smoothing": 0.2},
         "the others include label smoothing 0.2 and class weights.\n"),
        ({"test": "v*l", "validation": "v*l"},
         "The test images are the validation images (v\\*l), by which settings may have been "
         "chosen, so the accuracy is slightly optimistic.\n"),
        ({"test": 0.2}, "The test images are 20 % of each class, chosen at random.\n"),
        ({"test": "test", "validation": "val"}, "dog (100 %).\n"),
        ({"classes": [f"k{k}" for k in range(20)]}, "one of 20 classes: k0, "),
        ({"classes": [f"k{k}" for k in range(20)]}, ", k18, k19.\n"),
        ({"classes": [f"k{k}" for k in range(22)]}, ", k18, k19 and 2 more.\n"),
        ({"minivgg": "a\x1bb"}, "Written by minivgg ab at the end"),
    ],
)  # fmt: skip
def test_what_depends_on_the_settings(changes, words):
    assert words in card(**changes)


def test_the_three_lowest_recalls_are_told_the_first_class_first():
    classes = list("abcde")
    config = CONFIG | {"classes": classes}
    labels = np.array([0, 0, 1, 1, 2, 2, 3, 3, 4])
    predicted = np.array([0, 1, 1, 2, 2, 2, 0, 0, 0])  # recalls 50, 50, 100, 0 and 0 %
    found = Evaluation.from_probabilities(np.eye(5)[predicted] * 0.9 + 0.02, labels, classes)
    run = SimpleNamespace(config=config, shape=(3, 8, 9), folder=Path("r"))
    text = model_card(run, [ROW], found, 9)
    assert "Lowest recalls: d (0 %), e (0 %), a (50 %).\n" in text
