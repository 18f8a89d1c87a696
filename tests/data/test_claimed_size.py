"""Small files that claim many pixels are refused before they are decoded, uniform ones are read."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageFile

from minivgg.data import read_image

CLAIMED = (9000, 12000)


def _file(format, size=(8, 8), mode="RGB", **options):
    file = io.BytesIO()
    Image.new(mode, size, 3).save(file, format, **options)
    return file.getvalue()


def _claiming(format, **options):
    """A picture of 8×8 pixels whose header says 9000×12000."""
    data = bytearray(_file(format, **options))
    if format == "PNG":
        data[16:24] = struct.pack(">II", *CLAIMED)
        data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    elif format == "JPEG":
        start = data.index(b"\xff\xc2" if options else b"\xff\xc0")
        data[start + 5 : start + 9] = struct.pack(">HH", *CLAIMED)
    else:
        data[18:26] = struct.pack("<II", *CLAIMED)
    return bytes(data)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "progressive JPEG", "BMP"])
def test_a_file_too_short_for_its_pixels_is_refused_before_they_are_decoded(format, monkeypatch):
    options = {"progressive": True} if "progressive" in format else {}
    data = _claiming(format.split()[-1], **options)
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: pytest.fail("it is decoded"))
    with pytest.raises(
        OSError, match=r"image x .*: its [\d,]+×[\d,]+ pixels cannot be in a file of [\d,]+ by"
    ):
        read_image(io.BytesIO(data), name="x")


@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("PNG", {"compress_level": 9}), ("PNG", {"mode": "1"}), ("JPEG", {}),
        ("JPEG", {"optimize": True, "progressive": True, "mode": "L"}),
        ("TIFF", {"compression": "tiff_lzw"}), ("TIFF", {"compression": "tiff_adobe_deflate"}),
        ("TIFF", {"compression": "packbits"}), ("TIFF", {"compression": "group4", "mode": "1"}),
        ("BMP", {"mode": "1"}), ("WEBP", {"lossless": True}),
    ],
)  # fmt: skip
def test_uniform_pictures_are_small_files_and_are_read(format, options):
    options = {"mode": "RGB", **options}
    data = _file(format, size=(2100, 2000), **options)
    assert read_image(io.BytesIO(data), 1, size=(4, 4)).shape == (1, 4, 4)


def test_a_jpeg_of_thousands_of_scans_is_refused():
    data = _file("JPEG", size=(2100, 2000), progressive=True)
    at = data.rindex(b"\xff\xda")
    with pytest.raises(OSError, match="more than 500 scans"):
        read_image(io.BytesIO(data[:at] + data[at:-2] * 1000 + b"\xff\xd9"))


def test_pictures_are_filled_up_where_pillow_is_told_to(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    data = _file("PNG", size=(2100, 2000))
    assert read_image(io.BytesIO(data[:200]), size=(4, 4)).shape == (3, 4, 4)
