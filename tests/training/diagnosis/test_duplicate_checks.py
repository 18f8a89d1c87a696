"""Images that are in two datasets: how many there are, and what is not compared."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from minivgg import data
from minivgg.training.diagnosis import duplicate_checks
from minivgg.training.diagnosis.duplicate_checks import check_duplicates
from minivgg.training.diagnosis.findings import Severity

OK, NOTE, WARNING, _ = Severity


def compared(validation, test, monkeypatch, train=range(300), read=7):
    """Images of one pixel each."""
    monkeypatch.setattr(duplicate_checks, "READ", read)

    def dataset(values):
        if values is None:
            return None
        images = np.array(list(values), np.uint16).view(np.uint8).reshape(-1, 1, 1, 2)
        return data.ArrayDataset(images, np.zeros(len(images), int), ["a"])

    parts = {"dataset": dataset(train), "validation": dataset(validation), "test": dataset(test)}
    return check_duplicates(SimpleNamespace(**parts))


@pytest.mark.parametrize(
    ("validation", "test", "value", "severity", "sentence"),
    [
        (None, range(300, 400), 0.0, OK, "0 of 100 test images are among the training images too"),
        (None, range(299, 399), 0.01, NOTE,
         "1 of 100 test images are among the training images too (1.0 %)"),
        (None, range(298, 398), 0.02, WARNING,
         "2 of 100 test images are among the training images too (2.0 %)"),
        (range(299, 304), range(298, 398), 0.2, WARNING,
         "1 of 5 validation images and 2 of 100 test images "
         "are among the training images too (20 %)"),
        (range(290, 390), range(298, 302), 0.5, WARNING,
         "10 of 100 validation images and 2 of 4 test images "
         "are among the training images too (50 %)"),
    ],
)  # fmt: skip
def test_shared_images_are_counted(validation, test, value, severity, sentence, monkeypatch):
    (found,) = compared(validation, test, monkeypatch)
    assert (found.name, found.value, found.severity) == ("duplicates", value, severity)
    assert (found.sentence, bool(found.advice)) == (sentence, severity > OK)


def test_what_there_is_nothing_or_too_much_to_compare_with(monkeypatch):
    assert compared(None, None, monkeypatch) == []
    assert compared(range(0), None, monkeypatch) == []
    monkeypatch.setattr(duplicate_checks, "MOST_IMAGES", 300)
    assert len(compared(None, [1], monkeypatch)) == 1
    monkeypatch.setattr(duplicate_checks, "MOST_IMAGES", 299)
    assert compared(None, [1], monkeypatch) == []


def test_files_of_several_sizes_behind_a_subset_are_not_read(monkeypatch):
    class Sizes:
        shape, labels, classes = (1, None, None), np.zeros(3, int), ["a"]
        batch = None

        def __len__(self):
            return 3

    sized = data.ArrayDataset(np.zeros((1, 1, 2, 2), np.uint8), [0], ["a"])
    for train, test in ((sized, Sizes()), (Sizes(), sized)):
        assert check_duplicates(SimpleNamespace(dataset=train, validation=None, test=test)) == []


def test_files_are_compared_as_files(tmp_path):
    """Two of three test images are copies of training images, one of them of another class."""
    rng = np.random.default_rng(0)
    pixels = [rng.integers(0, 256, (6, 5 + k, 3), np.uint8) for k in range(5)]
    for place, k in (("train/a/1", 0), ("train/b/2", 1), ("train/b/3", 2), ("test/a/x", 2),
                     ("test/a/y", 3), ("test/b/z", 1)):  # fmt: skip
        file = tmp_path / f"{place}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels[k]).save(file)
    train, test = (data.ImageFolder(tmp_path, name, size="own") for name in ("train", "test"))
    (found,) = check_duplicates(SimpleNamespace(dataset=train, validation=None, test=test))
    assert found.value == pytest.approx(2 / 3)
    assert found.sentence == "2 of 3 test images are among the training images too (67 %)"
