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


def test_a_seed_holds_out_the_same_images_in_every_version():
    """Also in the trainings of earlier ones that are resumed."""
    assert data.train_val_split(make(12, 3), 0.25, seed=5)[1].indices.tolist() == [0, 2, 4]
    targets = data.ArrayDataset(make(12, 3).images, np.arange(12.0))
    rest, held = data.train_val_split(targets, 0.25, seed=5)
    assert (len(rest), held.indices.tolist()) == (9, [0, 4, 7])


@pytest.mark.parametrize("fraction", [-0.1, 1, 1.0])
def test_holding_out_less_than_nothing_or_all_is_refused(fraction):
    with pytest.raises(ValueError, match=f"at least 0 and below 1, got {fraction}"):
        data.train_val_split(make(), fraction)


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


def test_a_shape_that_may_be_meant_either_way_is_channels_first():
    """A side must be longer than the four channels that there may be at most."""
    for shape, found in (((2, 4, 4, 4), (4, 4, 4)), ((2, 5, 4, 4), (5, 4, 4))):
        images = np.zeros(shape, np.uint8)
        assert data.ArrayDataset(images, [0, 1], ["a", "b"]).shape == found
    with pytest.warns(Notice, match="2 images of 5×6 pixels and 1 channel, channels last"):
        dataset = data.ArrayDataset(np.zeros((2, 5, 6, 1), np.uint8), [0, 1], ["a", "b"])
    assert dataset.shape == (1, 5, 6)


@pytest.mark.parametrize(
    ("images", "remedy"),
    [
        (np.full((1, 8, 8), 255.0), r": bring floats from 0 to 255 there by images.round\(\).as"),
        (np.full((1, 8, 8), -0.1), ": bring floats from 0 to 255"),
        (np.array([[[0.0, 1.0]]]), ": bring floats from 0 to 1 there"),
        (np.zeros((0, 8, 8)), "float64$"), (np.zeros((1, 8, 8), "U1"), "<U1$"),
        (np.zeros((1, 8, 8), int), ": if all values are from 0 to 255, use images.astype"),
        (np.zeros((1, 8, 8), bool), ": if all values are from 0 to 255, use images.astype"),
    ],
)  # fmt: skip
def test_other_dtypes_are_told_what_fits_them(images, remedy):
    with pytest.raises(TypeError, match=rf"as uint8 from 0 to 255, got .*{remedy}"):
        data.ArrayDataset(images, [0] * len(images), ["a"])


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([0.0, 1.0],
         "got float64 of shape (2,): leave out the classes for the targets of a regression"),
        ([[0, 1], [1, 0]],
         "got int64 of shape (2, 2): for one column a class (one-hot) use labels.argmax(axis=1)"),
        ([[0.0, 1], [1, 0]],
         "got float64 of shape (2, 2): for one column a class (one-hot) use labels.argmax(axis=1)"),
        (["a", "b"], "got <U1 of shape (2,)"), ([["a", "b"]] * 2, "got <U1 of shape (2, 2)"),
        ([[[0]], [[1]]], "got int64 of shape (2, 1, 1)"),
    ],
)  # fmt: skip
def test_labels_that_are_no_class_numbers_are_told_what_fits_them(labels, words):
    with pytest.raises(TypeError) as refused:
        data.ArrayDataset(np.zeros((2, 1, 2, 2), np.uint8), labels, ["a", "b"])
    assert str(refused.value).endswith(words)


def test_labels_at_the_bounds_of_the_classes_and_those_that_are_ignored():
    images = np.zeros((3, 1, 2, 2), np.uint8)
    found = data.ArrayDataset(images, np.array([0, 1, 255], np.uint8), ["a", "b"], ignore_index=255)
    assert (found.labels.tolist(), found.labels.dtype) == ([0, 1, 255], np.int64)
    for labels in ([0, 1, 2], [-1, 0, 1]):
        with pytest.raises(ValueError, match=rf"in 0\.\.1 for 2 classes, got {min(labels)}\.\."):
            data.ArrayDataset(images, labels, ["a", "b"])
    assert data.ArrayDataset(images, [7] * 3, ["a"], ignore_index=7).labels.tolist() == [7] * 3
    targets = data.ArrayDataset(images, [[1.0], [2.0], [3.0]])
    assert (targets.labels.dtype, targets[1][1].tolist()) == (np.float32, [2.0])
    with pytest.raises(TypeError, match="without classes needs float targets, got int64"):
        data.ArrayDataset(images, [1, 2, 3])
    with pytest.raises(ValueError, match="must be finite"):
        data.ArrayDataset(images, [1, np.inf, 3])
