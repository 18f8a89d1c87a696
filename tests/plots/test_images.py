"""Figures of images show each image as it is, and crops and class maps where they lie."""

import numpy as np
import pytest
from support.figure_text import words

from minivgg import data, plots
from minivgg.evaluation import protocols


def test_predictions(rng):
    images = rng.integers(0, 256, (2, 3, 8, 8), np.uint8)
    text = words(plots.predictions(images, [[("cat", 0.9), ("dog", 0.1)]] * 2))
    assert "90.0 %" in text


def photo(height, width, channels=3):
    return np.random.default_rng(0).integers(0, 256, (channels, height, width), np.uint8)


@pytest.mark.slow
def test_augmentations_show_a_row_for_each_transform_and_one_for_all():
    shift = data.PCAColorShift(
        (0.2, 0.02, 0.005), ((0.6, 0.6, 0.5), (0.7, 0.0, -0.7), (0.4, -0.8, 0.4))
    )
    transforms = [data.Rescale((16, 24)), data.RandomCrop(12), data.RandomHorizontalFlip(), shift]
    figure = plots.augmentations(photo(20, 30), transforms, draws=3)
    text = words(figure)
    assert all(
        name in text
        for name in (
            "Rescale",
            "RandomCrop",
            "RandomHorizontalFlip",
            "PCAColorShift",
            "all in turn",
        )
    )
    assert "12×12" in text
    assert len(figure.axes) == 5 * 4
    assert words(plots.augmentations(photo(20, 30), transforms, draws=3)) == text  # seeded
    assert len(plots.augmentations(photo(20, 30, 1), [data.RandomCrop(8)], draws=2).axes) == 3


def test_crops_are_drawn_where_they_are():
    image = photo(12, 17)
    corners = protocols.crop_corners(image.shape, (8, 8))
    figure = plots.crops(image, corners, (8, 8))
    frames = [(p.get_x(), p.get_y(), p.get_width(), p.get_height()) for p in figure.axes[0].patches]
    assert frames == [(left - 0.5, top - 0.5, 8, 8) for top, left in corners]
    assert "25 crops of 8×8 on 12×17 pixels" in words(figure)


def test_a_class_map_lies_where_its_windows_are():
    """Around the centre of its window: for windows of 8, 4 apart, the first from pixel 2 to 6."""
    figure = plots.class_map(
        photo(12, 16), np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]), "dog $", (8, 8), 4
    )
    heat = figure.axes[1].images[1]
    assert heat.get_extent() == [1.5, 13.5, 9.5, 1.5]
    text = words(figure)
    assert "60" in text
    assert r"probability of dog \$, %" in text
    assert heat.get_array().max() == 60, "the bar has the unit of the numbers"
