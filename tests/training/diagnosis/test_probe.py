"""The probe: leave-one-out predictions by a formula, and what chance is."""

import numpy as np

from minivgg.training.diagnosis.probe import RIDGE, Probe, coarse_pixels


def clusters(n, distance, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 3
    return distance * np.eye(3)[labels] + rng.standard_normal((n, 3)), labels


def test_leave_one_out_is_what_training_without_the_image_predicts():
    x, labels = clusters(30, 2.0)
    probe = Probe(x)
    kernel = np.linalg.inv(probe.inverse) - RIDGE * np.eye(30)
    targets = np.eye(3)[labels] - 1 / 3
    right = []
    for i in range(30):
        others = np.arange(30) != i
        weights = np.linalg.solve(
            kernel[np.ix_(others, others)] + RIDGE * np.eye(29), targets[others]
        )
        right.append((kernel[i, others] @ weights).argmax() == labels[i])
    np.testing.assert_allclose(probe.accuracy(labels), np.mean(right))
    assert 0.4 < np.mean(right) < 1


def test_labels_that_belong_to_the_images_are_told_from_shuffled_ones():
    x, labels = clusters(150, 2.0)
    probe = Probe(x)
    assert probe.agreement(labels, seed=0).is_certain
    shuffled = np.random.default_rng(1).permutation(labels)
    found = probe.agreement(shuffled, seed=0)
    assert not found.is_certain
    assert abs(found.chance - 1 / 3) < 0.05


def test_shuffled_labels_are_hardly_ever_certain():
    """Of 300 shufflings, none is beyond four standard deviations."""
    x, labels = clusters(90, 2.0)
    probe, rng = Probe(x), np.random.default_rng(0)
    assert not any(probe.agreement(rng.permutation(labels), seed).is_certain for seed in range(300))


def test_a_large_class_does_not_hide_that_the_labels_are_right():
    x, labels = clusters(300, 3.0)
    keep = (labels == 0) | (np.arange(300) % 10 < 2)
    assert Probe(x[keep]).agreement(labels[keep], seed=0).is_certain


def test_coarse_pixels_are_means_of_cells_for_images_of_any_size():
    image = np.arange(16 * 16, dtype=np.uint8).reshape(1, 16, 16)
    cells = coarse_pixels(image[None])
    np.testing.assert_allclose(cells[0, :2], [image[0, :2, :2].mean(), image[0, :2, 2:4].mean()])
    assert coarse_pixels([image, np.zeros((1, 5, 30), np.uint8)][:1]).shape == (1, 64)
    assert coarse_pixels(np.zeros((2, 3, 5, 30), np.uint8)).shape == (2, 3 * 5 * 8)
