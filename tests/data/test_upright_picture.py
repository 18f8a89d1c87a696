"""Pictures are converted and resized in strips, which changes none of their pixels."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from minivgg.data import sample_values, upright_picture
from minivgg.data.centre_view import CentreView
from minivgg.data.upright_picture import UprightPicture

WHOLE = (57, 83)  # height, width
VIEW = CentreView(32, (28, 20))


def picture(rng, mode, orientation=1):
    pixels = rng.integers(0, 256, (*WHOLE, 4), np.uint8)
    if mode == "F":
        image = Image.fromarray(pixels[..., 0].astype(np.float32) / 255)
    elif mode == "I;16":
        image = Image.fromarray(pixels[..., 0].astype(np.uint16) << 8)
    elif mode == "LAB":
        image = Image.frombytes("LAB", WHOLE[::-1], pixels[..., :3].tobytes())
    else:
        image = Image.fromarray(pixels, "RGBA").convert(mode)
    image.getexif()[0x112] = orientation
    return image


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "F", "I;16"]
)
def test_strips_make_the_same_picture_as_a_conversion_of_the_whole(
    rng, monkeypatch, mode, channels
):
    image = picture(rng, mode, 6)
    whole, view = (
        UprightPicture(image, channels).array(),
        VIEW.of_picture(UprightPicture(image, channels)),
    )
    monkeypatch.setattr(upright_picture, "STRIP", 1500)
    monkeypatch.setattr(sample_values, "STRIP", 1500)
    assert (UprightPicture(image, channels).array() == whole).all()
    assert (VIEW.of_picture(UprightPicture(image, channels)) == view).all()
    assert (VIEW.of_array(whole) == view).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_strips_and_windows_are_upright(rng, monkeypatch, orientation):
    monkeypatch.setattr(upright_picture, "STRIP", 1500)
    image = picture(rng, "RGB", orientation)
    upright = np.asarray(ImageOps.exif_transpose(image)).transpose(2, 0, 1)
    found = UprightPicture(image, 3)
    assert (found.array() == upright).all()
    found.cut((3, 5, 40, 50))
    assert (found.array() == upright[:, 5:50, 3:40]).all()


@pytest.mark.parametrize("box", [None, (3.25, 10.5, 57, 60.75)])
def test_a_large_picture_is_resized_in_strips_within_one_level_of_pillow(rng, monkeypatch, box):
    """They are equal where Pillow takes the rows first."""
    image = picture(rng, "RGB", 6)
    expected = ImageOps.exif_transpose(image).resize((31, 45), Image.Resampling.BILINEAR, box)
    expected = np.asarray(expected.crop((2, 5, 30, 44)), int).transpose(2, 0, 1)
    monkeypatch.setattr(upright_picture, "STRIP", 1500)
    monkeypatch.setattr(upright_picture, "COPIED", 0)
    found = UprightPicture(image, 3).resized((31, 45), box, (2, 5, 30, 44))
    assert abs(found - expected).max() <= 1


def test_values_are_checked_in_all_strips(monkeypatch):
    monkeypatch.setattr(sample_values, "STRIP", 8)
    values = np.zeros((9, 8), np.float32)
    for row, wrong in ((0, np.nan), (8, np.nan), (8, 7), (0, -7), (4, np.inf)):
        array = values.copy()
        array[row, 3] = wrong
        with pytest.raises(sample_values.UnknownRangeError):
            UprightPicture(Image.fromarray(array), 1)
    numbers = np.full((9, 8), 300, np.int32)
    numbers[8, 0] = 70_000
    with pytest.raises(sample_values.UnknownRangeError, match="from 300 to 70000"):
        UprightPicture(Image.fromarray(numbers), 1)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_large_picture_that_is_ready_is_resized_whole(rng, monkeypatch, mode, orientation):
    """One in its mode, upright and uncut: Pillow resizes it itself. Others are made in strips."""
    image, asked = picture(rng, mode, orientation), []
    strips = UprightPicture._strips
    monkeypatch.setattr(UprightPicture, "_strips", lambda self: asked.append(1) or strips(self))
    monkeypatch.setattr(upright_picture, "COPIED", WHOLE[0] * WHOLE[1] - 1)
    UprightPicture(image, 1 if mode in ("L", "1") else 3).resized((9, 7))
    assert bool(asked) == (mode in ("RGBA", "1") or orientation == 6)


@pytest.mark.parametrize("most", [WHOLE[0] * WHOLE[1], WHOLE[0] * WHOLE[1] - 1])
def test_a_copy_is_made_of_pictures_up_to_a_number_of_pixels(rng, monkeypatch, most):
    """Then the result is Pillow's in every bit."""
    monkeypatch.setattr(upright_picture, "COPIED", most)
    found = UprightPicture(picture(rng, "RGBA"), 3)._whole_image()
    assert (found is None) == (most < WHOLE[0] * WHOLE[1])


def test_strips_have_as_many_rows_as_fit(rng, monkeypatch):
    for strip, rows in ((WHOLE[1] * 10, 10), (WHOLE[1] * 10 - 1, 9), (1, 1)):
        monkeypatch.setattr(upright_picture, "STRIP", strip)
        tops = [top for top, _ in UprightPicture(picture(rng, "RGB"), 3)._strips()]
        assert tops == list(range(0, WHOLE[0], rows))


def test_transparent_pixels_are_white(rng):
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[0, :, 3] = 255, 128
    found = UprightPicture(Image.fromarray(pixels, "RGBA"), 1).array()
    assert found.tolist() == [[[0, 127], [255, 255]]]


def test_an_orientation_that_there_is_not_is_none(rng):
    image = picture(rng, "L", 9)
    assert UprightPicture(image, 1).size == WHOLE[::-1]
    image.getexif()[0x112] = "?"
    assert (UprightPicture(image, 1).array()[0] == np.asarray(image)).all()


def test_damaged_exif_data_are_as_good_as_none(rng):
    class Damaged(Image.Image):
        def getexif(self):
            raise SyntaxError("not a TIFF file")

    image = picture(rng, "L")
    image.__class__ = Damaged
    assert (UprightPicture(image, 1).array()[0] == np.asarray(image)).all()
