"""Pictures are read right or refused in a sentence, whatever their name, size and values."""

import io
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image, ImageOps

from minivgg import data
from minivgg.data import images, pixel_limit
from minivgg.data.centre_view import CentreView
from minivgg.data.images import from_pillow, read_image, read_view
from minivgg.data.reduced_decoding import decode_reduced, is_large

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


@pytest.mark.parametrize(
    ("sides", "size"),
    [
        ((80, 1500), (24, 32)), ((1, 3000), (24, 32)), ((1500, 80), (24, 32)), ((31, 40), (24, 32)),
        ((50, 50), (24, 32)), ((24, 32), (24, 32)), ((8, 320), (4, 120)), ((320, 8), (120, 4)),
    ],
)  # fmt: skip
def test_a_size_is_covered_as_by_pillows_fit(rng, tmp_path, sides, size):
    image = Image.fromarray(rng.integers(0, 256, (*sides, 3), np.uint8))
    image.save(tmp_path / "x.png")
    found = data.read_image(tmp_path / "x.png", 3, size)
    fitted = ImageOps.fit(image, size[::-1], Image.Resampling.BILINEAR)
    difference = abs(found - np.asarray(fitted, int).transpose(2, 0, 1)).max()
    assert difference <= (1 if max(sides) > 20 * min(sides) else 0)


