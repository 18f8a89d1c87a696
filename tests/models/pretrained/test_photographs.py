"""Photographs of every kind become uint8 images (C, H, W)."""

import numpy as np
import pytest
from PIL import Image

from minivgg.data.centre_view import CentreView
from minivgg.models.pretrained.photographs import ImageSequence, image_sequence

RGB = np.random.default_rng(0).integers(0, 256, (5, 6, 3), np.uint8)
GREY = RGB[..., 0]


def only(images, channels=3, view=None):
    (found,) = image_sequence(images, channels, view)
    return found


def test_the_channels_of_a_colour_image_come_first():
    expected = RGB.transpose(2, 0, 1)
    for same in (RGB, expected, [RGB], RGB[None], Image.fromarray(RGB), [Image.fromarray(RGB)]):
        assert np.array_equal(only(same), expected)
    square = RGB[:3]  # (3, 6, 3): both orders fit
    assert np.array_equal(only(square), square)


@pytest.mark.parametrize("channels", [1, 3])
def test_grey_images(channels):
    for same in (GREY, GREY[None], GREY[..., None], Image.fromarray(GREY)):
        found = only(same, channels)
        assert found.shape == (channels, 5, 6)
        assert (found == GREY).all()
    assert only(RGB, 1).shape == (1, 5, 6)


def test_transparent_images_are_blended_with_white():
    clear = np.dstack([RGB, np.zeros((5, 6), np.uint8)])
    for same in (clear, clear.transpose(2, 0, 1)):
        assert (only(same) == 255).all()


def test_several_images_are_read_each_time_they_are_asked_for(tmp_path):
    Image.fromarray(RGB).save(tmp_path / "x.png")
    found = image_sequence([tmp_path / "x.png", str(tmp_path / "x.png"), RGB])
    assert len(found) == 3
    assert all(np.array_equal(image, RGB.transpose(2, 0, 1)) for image in found)
    Image.fromarray(255 - RGB).save(tmp_path / "x.png")
    assert np.array_equal(found[0], 255 - RGB.transpose(2, 0, 1))
    assert len(image_sequence(tmp_path / "x.png")) == 1
    assert len(image_sequence(str(tmp_path / "x.png"))) == 1
    assert len(image_sequence(np.stack([RGB] * 4))) == 4
    assert list(image_sequence(iter([]))) == []


def test_a_view_is_the_same_of_every_kind(tmp_path):
    Image.fromarray(RGB).save(tmp_path / "x.png")
    view = CentreView(4, (2, 3))
    found = [only(x, 3, view) for x in (RGB, Image.fromarray(RGB), tmp_path / "x.png")]
    assert found[0].shape == (3, 2, 3)
    assert all(np.array_equal(each, found[0]) for each in found)


@pytest.mark.parametrize(
    ("dtype", "remedy"),
    [
        ("float32", r"\(uint8\), got float32: bring floats from 0 to 1 there by \(255 \* image\)"),
        ("uint16", r"got uint16: bring 16 bits there by \(image >> 8\)\.astype\(np\.uint8\)$"),
        ("bool", r"got bool: bring True and False there by 255 \* image\.astype\(np\.uint8\)$"),
        ("int64", r"got int64: if all values are from 0 to 255, use image\.astype\(np\.uint8\)$"),
        ("int8", r"got int8: if all values are from 0 to 255, use"),
        ("uint32", r"got uint32: if all values are from 0 to 255, use"),
        ("complex64", r"got complex64$"),
    ],
)
def test_other_dtypes_are_refused_with_the_remedy(dtype, remedy):
    with pytest.raises(TypeError, match=remedy):
        only(RGB.astype(dtype))


@pytest.mark.parametrize(
    ("shape", "channels", "words"),
    [
        (
            (5, 6, 2),
            3,
            r"is \(3, H, W\) or \(H, W, 3\), RGB, or grey \(H, W\), got shape \(5, 6, 2",
        ),
        ((5, 6, 2), 1, r"is \(1, H, W\) or \(H, W, 1\), or grey"),
        ((0, 6), 3, r"got shape \(0, 6\)"),
        ((0, 6, 4), 3, r"got shape \(0, 6, 4\)"),
    ],
)
def test_other_shapes_are_refused(shape, channels, words):
    with pytest.raises(ValueError, match=words):
        only(np.zeros(shape, np.uint8), channels)


@pytest.mark.parametrize("shape", [(6,), (1, 1, 5, 6, 3)])
def test_items_of_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="got shape"):
        list(image_sequence([np.zeros(shape, np.uint8)]))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("view", [None, CentreView(8, (6, 4))])
def test_all_kinds_of_pictures_give_the_same_pixels(tmp_path, rng, channels, view):
    """Also what is seen of them, and also of a grey picture where colours are asked for."""
    pixels = rng.integers(0, 256, (12, 20, 3), np.uint8)
    grey = pixels[..., 0]
    for array, mode in ((pixels, "RGB"), (grey, "L")):
        image = Image.fromarray(array)
        assert image.mode == mode
        image.save(tmp_path / "x.png")
        given = [tmp_path / "x.png", str(tmp_path / "x.png"), image, array]
        if array.ndim == 3:
            given.append(array.transpose(2, 0, 1))
        else:
            given += [array[None], array[..., None]]
        found = list(ImageSequence(given, channels, view))
        whole = np.asarray(image.convert("L" if channels == 1 else "RGB"))
        whole = whole[None] if channels == 1 else whole.transpose(2, 0, 1)
        expected = whole if view is None else view.of_array(whole)
        assert all((picture == expected).all() for picture in found)
        assert {picture.shape for picture in found} == {expected.shape}


@pytest.mark.parametrize(("shape", "channels"), [((12, 1, 3), 1), ((12, 3, 1), 3), ((12, 3, 3), 3)])
def test_a_width_is_not_taken_for_the_channels(rng, shape, channels):
    """Of pictures of 1 and 3 columns."""
    pixels = rng.integers(0, 256, shape, np.uint8)
    image = Image.fromarray(pixels[..., 0] if shape[2] == 1 else pixels)
    first, second = ImageSequence([pixels, image], channels)
    assert first.shape == (channels, *shape[:2])
    assert (first == second).all()
