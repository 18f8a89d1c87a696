"""Pictures are read right or refused in a sentence, whatever their name, size and values."""

import warnings

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image, ImageOps

from minivgg import data
from minivgg.data.images import from_pillow, read_image

RAMP = np.linspace(0, 1, 64, dtype=np.float32)[None].repeat(8, 0)


def saved(path, array):
    Image.fromarray(array).save(path)
    return data.read_image(path, 1)[0, 0]


def test_floats_from_0_to_1_are_scaled_and_others_refused(tmp_path):
    assert (saved(tmp_path / "f.tif", RAMP) == np.rint(RAMP[0] * 255)).all()
    for array, words in (
        (RAMP * 255, "from 0 to 255 .floats."),
        (RAMP - 0.5, "from -0.5 to 0.5"),
        (np.where(RAMP > 0.5, np.nan, RAMP), "not numbers"),
    ):
        with pytest.raises(OSError, match=rf"x.tif is refused: .*{words}"):
            saved(tmp_path / "x.tif", array.astype(np.float32))


def test_whole_numbers_keep_their_order_or_are_refused(tmp_path):
    numbers = np.arange(64)[None].repeat(8, 0)
    sixteen = (numbers * 1000).astype(np.uint16)
    assert (saved(tmp_path / "s.tif", sixteen) == sixteen[0] >> 8).all()
    assert (saved(tmp_path / "i.tif", sixteen.astype(np.int32)) == sixteen[0] >> 8).all()
    for array in (numbers * 40000, numbers, numbers * 1000 - 9):
        with pytest.raises(OSError, match="what is black and what is white is not known"):
            saved(tmp_path / "x.tif", array.astype(np.int32))


def test_16_bits_with_white_as_zero(tmp_path):
    Image.fromarray(np.full((2, 2), 0xFFFF, np.uint16)).save(tmp_path / "x.tif", tiffinfo={262: 0})
    with Image.open(tmp_path / "x.tif") as image:
        assert image.tag_v2[262] == 0
    assert not data.read_image(tmp_path / "x.tif", 1).any()


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV", "LAB"]
)
def test_every_mode_becomes_grey_or_rgb(mode, channels):
    assert from_pillow(Image.new(mode, (3, 2)), channels).shape == (channels, 2, 3)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n", "PostScript"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"<?xml version='1.0'?><svg xmlns='x'/>", "an SVG"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (b"8BPS\0\1", "Photoshop"),
        (b"II*\0\x10\0\0\0CR\2\0", "a raw file of a camera"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "a video"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"GRIB" + bytes(20), "GRIB"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"only some words, nothing else", "it is text"),
        (bytes(100), "begins with zeros"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path, monkeypatch, content, words):
    monkeypatch.setattr(
        EpsImagePlugin, "Ghostscript", lambda *a, **k: pytest.fail("PostScript ran")
    )
    (tmp_path / "photo.jpg").write_bytes(content)
    with pytest.raises(OSError, match=f"photo.jpg is not an image that can be read.*{words}"):
        data.read_image(tmp_path / "photo.jpg")


def test_a_preview_in_a_raw_file_is_not_taken_for_the_picture(tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "x.tif", tiffinfo={254: 1})
    with pytest.raises(OSError, match="raw file of a camera"):
        data.read_image(tmp_path / "x.tif")


def test_heic_names_the_package_that_reads_it(tmp_path, monkeypatch):
    monkeypatch.setattr("minivgg.data.image_formats.find_spec", lambda name: None)
    assert not data.is_image("x.heic")
    (tmp_path / "x.jpg").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(9))
    with pytest.raises(OSError, match=r"x.jpg is a HEIC picture, .*pillow-heif: .*heic"):
        data.read_image(tmp_path / "x.jpg")
    monkeypatch.setattr("minivgg.data.image_formats.find_spec", lambda name: name)
    assert data.is_image("x.HEIC")


def test_only_names_of_pictures_count():
    assert all(map(data.is_image, ("a.JPG", "b.jpeg", "c.webp", "e.tif", "f.jp2", "g.avif")))
    names = ("a.pdf", "b.eps", "c.svg", "d.h5", "e.mpg", "f.grib", "g.psd", "h.nef", "i.cr2", "jpg")
    assert not any(map(data.is_image, names))


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "webp"])
def test_pixels_between_pillows_warning_and_its_limit_are_read_without_a_word(
    tmp_path, monkeypatch, suffix
):
    """And more of them where the limit is raised, for one image or for all."""
    path = tmp_path / f"x.{suffix}"
    Image.new("L", (30, 20)).save(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 400)
        assert data.read_image(path).shape == (3, 20, 30)
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 200)
        with pytest.raises(OSError, match=r"is refused: its 30×20 .* limit of 400; .*--max-pixels"):
            data.read_image(path)
        assert data.read_image(path, max_pixels=600).shape == (3, 20, 30)
        data.set_max_pixels(600)
        try:
            assert data.read_image(path).shape == (3, 20, 30)
        finally:
            data.set_max_pixels(None)
        assert Image.MAX_IMAGE_PIXELS == 200
    with pytest.raises(ValueError, match="at least 1, got 0"):
        data.set_max_pixels(0)


@pytest.mark.parametrize("suffix", ["jpg", "jp2"])
def test_only_large_images_are_decoded_reduced(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"x.{suffix}"
    x = np.linspace(0, 255, 512).astype(np.uint8)
    Image.fromarray(np.broadcast_to(x, (256, 512))).save(path)
    whole, small = data.read_image(path, 1), data.read_image(path, 1, (32, 32))
    assert (data.read_image(path, 1, needed=32) == whole).all()
    monkeypatch.setattr("minivgg.data.reduced_decoding.LARGE", 1000)
    assert data.read_image(path, 1, needed=32).shape == (1, 64, 128)
    assert data.read_image(path, 1, (32, 32)) == pytest.approx(small, abs=3)


def test_progressive_jpegs_count_as_large_earlier(tmp_path, monkeypatch):
    path = tmp_path / "x.jpg"
    monkeypatch.setattr("minivgg.data.reduced_decoding.LARGE_PROGRESSIVE", 1000)
    for progressive, shape in ((False, (1, 256, 512)), (True, (1, 64, 128))):
        Image.new("L", (512, 256)).save(path, progressive=progressive)
        assert data.read_image(path, 1, needed=32).shape == shape


@pytest.mark.parametrize("sides", [(80, 1500), (1, 3000), (1500, 80), (31, 40), (50, 50)])
def test_a_size_is_covered_as_by_pillows_fit(rng, tmp_path, sides):
    image = Image.fromarray(rng.integers(0, 256, (*sides, 3), np.uint8))
    image.save(tmp_path / "x.png")
    found = data.read_image(tmp_path / "x.png", 3, (24, 32))
    fitted = ImageOps.fit(image, (32, 24), Image.Resampling.BILINEAR)
    difference = abs(found - np.asarray(fitted, int).transpose(2, 0, 1)).max()
    assert difference <= (1 if max(sides) > 20 * min(sides) else 0)


def test_a_folder_is_no_image(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder, not an image"):
        read_image(tmp_path, 3)
