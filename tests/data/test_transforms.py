"""Transforms: what they do to pixels, and that they are seeded."""

import numpy as np
import pytest

from minivgg import data


def test_normalize_gives_mean_zero_and_deviation_one_on_its_own_data(rng):
    images = rng.integers(0, 256, (50, 3, 6, 5), np.uint8)
    images[:, 1] //= 3
    normalize = data.Normalize.of(data.ArrayDataset(images, np.zeros(50, int), ["a"]))
    x = normalize(images)
    assert x.dtype == np.float32
    assert x.mean(axis=(0, 2, 3)) == pytest.approx(0, abs=1e-5)
    assert x.std(axis=(0, 2, 3)) == pytest.approx(1, abs=1e-5)
    with pytest.raises(ValueError, match="1 channels, but there are 3 means"):
        normalize(images[:, :1])
    with pytest.raises(TypeError, match="0 to 255 as uint8 or float32, got float64"):
        normalize(images / 255)


def test_normalizing_a_constant_image_is_finite():
    images = np.full((2, 1, 3, 3), 9, np.uint8)
    assert np.isfinite(data.Normalize.of(data.ArrayDataset(images, [0, 0], ["a"]))(images)).all()


def test_random_crop_shifts_each_image_by_itself(rng):
    images = np.zeros((64, 1, 5, 5), np.uint8)
    images[:, :, 2, 2] = 255
    shifted = data.RandomCrop(5, padding=2)(images, rng)
    assert shifted.shape == images.shape
    places = {tuple(np.argwhere(image[0])[0]) for image in shifted}
    assert len(places) > 15  # of 25
    assert all(image.sum() == 255 for image in shifted)


def test_a_shift_that_loses_the_image_is_refused(rng):
    with pytest.raises(ValueError, match="a border of 5 pixels could fill the whole crop: use 0 to 4"):
        data.RandomCrop((5, 9), padding=5)(np.zeros((1, 1, 5, 9), np.uint8), rng)


def test_flip_mirrors_its_share(rng):
    images = np.zeros((1000, 1, 1, 2), np.uint8)
    images[..., 0] = 1
    flipped = data.RandomHorizontalFlip(0.3)(images, rng)[:, 0, 0, 1]
    assert flipped.mean() == pytest.approx(0.3, abs=0.05)
    assert (images[..., 0] == 1).all()
