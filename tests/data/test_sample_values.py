"""Images of more than 8 bits: which values are black and white, at the bounds of what is known."""

import numpy as np
import pytest
from PIL import Image

from minivgg.data import sample_values
from minivgg.data.sample_values import UnknownRangeError, eight_bits


def converted(values, **info):
    image = Image.fromarray(values)
    image.info.update(info)
    return np.asarray(eight_bits(image)(image))


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-0.0009, 1), (0, 1.0009)])
def test_floats_may_be_rounded_at_their_ends(low, high):
    assert converted(np.array([[low, 0.5, high]], np.float32)).tolist() == [[0, 128, 255]]


@pytest.mark.parametrize("wrong", [-0.0011, 1.0011])
def test_floats_beyond_0_and_1_are_refused(wrong):
    words = rf"from {min(wrong, 0):g} to {max(wrong, 1):g} \(floats\), .* not from 0 to 1"
    with pytest.raises(UnknownRangeError, match=words):
        converted(np.array([[0, 1, wrong]], np.float32))


@pytest.mark.parametrize(("high", "shown"), [(256, 1), (65535, 255)])
def test_whole_numbers_of_32_bits_that_fit_16(high, shown):
    assert converted(np.array([[0, high]], np.int32)).tolist() == [[0, shown]]


@pytest.mark.parametrize(("low", "high"), [(0, 255), (0, 65536), (-1, 300), (7, 200), (300, 70000)])
def test_whole_numbers_of_32_bits_that_may_be_anything_else_are_refused(low, high):
    words = rf"from {low} to {high} \(signed or 32-bit whole numbers\), .*the file does not say"
    with pytest.raises(UnknownRangeError, match=words):
        converted(np.array([[low, high]], np.int32))


def test_the_transparent_value_is_white_and_no_other():
    values = np.array([[300, 301, 65535]], np.uint16)
    assert converted(values, transparency=300).tolist() == [[255, 1, 255]]
    assert converted(values, transparency=b"300").tolist() == [[1, 1, 255]]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({258: (12,)}, [[0, 16, 255]]), ({258: 12, 339: (1,)}, [[0, 16, 255]]),
        ({258: 16}, [[0, 1, 15]]), ({258: (10,)}, [[0, 64, 255]]), ({258: 4}, [[0, 255, 255]]),
        ({258: 12, 262: 0}, [[255, 239, 0]]), ({258: 12, 262: 1}, [[0, 16, 255]]),
        ({}, [[0, 1, 15]]), ({258: "?"}, [[0, 1, 15]]),
    ],
)  # fmt: skip
def test_the_bits_that_a_tiff_declares(tags, expected):
    image = Image.fromarray(np.array([[0, 256, 4095]], np.uint16))
    image.format, image.tag_v2 = "TIFF", tags
    assert np.asarray(eight_bits(image)(image)).tolist() == expected


@pytest.mark.parametrize("tags", [{258: 16, 339: 2}, {258: 17}, {258: (32,), 339: 1}])
def test_signed_numbers_and_more_bits_are_judged_by_their_values(tags):
    image = Image.fromarray(np.array([[0, 200]], np.uint16))
    image.format, image.tag_v2 = "TIFF", tags
    with pytest.raises(UnknownRangeError, match=r"from 0 to 200 \(signed or 32-bit"):
        eight_bits(image)


def test_a_png_of_mode_i_has_16_bits():
    image = Image.fromarray(np.array([[0, 200, 512]], np.int32))
    image.format = "PNG"
    assert np.asarray(eight_bits(image)(image)).tolist() == [[0, 0, 2]]


@pytest.mark.parametrize("strip", [1, 3, 6])
def test_rows_longer_than_a_strip_are_looked_at_one_by_one(monkeypatch, strip):
    monkeypatch.setattr(sample_values, "STRIP", strip)
    values = np.full((3, 3), 300, np.int32)
    assert (converted(values) == 1).all()
    values[2, 1] = 70_000
    with pytest.raises(UnknownRangeError, match="from 300 to 70000"):
        converted(values)
