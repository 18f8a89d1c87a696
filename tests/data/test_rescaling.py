"""The sides of rescaled images, and the middle of very long ones."""

import numpy as np
import pytest

from minivgg import data
from minivgg.data.centre_view import CentreView, without_ends
from minivgg.data.rescaling import middle, rescale, rescaled_sides
from minivgg.data.upright_picture import UprightPicture


@pytest.mark.parametrize(
    ("picture", "longest", "box"),
    [
        ((40, 2), 20, (0, 0, 40, 2)), ((2, 40), 20, (0, 0, 2, 40)),
        ((42, 2), 20, (1, 0, 41, 2)), ((2, 43), 20, (0, 1, 2, 42)),
        ((100, 3), 2.5, (46, 0, 54, 3)), ((3, 100), 2.5, (0, 46, 3, 54)), ((9, 8), 1, (0, 0, 9, 8)),
        ((10, 8), 1, (1, 0, 9, 8)),
    ],
)  # fmt: skip
def test_the_middle_of_a_long_picture_stays_at_its_centre(picture, longest, box):
    assert middle(*picture, longest) == box
    if longest == 20:
        assert middle(*picture) == box


def test_the_larger_side_is_rounded_down_and_none_is_lost():
    assert rescaled_sides(640, 480, 256) == (341, 256)
    assert rescaled_sides(480, 641, 256) == (256, 341)
    assert rescaled_sides(7, 5, 5) == (7, 5)


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_channels_are_scaled_alike(rng, channels):
    image = rng.integers(0, 256, (channels, 12, 18), np.uint8)
    found = rescale(image, 8)
    assert found.shape == (channels, 8, 12)
    for channel, whole in zip(image, found, strict=True):
        assert (rescale(channel[None], 8)[0] == whole).all()
    assert rescale(image, 12) is image


def test_more_pixels_than_an_image_may_have_are_refused(rng):
    image = rng.integers(0, 256, (1, 4, 6), np.uint8)
    data.set_max_pixels(8 * 12)
    try:
        assert rescale(image, 8).shape == (1, 8, 12)
        with pytest.raises(ValueError, match=r"of 4×6 pixels, rescaled to 9×13, .* limit of 96 pi"):
            rescale(image, 9)
    finally:
        data.set_max_pixels(None)


@pytest.mark.parametrize("sides", [(3, 300), (300, 3), (2, 41), (30, 31), (20, 400)])
def test_a_net_sees_the_same_of_an_array_and_of_a_picture(rng, sides):
    """The middle of one that is more than 20 times as long as wide."""
    from PIL import Image

    image = rng.integers(0, 256, (1, *sides), np.uint8)
    view = CentreView(6, (6, 5))
    expected = rescale(without_ends(image), 6)
    top, left = (round((expected.shape[1] - 6) / 2), round((expected.shape[2] - 5) / 2))
    picture = UprightPicture(Image.fromarray(image[0]), 1)
    found = view.of_picture(picture)
    assert (found == expected[:, top : top + 6, left : left + 5]).all()
    assert (view.of_array(image) == found).all()
    assert max(picture.size) == min(max(sides), 20 * min(sides) + max(sides) % 2)
