"""Pictures on photographs: squares are where they should be, and every small picture is shown."""

import numpy as np
import pytest
from support.figure_text import smallest_text, texts_off_the_page

from minivgg.plots import photographs

IMAGE = np.full((3, 40, 40), 200, np.uint8)
SQUARES = {"conv: 3": (19, 18, 3), "pool: 12": (14, 14, 12), "all: 60": (-10, -10, 60)}


def test_a_square_covers_its_pixels_and_has_a_label():
    figure = photographs.fields(IMAGE, SQUARES)
    boxes = figure.axes[0].patches[1::2]
    assert [(b.get_y(), b.get_x(), b.get_width()) for b in boxes] == [
        (top - 0.5, left - 0.5, size) for top, left, size in SQUARES.values()
    ]
    assert [text.get_text() for text in figure.axes[0].texts] == list(SQUARES)
    assert texts_off_the_page(figure) == []
    assert smallest_text(figure) >= 9


@pytest.mark.parametrize("shape", [(5, 3, 3), (5, 3, 4, 3)])
def test_all_small_pictures_are_shown_on_one_scale(shape):
    pictures = np.random.default_rng(0).standard_normal(shape)
    images = photographs.mosaic(pictures, 2).axes[0].images
    assert len(images) == 5
    shown = np.stack([image.get_array() for image in images])
    assert shown.shape == (5, *shape[-2:], 3)
    expected = pictures if len(shape) == 4 else pictures[:, None]
    assert np.allclose(shown.transpose(0, 3, 1, 2), 0.5 + 0.5 * expected / np.abs(pictures).max())


def test_pictures_of_zeros_are_grey():
    (image,) = photographs.mosaic(np.zeros((1, 2, 2)), 1).axes[0].images
    assert np.all(image.get_array() == 0.5)
