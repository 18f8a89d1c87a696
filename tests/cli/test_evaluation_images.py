"""The words about the images that nets are tested on, and which split they are of."""

import numpy as np
import pytest

from minivgg import data
from minivgg.cli.evaluation_images import interval_text, limited, split_read
from minivgg.data import ArrayDataset
from minivgg.evaluation.metrics import Evaluation


class Folder(data.ImageFolder):
    """A folder of images that is not read."""

    def __init__(self, split):
        self.split = split


@pytest.mark.parametrize(
    ("found", "split", "expected"),
    [
        (Folder("all"), "test", "all"),
        (Folder("test"), "test", "test"),
        (Folder("val"), "train", "train"),
        (ArrayDataset(np.zeros((1, 1, 2, 2), np.uint8), np.zeros(1, int), ["a"]), "test", "test"),
    ],
)
def test_images_without_splits_are_all_of_them(found, split, expected):
    assert split_read(found, split) == expected


def test_no_copy_is_made_of_images_that_are_all_used():
    images = ArrayDataset(np.zeros((10, 1, 2, 2), np.uint8), np.arange(10), list("abcdefghij"))
    assert limited(images, 10) is limited(images, None) is limited(images, 11) is images
    assert len(limited(images, 9)) == 9


def test_the_interval_has_one_decimal():
    labels = np.zeros(200, int)
    predicted = (np.arange(200) == 0).astype(int)
    found = Evaluation.from_probabilities(np.eye(2)[predicted] * 0.9 + 0.05, labels, ["a", "b"])
    assert interval_text(found) == "99.50 % (95 % interval 97.2 to 99.9 %)"