def test_a_folder_is_no_image(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder, not an image"):
        read_image(tmp_path, 3)


@pytest.mark.parametrize("channels", [0, 2, 4])
def test_other_numbers_of_channels_are_refused(tmp_path, channels):
    Image.new("L", (2, 2)).save(tmp_path / "x.png")
    with pytest.raises(ValueError, match=rf"1 \(grey\) or 3 \(RGB\) channels, not {channels}"):
        from_pillow(Image.new("L", (2, 2)), channels)
    with pytest.raises(ValueError, match=f"channels, not {channels}"):
        read_image(tmp_path / "x.png", channels)


@pytest.mark.parametrize(
    ("options", "reduced"),
    [
        ({"size": (8, 64)}, 128), ({"size": (64, 8)}, 128), ({"needed": 30}, 60),
        ({"size": (8, 64), "needed": 30}, 128), ({"shrink_to": 30}, 30), ({}, None),
    ],
)  # fmt: skip
def test_a_large_image_is_decoded_at_twice_what_is_needed(tmp_path, monkeypatch, options, reduced):
    """Both sides keep twice the larger side of the size, so that resizing averages pixels."""
    Image.new("L", (512, 256)).save(tmp_path / "x.jpg")
    sides = []
    monkeypatch.setattr(images, "is_large", lambda image: True)
    monkeypatch.setattr(images, "decode_reduced", lambda image, side: sides.append(side))
    read_image(tmp_path / "x.jpg", 1, **options)
    assert sides == ([] if reduced is None else [reduced])
    if "needed" in options and len(options) == 1:
        read_view(tmp_path / "x.jpg", 1, CentreView(30, (20, 20)))
        assert sides == [60, 60]


@pytest.mark.parametrize(
    ("sides", "shrink_to", "found"),
    [
        ((40, 60), 20, (20, 30)), ((60, 41), 20, (29, 20)), ((40, 60), 40, (40, 60)),
        ((40, 60), 41, (40, 60)), ((3, 500), 1, (1, 167)), ((41, 60), 40, (40, 59)),
    ],
)  # fmt: skip
def test_an_image_is_shrunk_to_its_smaller_side_and_never_enlarged(
    tmp_path, sides, shrink_to, found
):
    Image.new("L", sides[::-1]).save(tmp_path / "x.png")
    assert read_image(tmp_path / "x.png", 1, shrink_to=shrink_to).shape == (1, *found)


def test_as_many_pixels_as_the_limit_are_read(tmp_path):
    Image.new("L", (6, 5)).save(tmp_path / "x.png")
    assert read_image(tmp_path / "x.png", 1, max_pixels=30).shape == (1, 5, 6)
    with pytest.raises(OSError, match="its 6×5 pixels are more than the limit of 29"):
        read_image(tmp_path / "x.png", 1, max_pixels=29)


@pytest.mark.parametrize(
    ("levels", "size", "side", "times"),
    [
        (5, (512, 256), 64, 2), (5, (512, 256), 65, 1), (5, (512, 256), 32, 3),
        (2, (512, 256), 32, 2), (5, (512, 256), 257, 0), (0, (512, 256), 1, 0),
    ],
)  # fmt: skip
def test_a_jpeg_2000_is_halved_as_often_as_it_has_levels_and_keeps_the_side(
    levels, size, side, times
):
    header = b"\xff\x52??\xff\x4f\xff\x51" + bytes(40) + b"\xff\x52" + bytes(7) + bytes([levels, 9])
    file = io.BytesIO(header)
    file.seek(7)
    image = SimpleNamespace(format="JPEG2000", size=size, fp=file, reduce=None)
    decode_reduced(image, side)
    assert (image.reduce, file.tell()) == (times, 7)
    image.fp = io.BytesIO(header[:-2])  # it ends before the number of levels
    decode_reduced(image, side)
    assert image.reduce == 0
    image.fp = None
    decode_reduced(image, side)
    assert image.reduce == 0


@pytest.mark.parametrize(("progressive", "limit"), [(0, 89_478_485), (1, 12_500_000)])
def test_an_image_is_large_above_its_limit(progressive, limit):
    image = SimpleNamespace(width=limit, height=1, info={"progressive": progressive})
    assert not is_large(image)
    image.width += 1
    assert is_large(image)


def test_the_limits_of_images_that_are_read_at_once(monkeypatch):
    """The largest one counts for Pillow, and its own limit is back after the last image."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert pixel_limit.max_pixels() == 200
    with pixel_limit.pillow_allows(50):
        assert Image.MAX_IMAGE_PIXELS == 100
        with pixel_limit.pillow_allows(500):
            assert Image.MAX_IMAGE_PIXELS == 500
            with pixel_limit.pillow_allows(float("inf")):
                assert Image.MAX_IMAGE_PIXELS is None
            assert (Image.MAX_IMAGE_PIXELS, pixel_limit.max_pixels()) == (500, 200)
        assert Image.MAX_IMAGE_PIXELS == 100
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    assert pixel_limit.max_pixels() == float("inf")
    with pixel_limit.pillow_allows(50):
        assert Image.MAX_IMAGE_PIXELS is None
    data.set_max_pixels(1)
    try:
        assert pixel_limit.max_pixels() == 1
    finally:
        data.set_max_pixels(None)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (MemoryError("no more"), MemoryError, "^no more$"),
        (SyntaxError("odd"), OSError, r"^the image cat is damaged or cannot be read: odd$"),
        (FileNotFoundError("x"), FileNotFoundError, "^there is no image cat$"),
    ],
)
def test_what_a_decoder_raises_names_the_image_and_a_lack_of_memory_stays(
    monkeypatch, error, kind, words
):
    def fail(image, channels):
        raise error

    monkeypatch.setattr(images, "UprightPicture", fail)
    with pytest.raises(kind, match=words):
        from_pillow(Image.new("L", (2, 2)), name="cat")


def test_an_image_of_pillows_is_called_by_its_file_or_its_mode(tmp_path):
    array = np.array([[7.5]], np.float32)
    with pytest.raises(OSError, match=r"^the image of mode 'F' is refused: its values run from"):
        from_pillow(Image.fromarray(array))
    Image.fromarray(array).save(tmp_path / "x.tif")
    with Image.open(tmp_path / "x.tif") as image:
        with pytest.raises(OSError, match=r"^the image \S*x\.tif is refused: "):
            from_pillow(image)
        with pytest.raises(OSError, match=r"^the image cat is refused: "):
            from_pillow(image, name="cat")


def test_images_have_three_channels_where_none_are_asked_for(tmp_path):
    Image.new("L", (3, 2), 9).save(tmp_path / "x.png")
    assert read_image(tmp_path / "x.png").shape == (3, 2, 3)
    assert from_pillow(Image.new("L", (3, 2))).shape == (3, 2, 3)
    seen = from_pillow(Image.new("L", (30, 20)), view=CentreView(10, (8, 6)))
    assert seen.shape == (3, 8, 6)
