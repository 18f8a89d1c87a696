"""What a net sees: the centre, by hand for a few sides."""

import numpy as np
import pytest
from PIL import Image

from minivgg.data.centre_view import CentreView, without_ends
from minivgg.data.upright_picture import UprightPicture


def numbered(height, width):
    return np.arange(height * width, dtype=np.uint8).reshape(1, height, width)


@pytest.mark.parametrize(
    ("sides", "size", "first", "last"),
    [
        ((4, 6), (4, 4), 1, 22), ((6, 4), (4, 4), 4, 19), ((4, 6), (2, 3), 8, 16),
        ((4, 7), (3, 4), 2, 19), ((5, 4), (2, 2), 9, 14), ((4, 4), (4, 4), 0, 15),
    ],
)  # fmt: skip
def test_the_first_and_last_pixel_of_the_centre(sides, size, first, last):
    """The smaller side is as long as it should be already; 1.5 and 0.5 go to the even number."""
    image, view = numbered(*sides), CentreView(4, size)
    found = view.of_array(image)
    assert (found.shape, found[0, 0, 0], found[0, -1, -1]) == ((1, *size), first, last)
    assert (view.of_picture(UprightPicture(Image.fromarray(image[0]), 1)) == found).all()


def test_a_view_cannot_be_changed():
    with pytest.raises(AttributeError, match="cannot assign to field 'size'"):
        CentreView(4, (4, 4)).size = (3, 3)
    assert hash(CentreView(4, (4, 3))) == hash(CentreView(4, (4, 3)))


def test_only_what_is_more_than_twenty_times_as_long_is_cut():
    assert without_ends(numbered(1, 20)).shape == (1, 1, 20)
    assert without_ends(numbered(1, 24))[0].tolist() == [list(range(2, 22))]
    assert without_ends(numbered(24, 1))[0, :, 0].tolist() == list(range(2, 22))
