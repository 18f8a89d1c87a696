"""Datasets in memory, and parts of them."""

import numpy as np
import pytest

from minivgg import data
from minivgg.utils.notices import Notice


def make(n=40, classes=4):
    images = np.arange(n, dtype=np.uint8)[:, None, None, None] * np.ones((1, 1, 2, 2), np.uint8)
    return data.ArrayDataset(images, np.arange(n) % classes, list("abcd")[:classes])


def test_holding_out_is_stratified_complete_and_seeded():
    rest, held = data.train_val_split(make(), 0.2, seed=3)
    assert len(rest) == 32
    assert np.bincount(held.labels).tolist() == [2, 2, 2, 2]
    pixels = [*rest.batch(np.arange(32))[:, 0, 0, 0], *held.batch(np.arange(8))[:, 0, 0, 0]]
    assert sorted(pixels) == list(range(40))
    assert (data.train_val_split(make(), 0.2, seed=3)[1].indices == held.indices).all()
    assert (data.train_val_split(make(), 0.2, seed=4)[1].indices != held.indices).any()


def test_holding_out_nothing():
    rest, held = data.train_val_split(make(), 0)
    assert (len(rest), len(held)) == (40, 0)


def test_a_subset_keeps_images_and_labels_together():
    _, held = data.train_val_split(make(), 0.5)
    image, label = held[3]
    assert image[0, 0, 0] % 4 == label == held.labels[3]


def test_a_subset_by_a_mask():
    assert data.Subset(make(4), np.array([False, False, True, True])).labels.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("images", "labels", "error", "words"),
    [
        (
            np.zeros((2, 1, 2, 2), np.uint8),
            [0.5, 1],
            TypeError,
            "labels must be integer class indices",
        ),
        (np.zeros((2, 1, 2, 2), np.uint8), [[0, 1], [1, 0]], TypeError, r"use labels.argmax"),
        (np.zeros((2, 1, 2, 2)), [0, 1], TypeError, "uint8 from 0 to 255, got float64"),
        (np.zeros((2, 1, 2, 2), np.uint8), [0, 1, 1], ValueError, "3 labels"),
        (np.zeros((2, 2), np.uint8), [0, 1], ValueError, r"images \(N, C, H, W\)"),
        (
            np.zeros((2, 1, 2, 2), np.uint8),
            [0, 2],
            ValueError,
            r"labels must lie in 0\.\.1 for 2 classes, got 0\.\.2",
        ),
    ],
)
def test_what_does_not_fit_is_refused(images, labels, error, words):
    with pytest.raises(error, match=words):
        data.ArrayDataset(images, labels, ["a", "b"])


def test_a_share_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match=r"at least 0 and below 1, got 1.2"):
        data.train_val_split(make(), 1.2)


def test_arrays_as_keras_has_them():
    """CIFAR-10 with the channels last and labels (N, 1), MNIST without channels."""
    images = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), np.uint8)
    with pytest.warns(Notice, match=r"2 images of 32×32 pixels and 3 channels, channels last"):
        dataset = data.ArrayDataset(images, np.array([[1], [0]]), ["a", "b"])
    assert dataset.shape == (3, 32, 32)
    assert (dataset[0][0] == images[0].transpose(2, 0, 1)).all()
    assert dataset.labels.tolist() == [1, 0]
    assert data.ArrayDataset(images[..., 0], [0, 1], ["a", "b"]).shape == (1, 32, 32)
    # these stay channels first: both orders would fit
    assert data.ArrayDataset(images.reshape(2, 3, 32, 32), [0, 1], ["a", "b"]).shape[0] == 3
    assert data.ArrayDataset(np.zeros((2, 9, 1, 1), np.uint8), [0, 1], ["a", "b"]).shape[0] == 9


def test_floats_are_told_how_to_become_pixels():
    with pytest.raises(TypeError, match=r"from 0 to 1 there by \(255 \* images\)"):
        data.ArrayDataset(np.full((1, 3, 8, 8), 0.5), [0], ["a"])
